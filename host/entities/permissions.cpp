#include "host/entities/permissions.hpp"

namespace opsflux::entities {

std::size_t Permissions::declare(std::string_view id, const std::vector<std::string>& roles) {
  const auto [it, fresh] = index_.emplace(std::string(id), ids_.size());
  if (fresh) ids_.emplace_back(id);
  const std::size_t at = it->second;
  for (const std::string& role : roles) {
    auto& words = bits_[role];
    if (words.size() <= at / 64) words.resize(at / 64 + 1);
    words[at / 64] |= std::uint64_t{1} << (at % 64);
  }
  return at;
}

std::optional<std::size_t> Permissions::index(std::string_view id) const {
  const auto it = index_.find(id);
  if (it == index_.end()) return std::nullopt;
  return it->second;
}

bool Permissions::allows(const Caller& caller, std::size_t index) const {
  if (caller.system || caller.role == "administrator") return true;
  const auto it = bits_.find(std::string_view(caller.role));
  if (it == bits_.end() || it->second.size() <= index / 64) return false;
  return (it->second[index / 64] >> (index % 64) & 1) != 0;
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
