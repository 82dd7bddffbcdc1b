#include "host/services/identity/rights/explain.hpp"

#include <algorithm>

namespace opsflux::identity {
namespace {

bool decided(const Directory& directory, std::string_view role, std::string_view permission) {
  const auto row = std::find_if(directory.roles.begin(), directory.roles.end(),
                                [&](const entities::RoleRow& one) { return one.id == role; });
  return row != directory.roles.end() &&
         std::any_of(row->grants.begin(), row->grants.end(),
                     [&](const auto& grant) { return grant.first == permission; });
}

}  // namespace

std::vector<Reason> explain(const entities::RoleBook& book, const Directory& directory,
                            const std::vector<Holding>& holdings, std::string_view permission,
                            std::size_t number, std::string_view leader) {
  std::vector<Reason> out;
  for (const Holding& holding : holdings)
    for (const std::string& role : book.closure(holding.role.id)) {
      const std::uint8_t given = book.given(role, number, holding.role.in_company);
      if (given == 0) continue;
      out.push_back({holding, book.way(holding.role.id, role), book.given(role, number, false), given,
                     decided(directory, role, permission) || decided(directory, role, leader), false});
    }
  std::stable_sort(out.begin(), out.end(),
                   [](const Reason& a, const Reason& b) { return a.given < b.given; });
  for (Reason& reason : out) reason.wins = reason.given == out.front().given;
  return out;
}

std::vector<Offer> offers(const entities::RoleBook& book, const Directory& directory, std::size_t number,
                          std::uint8_t byte) {
  std::vector<Offer> out;
  for (const entities::RoleRow& role : directory.roles) {
    std::uint8_t gives = 0;
    for (const std::string& one : book.closure(role.id))
      gives = entities::widest(gives, book.given(one, number, false));
    if (gives != byte && entities::widest(gives, byte) == gives) out.push_back({role.id, gives});
  }
  return out;
}

std::string right_text(std::string_view permission, std::uint8_t byte) {
  const auto scope = entities::scope_of_byte(byte);
  return std::string(permission) + "." +
         std::string(scope ? entities::kScopes[static_cast<std::size_t>(*scope)] : "none");
}

}  // namespace opsflux::identity
