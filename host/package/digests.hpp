// META/digests.json: every file of a package but the signatures, with size and SHA-256.
//
// Its raw bytes are what is signed, and their SHA-256 is the identity of the package's content. For a
// deflated file the digest of the packed bytes stands there too: they are checked before they are
// inflated, and no byte of an archive can be changed without notice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux::package {

inline constexpr std::string_view kManifestName = "META/module.json";
inline constexpr std::string_view kDigestsName = "META/digests.json";
inline constexpr std::string_view kSignaturesName = "META/signatures.json";

struct PackedDigest {
  std::uint64_t size = 0;
  std::string sha256;
};

struct FileDigest {
  std::string name;
  std::uint64_t size = 0;
  std::string sha256;                    // hex, of the inflated bytes
  std::optional<PackedDigest> deflated;  // absent: stored as it is
};

struct Digests {
  std::vector<FileDigest> files;  // sorted by name
  const FileDigest* find(std::string_view name) const;
};

// kMalformed "package.bad_digests" with what is wrong; names are checked, sorted and unique.
Result<Digests> parse_digests(std::string_view bytes);
std::string format_digests(const Digests& digests);

}  // namespace opsflux::package
