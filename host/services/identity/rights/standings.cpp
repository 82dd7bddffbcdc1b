#include "host/services/identity/rights/standings.hpp"

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

Standing Standings::of(const std::string& person, std::string_view role) const {
  const Now now = this->now();
  Standing out;
  out.groups = now.directory->groups(person);
  std::vector<entities::HeldRole> roles = {{std::string(role)}};
  for (const std::string& group : out.groups)
    if (const auto found = now.directory->role_of_group.find(group);
        found != now.directory->role_of_group.end())
      roles.push_back({found->second});
  out.rights = now.book->compile(std::move(roles), role);
  return out;
}

RightsPtr Standings::of_role(std::string_view role) const {
  return book()->compile({{std::string(role)}}, role);
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
}

bool may_give(const Caller& caller, const Rights& given) {
  if (caller.system || caller.administrator()) return true;
  if (given.administrator || !caller.rights) return false;
  const auto& own = caller.rights->held;
  for (std::size_t number = 0; number < given.held.size(); ++number) {
    const std::uint8_t has = number < own.size() ? own[number] : std::uint8_t{0};
    if (given.held[number] != 0 && entities::widest(has, given.held[number]) != has) return false;
  }
  return true;
}

}  // namespace opsflux::identity
