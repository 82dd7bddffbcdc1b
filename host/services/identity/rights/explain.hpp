// Why somebody may do something: every way by which a right comes to him, from the book of roles that his
// rights are compiled from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/services/identity/rights/standings.hpp"

namespace opsflux::identity {

// One way.
struct Reason {
  Holding holding;
  std::vector<std::string> way;  // roles: the one held, those it inherits from, the one that gives
  std::uint8_t own = 0;          // what that role has (see RoleBook)
  std::uint8_t given = 0;  // what of it reaches him; narrower where the role is held in one company only
  bool set = false;        // as administrators decided; else as definitions give
  bool wins = false;       // nothing gives more
};

// `leader`: the permission that it follows where nothing is decided of it (see Permissions); may be empty.
// The widest first. Empty exactly when compile() gives him nothing of the permission, and the first one gives
// what compile() does.
std::vector<Reason> explain(const entities::RoleBook& book, const Directory& directory,
                            const std::vector<Holding>& holdings, std::string_view permission,
                            std::size_t number, std::string_view leader = {});

// Roles that would give somebody more than `byte` of the permission, if he had them.
struct Offer {
  std::string role;
  std::uint8_t byte = 0;
};
std::vector<Offer> offers(const entities::RoleBook& book, const Directory& directory, std::size_t number,
                          std::uint8_t byte);

// "tiers.company.edit.own": how a right is written where people see or keep it.
std::string right_text(std::string_view permission, std::uint8_t byte);

}  // namespace opsflux::identity
