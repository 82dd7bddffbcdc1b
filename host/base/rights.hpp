// What somebody may do, compiled: one byte for each permission, so that a check is a look into an array.
//
// Made anew whenever roles, grants, memberships or the catalogue change, and immutable; a caller holds those
// he came with until he is given others. Permissions are numbered for the whole process (see
// entities/permission_names.hpp), so that other rights never fit other permissions.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace opsflux {

struct Rights {
  std::vector<std::uint8_t> held;  // by the number of the permission: 0 for nothing, else 1 + Scope
  std::vector<std::string> roles;  // keys of the roles held, with those that they inherit, sorted
  std::string primary;             // the key of the role that expressions and the audit trail name
  std::uint64_t set = 0;           // the same for the same rights, and for no others of this process; not 0
  bool administrator = false;      // every permission that exists, for all records

  bool has_role(std::string_view key) const { return std::binary_search(roles.begin(), roles.end(), key); }
};
using RightsPtr = std::shared_ptr<const Rights>;

}  // namespace opsflux
