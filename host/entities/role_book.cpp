#include "host/entities/role_book.hpp"

#include <algorithm>
#include <atomic>

namespace opsflux::entities {

std::uint64_t next_rights_set() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

RoleBook::RoleBook(const std::vector<RoleRow>& rows, const Permissions& permissions) {
  std::size_t size = 0;
  for (const Permissions::Declared& one : permissions.all()) size = std::max(size, one.number + 1);
  reach_.resize(size, Reach::kInstance);
  for (const Permissions::Declared& one : permissions.all()) reach_[one.number] = one.reach;
  for (const RoleRow& row : rows) {
    Role role{row.key, row.inherits, {}};
    if (const auto* defaults = permissions.defaults_of(row.key)) role.held = *defaults;
    role.held.resize(size);
    for (const auto& [permission, scope] : row.grants)
      if (const auto number = permissions.index(permission))
        role.held[*number] = scope ? byte_of_scope(*scope) : std::uint8_t{0};
    for (const Permissions::Declared& one : permissions.all())
      if (const auto leader = permissions.leader_of(one.number);
          leader && std::none_of(row.grants.begin(), row.grants.end(),
                                 [&](const auto& grant) { return grant.first == one.id; }))
        role.held[one.number] = role.held[*leader];
    roles_.emplace(row.id, std::move(role));
  }
}

const RoleBook::Role* RoleBook::find(std::string_view id) const {
  const auto it = roles_.find(std::string(id));
  return it == roles_.end() ? nullptr : &it->second;
}

std::uint8_t RoleBook::own(std::string_view role, std::size_t number) const {
  const Role* found = find(role);
  return found == nullptr || number >= found->held.size() ? std::uint8_t{0} : found->held[number];
}

std::string RoleBook::key_of(std::string_view id) const {
  const Role* found = find(id);
  return found == nullptr ? std::string() : found->key;
}

std::string RoleBook::id_of(std::string_view key) const {
  for (const auto& [id, role] : roles_)
    if (role.key == key) return id;
  return {};
}

// What is listed already has led on before; that ends a circle as well.
std::vector<RoleBook::Step> RoleBook::walk(std::string_view role) const {
  std::vector<Step> out;
  if (find(role) == nullptr) return out;
  out.push_back({std::string(role), 0});
  for (std::size_t i = 0; i < out.size(); ++i)
    for (const std::string& next : find(out[i].id)->inherits)
      if (find(next) != nullptr &&
          std::none_of(out.begin(), out.end(), [&](const Step& step) { return step.id == next; }))
        out.push_back({next, i});
  return out;
}

std::vector<std::string> RoleBook::closure(std::string_view role) const {
  std::vector<std::string> out;
  for (Step& step : walk(role)) out.push_back(std::move(step.id));
  return out;
}

std::vector<std::string> RoleBook::way(std::string_view from, std::string_view to) const {
  const std::vector<Step> steps = walk(from);
  const auto end = std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return step.id == to; });
  if (end == steps.end()) return {};
  std::vector<std::string> out = {end->id};
  for (auto at = static_cast<std::size_t>(end - steps.begin()); at != 0; at = steps[at].from)
    out.push_back(steps[steps[at].from].id);
  std::reverse(out.begin(), out.end());
  return out;
}

std::uint8_t RoleBook::narrowed(std::size_t number, std::uint8_t byte) const {
  if (byte == 0 || number >= reach_.size() || reach_[number] == Reach::kInstance) return 0;
  if (reach_[number] == Reach::kTenant && byte == byte_of_scope(Scope::kAll))
    return byte_of_scope(Scope::kCompany);
  return byte;
}

std::uint8_t RoleBook::given(const Role& role, std::size_t number, bool in_company) const {
  const bool all = role.key == kAdministratorRole;
  const std::uint8_t byte = all ? byte_of_scope(Scope::kAll) : role.held[number];
  return in_company ? narrowed(number, byte) : byte;
}

std::uint8_t RoleBook::given(std::string_view role, std::size_t number, bool in_company) const {
  const Role* found = find(role);
  return found == nullptr || number >= size() ? std::uint8_t{0} : given(*found, number, in_company);
}

const RoleBook::Whole& RoleBook::whole(const HeldRole& held) const {
  const auto [kept, fresh] = wholes_.try_emplace(held);
  Whole& out = kept->second;
  if (!fresh) return out;
  out.held.resize(size());
  for (const std::string& id : closure(held.id)) {
    const Role& role = *find(id);
    out.administrator = out.administrator || (role.key == kAdministratorRole && !held.in_company);
    out.roles.push_back(role.key);
    for (std::size_t number = 0; number < size(); ++number)
      out.held[number] = widest(out.held[number], given(role, number, held.in_company));
  }
  return out;
}

RightsPtr RoleBook::compile(std::vector<HeldRole> roles, std::string_view primary) const {
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  std::pair key(std::move(roles), std::string(primary));
  const std::lock_guard lock(mutex_);
  RightsPtr& kept = compiled_[key];
  if (kept) return kept;
  auto rights = std::make_shared<Rights>();
  rights->set = next_rights_set();
  rights->primary = key_of(primary);
  rights->held.resize(size());
  for (const HeldRole& held : key.first) {
    const Whole& whole = this->whole(held);
    rights->administrator = rights->administrator || whole.administrator;
    rights->roles.insert(rights->roles.end(), whole.roles.begin(), whole.roles.end());
    std::transform(whole.held.begin(), whole.held.end(), rights->held.begin(), rights->held.begin(), widest);
  }
  std::sort(rights->roles.begin(), rights->roles.end());
  rights->roles.erase(std::unique(rights->roles.begin(), rights->roles.end()), rights->roles.end());
  return kept = std::move(rights);
}

}  // namespace opsflux::entities
