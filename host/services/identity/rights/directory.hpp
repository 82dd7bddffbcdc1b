// Who belongs where and has which roles, and what roles there are: one reading of the tables, immutable.
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

// A role that somebody holds in one company.
struct Assignment {
  std::string company, department, role;  // identifiers; the department may be empty
};
// Where a person belongs, and the role that he has everywhere; identifiers, but for the role all may be
// empty.
struct Person {
  std::string role, company, department;
};
// Which stands below which: by identifier.
using Tree = std::unordered_map<std::string, std::vector<std::string>>;

struct Directory {
  // By person: identifiers of groups, those of a membership and all that these stand in, sorted, each once.
  // Who is in none is left out.
  std::unordered_map<std::string, std::vector<std::string>> groups_of;
  std::unordered_map<std::string, std::string> role_of_group;  // identifiers; groups without one are left out
  std::vector<entities::RoleRow> roles;
  std::unordered_map<std::string, Person> people;  // active ones
  // By person, in the order of the companies' names: those that hold on `day`, in companies that are active.
  std::unordered_map<std::string, std::vector<Assignment>> assignments_of;
  Tree companies_below, departments_below;
  std::unordered_map<std::string, std::string> company_of;  // by department
  std::string day;                                          // "2026-11-26", UTC

  const std::vector<std::string>& groups(const std::string& person) const;
  const std::vector<Assignment>& assignments(const std::string& person) const;
};
using DirectoryPtr = std::shared_ptr<const Directory>;

// What the table of grants calls a scope; "none": nothing. Nothing for other words, too.
std::optional<entities::Scope> scope_named(std::string_view name);

// The keys of roles that definitions give something to, or ask for.
std::set<std::string> roles_named(const entities::Catalog& catalog);
// Makes those that there are none of, and never were; their key is their identifier and their name.
Result<void> make_missing_roles(store::Transaction& transaction, const std::set<std::string>& keys,
                                UtcNs now);

// All that stand below these, with them; sorted, each once.
std::vector<std::string> with_all_below(const Tree& tree, std::vector<std::string> ids);

// Living rows only; a deleted group does not lead on to those it stood in. `now`: assignments that ended on
// an earlier day are left out.
Result<DirectoryPtr> load_directory(store::Session& session, UtcNs now);

}  // namespace opsflux::identity
