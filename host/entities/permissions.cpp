#include "host/entities/permissions.hpp"

#include <algorithm>
#include <unordered_set>

#include "host/entities/permission_names.hpp"

namespace opsflux::entities {
namespace {

std::uint8_t at(const Permissions::Held& held, std::size_t number) {
  return number < held.size() ? held[number] : std::uint8_t{0};
}

}  // namespace

std::size_t Permissions::declare(std::string_view id, const std::vector<std::string>& roles, Reach reach) {
  const auto [it, fresh] = index_.emplace(std::string(id), all_.size());
  if (fresh) all_.push_back({std::string(id), permission_number(id), reach});
  const std::size_t number = all_[it->second].number;
  for (const std::string& role : roles) grant(number, role, Scope::kAll);
  return number;
}

void Permissions::grant(std::size_t number, std::string_view role, Scope scope) {
  Held& held = defaults_[std::string(role)];
  if (held.size() <= number) held.resize(number + 1);
  held[number] = widest(held[number], byte_of_scope(scope));
}

void Permissions::follow(std::size_t follower, std::size_t leader) { leaders_[follower] = leader; }

std::optional<std::size_t> Permissions::leader_of(std::size_t number) const {
  const auto it = leaders_.find(number);
  return it == leaders_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::size_t> Permissions::index(std::string_view id) const {
  const auto it = index_.find(id);
  if (it == index_.end()) return std::nullopt;
  return all_[it->second].number;
}

const Permissions::Held* Permissions::defaults_of(std::string_view role) const {
  const auto it = defaults_.find(role);
  return it == defaults_.end() ? nullptr : &it->second;
}

std::vector<std::string> Permissions::roles_with_defaults() const {
  std::vector<std::string> out;
  for (const auto& [role, held] : defaults_) out.push_back(role);
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<Scope> Permissions::scope(const Caller& caller, std::size_t number) const {
  if (caller.system || caller.administrator()) return Scope::kAll;
  if (caller.rights) return scope_of_byte(at(caller.rights->held, number));
  const Held* defaults = defaults_of(caller.role);
  return defaults == nullptr ? std::nullopt
                             : scope_of_byte(at(*defaults, leader_of(number).value_or(number)));
}

bool Permissions::allows(const Caller& caller, std::string_view id) const {
  const auto number = index(id);
  return number && allows(caller, *number);
}

std::optional<Permissions::Named> Permissions::named(std::string_view text) const {
  static constexpr std::pair<std::string_view, Scope> kScopes[] = {{".all", Scope::kAll},
                                                                   {".company", Scope::kCompany},
                                                                   {".department", Scope::kDepartment},
                                                                   {".own", Scope::kOwn}};
  if (const auto at = index(text)) return Named{*at, Scope::kAll};
  for (const auto& [ending, scope] : kScopes) {
    if (!text.ends_with(ending)) continue;
    if (const auto at = index(text.substr(0, text.size() - ending.size()))) return Named{*at, scope};
  }
  return std::nullopt;
}

// Those that go with what is held of others.
void Permissions::follow_in(const Rights& owner, const std::vector<std::string>& named_texts,
                            Held& held) const {
  std::unordered_set<std::size_t> told;
  for (const std::string& text : named_texts)
    if (const auto one = named(text)) told.insert(one->number);
  for (const auto& [follower, leader] : leaders_) {
    const std::uint8_t with = at(held, leader);
    const std::uint8_t most = owner.administrator ? byte_of_scope(Scope::kAll) : at(owner.held, follower);
    if (told.contains(follower) || with == 0 || most == 0) continue;
    if (held.size() <= follower) held.resize(follower + 1);
    held[follower] = std::max(with, most);
  }
}

Permissions::Held Permissions::narrowed(const Rights& owner,
                                        const std::vector<std::string>& permissions) const {
  Held out;
  for (const std::string& text : permissions) {
    const auto wanted = named(text);
    if (!wanted) continue;
    const auto held =
        owner.administrator ? std::optional(Scope::kAll) : scope_of_byte(at(owner.held, wanted->number));
    if (!held) continue;
    if (out.size() <= wanted->number) out.resize(wanted->number + 1);
    std::uint8_t& byte = out[wanted->number];
    byte = widest(byte, byte_of_scope(std::max(*held, wanted->scope)));
  }
  follow_in(owner, permissions, out);
  return out;
}

Result<void> Permissions::require(const Caller& caller, std::size_t number) const {
  if (allows(caller, number)) return {};
  if (!caller.signed_in()) return fail(Error::unauthenticated("auth.required", "Sign in first."));
  const auto declared =
      std::find_if(all_.begin(), all_.end(), [&](const Declared& one) { return one.number == number; });
  const std::string id = declared == all_.end() ? std::string() : declared->id;
  return fail(Error::forbidden("auth.forbidden", "You do not have the permission " + id + ".")
                  .with("permission", id));
}

std::vector<std::string> Permissions::granted(const Caller& caller) const {
  std::vector<std::string> out;
  for (const Declared& one : all_)
    if (allows(caller, one.number)) out.push_back(one.id);
  return out;
}

}  // namespace opsflux::entities
