// Which role may do what, compiled to bits once per registry.
//
// Immutable after build; a check is one hash look-up and a bit test, or only the bit test where the
// index was resolved beforehand. "administrator" holds every permission that exists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/error.hpp"

namespace opsflux::entities {

class Permissions {
 public:
  // Makes `id` ("tiers.company.view") exist and gives it to `roles`. Idempotent; returns its index.
  std::size_t declare(std::string_view id, const std::vector<std::string>& roles = {});

  std::optional<std::size_t> index(std::string_view id) const;
  bool allows(const Caller& caller, std::size_t index) const;
  bool allows(const Caller& caller, std::string_view id) const;  // false for an id that does not exist
  Result<void> require(const Caller& caller, std::size_t index) const;
  // Every permission the caller holds, in the order of declaration.
  std::vector<std::string> granted(const Caller& caller) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::vector<std::string> ids_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;
  std::unordered_map<std::string, std::vector<std::uint64_t>, Hash, std::equal_to<>> bits_;
};

}  // namespace opsflux::entities
