#include "host/services/identity/rights/standings.hpp"

#include <algorithm>

namespace opsflux::identity {
namespace {

constexpr std::string_view kNoRole = "#key";  // a text that no role has as its key

}  // namespace

Standings::Standings() {
  now_.directory = std::make_shared<const Directory>();
  now_.book = std::make_shared<const entities::RoleBook>(now_.directory->roles, permissions_);
}

void Standings::set_directory(DirectoryPtr directory) {
  const std::lock_guard lock(mutex_);
  // The same roles keep their book: the rights made from it, and what is kept by them, stay as they are.
  if (directory->roles != now_.directory->roles) set_book(directory->roles);
  now_.directory = std::move(directory);
  ++version_;
}

void Standings::set_permissions(const entities::Permissions& permissions) {
  const std::lock_guard lock(mutex_);
  permissions_ = permissions;
  set_book(now_.directory->roles);
  ++version_;
}

// With the mutex held.
void Standings::set_book(const std::vector<entities::RoleRow>& roles) {
  now_.book = std::make_shared<const entities::RoleBook>(roles, permissions_);
  narrowed_.clear();
}

Standings::Now Standings::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

DirectoryPtr Standings::directory() const { return now().directory; }
std::shared_ptr<const entities::RoleBook> Standings::book() const { return now().book; }

namespace {

bool contains(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

// Where the person is in the name of `company`, or of none.
void place(const Directory& directory, const std::string& person, Standing& out) {
  std::vector<std::string> companies, departments;
  for (const Assignment& one : directory.assignments(person)) {
    if (!out.company.empty() && one.company != out.company) continue;
    companies.push_back(one.company);
    if (!one.department.empty()) departments.push_back(one.department);
  }
  const auto home = directory.people.find(person);
  const bool at_home = home != directory.people.end();
  if (at_home && out.company.empty() && !home->second.company.empty())
    companies.push_back(home->second.company);
  out.companies = with_all_below(directory.companies_below, std::move(companies));
  if (at_home && !home->second.department.empty()) {
    const auto company = directory.company_of.find(home->second.department);
    if (company != directory.company_of.end() && contains(out.companies, company->second))
      departments.push_back(home->second.department);
  }
  out.departments = with_all_below(directory.departments_below, std::move(departments));
}

// Which of the roles stands for all: that by which he is an administrator, else the one in the company that
// has most others in it.
std::string primary_of(const entities::RoleBook& book, const std::vector<entities::HeldRole>& roles) {
  std::string out = roles.front().id;
  if (book.key_of(out) == entities::kAdministratorRole) return out;
  std::size_t most = 0;
  for (const entities::HeldRole& one : roles)
    if (const std::size_t size = one.in_company ? book.closure(one.id).size() : 0; size > most) {
      most = size;
      out = one.id;
    }
  return out;
}

}  // namespace

std::vector<Holding> holdings_of(const Directory& directory, const std::string& person, std::string_view role,
                                 const std::string& company) {
  std::vector<Holding> out = {{{std::string(role)}, {}, {}}};
  for (const std::string& group : directory.groups(person))
    if (const auto found = directory.role_of_group.find(group); found != directory.role_of_group.end())
      out.push_back({{found->second}, group, {}});
  for (const Assignment& one : directory.assignments(person))
    if (!company.empty() && one.company == company) out.push_back({{one.role, true}, {}, company});
  return out;
}

Standing Standings::of(const std::string& person, std::string_view role, const std::string& company) const {
  const Now now = this->now();
  Standing out;
  out.groups = now.directory->groups(person);
  std::vector<entities::HeldRole> roles;
  for (Holding& one : holdings_of(*now.directory, person, role, company)) {
    if (!one.company.empty()) out.company = one.company;
    roles.push_back(std::move(one.role));
  }
  place(*now.directory, person, out);
  const std::string primary = primary_of(*now.book, roles);
  out.rights = now.book->compile(std::move(roles), primary);
  return out;
}

// A caller who acted in a company carries its role, which is not his everywhere.
Standing Standings::of_author(const Caller& caller) const {
  const Now now = this->now();
  if (caller.company.empty()) return of(caller.user_id, now.book->id_of(caller.role));
  const auto person = now.directory->people.find(caller.user_id);
  return of(caller.user_id, person == now.directory->people.end() ? "" : person->second.role, caller.company);
}

RightsPtr Standings::anywhere(const std::string& person, std::string_view role) const {
  const Now now = this->now();
  std::vector<entities::HeldRole> roles = {{std::string(role)}};
  for (const std::string& group : now.directory->groups(person))
    if (const auto found = now.directory->role_of_group.find(group);
        found != now.directory->role_of_group.end())
      roles.push_back({found->second});
  for (const Assignment& one : now.directory->assignments(person)) roles.push_back({one.role, true});
  return now.book->compile(std::move(roles), role);
}

RightsPtr Standings::of_role(std::string_view role, bool in_company) const {
  return book()->compile({{std::string(role), in_company}}, role);
}

std::vector<std::string> Standings::companies_of(const std::string& person) const {
  const DirectoryPtr directory = this->directory();
  std::vector<std::string> out;
  for (const Assignment& one : directory->assignments(person))
    if (!contains(out, one.company)) out.push_back(one.company);
  return out;
}

std::string Standings::first_company(const std::string& person) const {
  const DirectoryPtr directory = this->directory();
  const std::vector<std::string> all = companies_of(person);
  const auto home = directory->people.find(person);
  if (home != directory->people.end() && contains(all, home->second.company)) return home->second.company;
  return all.empty() ? std::string() : all.front();
}

RightsPtr Standings::narrowed(const RightsPtr& owner, const std::vector<std::string>& permissions) const {
  const std::lock_guard lock(mutex_);
  RightsPtr& kept = narrowed_[{owner->set, permissions}];
  if (kept) return kept;
  auto made = std::make_shared<Rights>();
  made->held = permissions_.narrowed(*owner, permissions);
  made->primary = kNoRole;
  made->set = entities::next_rights_set();
  return kept = std::move(made);
}

void take(Standing standing, Caller& caller) {
  caller.role = standing.rights->primary;
  caller.rights = std::move(standing.rights);
  caller.groups = std::move(standing.groups);
  caller.company = std::move(standing.company);
  caller.companies = std::move(standing.companies);
  caller.departments = std::move(standing.departments);
}

bool may_give(const Caller& caller, const Rights& given, const std::string& company,
              const std::string& department, const Rights* everybody) {
  if (caller.system || caller.administrator()) return true;
  if (given.administrator || !caller.rights) return false;
  using entities::Scope;
  const bool here = contains(caller.companies, company), within = contains(caller.departments, department);
  const auto covers = [&](Scope own, Scope wanted) {
    if (own == Scope::kAll || wanted == Scope::kOwn) return true;
    if (wanted == Scope::kAll) return false;
    if (own == Scope::kCompany) return here;
    return own == Scope::kDepartment && wanted == Scope::kDepartment && within;
  };
  const auto& own = caller.rights->held;
  for (std::size_t number = 0; number < given.held.size(); ++number) {
    const auto wanted = entities::scope_of_byte(given.held[number]);
    if (!wanted) continue;
    if (everybody != nullptr && number < everybody->held.size() &&
        entities::widest(everybody->held[number], given.held[number]) == everybody->held[number])
      continue;
    const auto has = entities::scope_of_byte(number < own.size() ? own[number] : std::uint8_t{0});
    if (!has || !covers(*has, *wanted)) return false;
  }
  return true;
}

}  // namespace opsflux::identity
