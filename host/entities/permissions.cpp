#include "host/entities/permissions.hpp"

namespace opsflux::entities {

std::size_t Permissions::declare(std::string_view id, const std::vector<std::string>& roles) {
  const auto [it, fresh] = index_.emplace(std::string(id), ids_.size());
  if (fresh) ids_.emplace_back(id);
  for (const std::string& role : roles) grant(it->second, role, Scope::kAll);
  return it->second;
}

void Permissions::grant(std::size_t index, std::string_view role, Scope scope) {
  auto& held = grants_[std::string(role)];
  if (held.size() <= index) held.resize(index + 1);
  const auto wanted = static_cast<std::uint8_t>(1 + static_cast<int>(scope));
  if (held[index] == 0 || wanted < held[index]) held[index] = wanted;
}

std::optional<std::size_t> Permissions::index(std::string_view id) const {
  const auto it = index_.find(id);
  if (it == index_.end()) return std::nullopt;
  return it->second;
}

std::optional<Scope> Permissions::scope(const Caller& caller, std::size_t index) const {
  if (caller.system || caller.role == "administrator") return Scope::kAll;
  const auto it = grants_.find(std::string_view(caller.role));
  if (it == grants_.end() || it->second.size() <= index || it->second[index] == 0) return std::nullopt;
  return static_cast<Scope>(it->second[index] - 1);
}

bool Permissions::allows(const Caller& caller, std::string_view id) const {
  const auto at = index(id);
  return at && allows(caller, *at);
}

Result<void> Permissions::require(const Caller& caller, std::size_t index) const {
  if (allows(caller, index)) return {};
  if (!caller.signed_in()) return fail(Error::unauthenticated("auth.required", "Sign in first."));
  return fail(Error::forbidden("auth.forbidden", "You do not have the permission " + ids_[index] + ".")
                  .with("permission", ids_[index]));
}

std::vector<std::string> Permissions::granted(const Caller& caller) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < ids_.size(); ++i)
    if (allows(caller, i)) out.push_back(ids_[i]);
  return out;
}

}  // namespace opsflux::entities
