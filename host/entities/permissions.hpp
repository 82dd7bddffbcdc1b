// Which role may do what, and with which records, compiled once per registry.
//
// Immutable after build; a check is one hash look-up and a byte, or only the byte where the index was
// resolved beforehand. "administrator" holds every permission that exists, for all records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/error.hpp"
#include "host/entities/definition.hpp"

namespace opsflux::entities {

class Permissions {
 public:
  // Makes `id` ("tiers.company.view") exist and gives it to `roles`, for all records. Idempotent; returns its
  // index.
  std::size_t declare(std::string_view id, const std::vector<std::string>& roles = {});
  // Of several grants to one role the widest counts.
  void grant(std::size_t index, std::string_view role, Scope scope);

  std::optional<std::size_t> index(std::string_view id) const;
  // For which records the caller holds the permission; nothing: for none.
  std::optional<Scope> scope(const Caller& caller, std::size_t index) const;
  // Whether the caller holds it for any record.
  bool allows(const Caller& caller, std::size_t index) const { return scope(caller, index).has_value(); }
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
  // By role and permission: 0 for nothing, else 1 + Scope.
  std::unordered_map<std::string, std::vector<std::uint8_t>, Hash, std::equal_to<>> grants_;
};

}  // namespace opsflux::entities
