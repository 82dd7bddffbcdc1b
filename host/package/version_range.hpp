// Ranges of versions as manifests and revocation lists write them: ">=1.0.0 <2.0.0".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/text.hpp"

namespace opsflux::package {

std::string to_string(const SemVer& version);  // "1.2.3"

// Comparators (>=, >, <=, <, =) with a full version each, separated by spaces; all must hold. A bare
// version means "=". "*" is every version. Carets, tildes and "x" are refused with a sentence that
// says how to write them here: one notation, readable without a table.
class VersionRange {
 public:
  VersionRange() = default;  // every version
  // kInvalid "version.bad_range", or "version.empty_range" when no version can satisfy it.
  static Result<VersionRange> parse(std::string_view text);

  bool contains(const SemVer& version) const;
  const std::string& text() const { return text_; }

 private:
  enum class Op : std::uint8_t { kLess, kLessEqual, kEqual, kGreaterEqual, kGreater };
  struct Comparator {
    Op op;
    SemVer version;
  };
  static bool holds(const Comparator& comparator, const SemVer& version);
  bool satisfiable() const;

  std::string text_ = "*";
  std::vector<Comparator> comparators_;
};

// The revision of the C ABI that a module was built for: "1.0". Within a major, a host of a higher or
// equal minor runs it.
struct AbiVersion {
  int major = 0, minor = 0;
  auto operator<=>(const AbiVersion&) const = default;
};
std::optional<AbiVersion> parse_abi_version(std::string_view text);
std::string to_string(const AbiVersion& version);

}  // namespace opsflux::package
