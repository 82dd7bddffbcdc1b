// Roles as a file, by which they go from one instance to another: keys and words, no identifiers.
//
//   {"format":"opsflux-roles","version":1,"roles":[{"key":"buyer","name":"Buyer","description":"…",
//    "inherits":["user"],"grants":{"supply.order.edit":"own"}}]}
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace opsflux::identity {

inline constexpr std::size_t kMaxFileRoles = 500, kMaxFileGrants = 20'000;  // of one file

struct RoleInFile {
  std::string key, name, description;         // the last may be empty
  std::vector<std::string> inherits;          // keys
  std::map<std::string, std::string> grants;  // scope or "none" by permission; others are as modules give
  bool operator==(const RoleInFile&) const = default;
};

// Errors: "identity.role_file" for what is no such file; at "roles/<index>/<field>"
// "identity.role_file_value", "identity.role_file_member", "identity.role_file_twice",
// "identity.matrix_scope".
Result<std::vector<RoleInFile>> parse_role_file(const Json& file);
// What parse_role_file() reads.
Json write_role_file(const std::vector<RoleInFile>& roles);

}  // namespace opsflux::identity
