// Who is in which groups, and what roles there are: one reading of the tables, immutable.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/clock.hpp"
#include "host/entities/catalog.hpp"
#include "host/entities/role_book.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

struct Directory {
  // By person: identifiers of groups, those of a membership and all that these stand in, sorted, each once.
  // Who is in none is left out.
  std::unordered_map<std::string, std::vector<std::string>> groups_of;
  std::unordered_map<std::string, std::string> role_of_group;  // identifiers; groups without one are left out
  std::vector<entities::RoleRow> roles;

  const std::vector<std::string>& groups(const std::string& person) const;
};
using DirectoryPtr = std::shared_ptr<const Directory>;

// The keys of roles that definitions give something to, or ask for.
std::set<std::string> roles_named(const entities::Catalog& catalog);
// Makes those that there are none of, and never were; their key is their identifier and their name.
Result<void> make_missing_roles(store::Transaction& transaction, const std::set<std::string>& keys,
                                UtcNs now);

// Living rows only; a deleted group does not lead on to those it stood in.
Result<DirectoryPtr> load_directory(store::Session& session);

}  // namespace opsflux::identity
