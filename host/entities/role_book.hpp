// All roles of the instance with what they give, against one catalogue of permissions: what is looked at to
// compile the rights of a person, and to explain them.
//
// A role has the grants of the administrators; for a permission that they say nothing of, what definitions
// give to the role with its key. It inherits what other roles have; of all, the widest counts. A role that is
// held in one company only gives nothing beyond it (see Reach). Immutable but for what it keeps; any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/base/rights.hpp"
#include "host/entities/permissions.hpp"

namespace opsflux::entities {

inline constexpr std::string_view kAdministratorRole = "administrator";

struct RoleRow {
  std::string id, key;
  std::vector<std::string> inherits;  // identifiers of roles; those that are not there say nothing
  // By permission; nothing: it is taken away from what definitions give.
  std::vector<std::pair<std::string, std::optional<Scope>>> grants;
  bool operator==(const RoleRow&) const = default;
};

// For Rights::set: another one each time.
std::uint64_t next_rights_set();

// A role that somebody holds.
struct HeldRole {
  std::string id;
  bool in_company = false;  // in the company that he acts for, and no further
  auto operator<=>(const HeldRole&) const = default;
};

class RoleBook {
 public:
  // Copies what it needs of `permissions`.
  RoleBook(const std::vector<RoleRow>& rows, const Permissions& permissions);

  // `primary`: the identifier of the role that stands for all of them. Unknown roles give nothing. The same
  // object for the same roles.
  RightsPtr compile(std::vector<HeldRole> roles, std::string_view primary) const;

  // The byte of a permission that the role has by itself, without what it inherits; 0 for an unknown role.
  std::uint8_t own(std::string_view role, std::size_t number) const;
  // The roles that it has the rights of, itself first; each once.
  std::vector<std::string> closure(std::string_view role) const;
  std::string key_of(std::string_view id) const;  // empty for an unknown role
  std::string id_of(std::string_view key) const;  // empty for a key that no role has
  // The way from a role down to one of its closure: both ends, and the roles between that inherit. Empty when
  // there is none.
  std::vector<std::string> way(std::string_view from, std::string_view to) const;
  // What is left of `byte` where the role is held in one company.
  std::uint8_t narrowed(std::size_t number, std::uint8_t byte) const;
  // The byte that who holds a role has by one of its closure: what compile() takes the widest of.
  std::uint8_t given(std::string_view role, std::size_t number, bool in_company) const;
  std::size_t size() const { return reach_.size(); }  // numbers of permissions are smaller

 private:
  struct Role {
    std::string key;
    std::vector<std::string> inherits;
    Permissions::Held held;
  };
  const Role* find(std::string_view id) const;
  struct Step {
    std::string id;
    std::size_t from;  // place in the walk of the role that inherits this one; its own for the first
  };
  std::vector<Step> walk(std::string_view role) const;
  // What a held role gives with all that it inherits.
  struct Whole {
    Permissions::Held held;
    std::vector<std::string> roles;  // keys
    bool administrator = false;
  };
  const Whole& whole(const HeldRole& held) const;
  std::uint8_t given(const Role& role, std::size_t number, bool in_company) const;

  std::unordered_map<std::string, Role> roles_;  // by identifier
  std::vector<Reach> reach_;                     // by number
  mutable std::mutex mutex_;                     // of what is kept
  mutable std::map<HeldRole, Whole> wholes_;
  mutable std::map<std::pair<std::vector<HeldRole>, std::string>, RightsPtr> compiled_;
};

}  // namespace opsflux::entities
