// Which permissions there are, what definitions and manifests give of them to which role, and whether a
// caller holds one. Immutable after build.
//
// What definitions give is the default of the role with that key; an administrator's grants stand above it
// (see role_book.hpp). A check is a byte of the caller's compiled rights. "administrator" holds every
// permission that exists, for all records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/error.hpp"
#include "host/entities/definition.hpp"

namespace opsflux::entities {

// Where a permission reaches, and so what a role that is held in one company only can have of it.
enum class Reach : std::uint8_t {
  kPlain,     // records that belong to no company: as it is
  kTenant,    // records of a company: "all" becomes those of the company
  kInstance,  // the whole instance: nothing
};

class Permissions {
 public:
  // Makes `id` ("tiers.company.view") exist and gives it to `roles`, for all records. Idempotent; returns its
  // number (see permission_names.hpp).
  std::size_t declare(std::string_view id, const std::vector<std::string>& roles = {},
                      Reach reach = Reach::kPlain);
  // Of several grants to one role the widest counts.
  void grant(std::size_t number, std::string_view role, Scope scope);

  // Who has `leader` has `follower` as far, where nobody says otherwise: no definition, no grant.
  void follow(std::size_t follower, std::size_t leader);
  std::optional<std::size_t> leader_of(std::size_t number) const;  // of a follower

  std::optional<std::size_t> index(std::string_view id) const;
  // For which records the caller holds the permission; nothing: for none.
  std::optional<Scope> scope(const Caller& caller, std::size_t number) const;
  // Whether the caller holds it for any record.
  bool allows(const Caller& caller, std::size_t number) const { return scope(caller, number).has_value(); }
  bool allows(const Caller& caller, std::string_view id) const;  // false for an id that does not exist
  Result<void> require(const Caller& caller, std::size_t number) const;
  struct Named {
    std::size_t number;
    Scope scope;
  };
  // The permission that a text names, with its scope: "tiers.company.edit.own", and "tiers.company.edit" for
  // all; nothing: there is none.
  std::optional<Named> named(std::string_view text) const;
  // Every permission the caller holds, in the order of declaration.
  std::vector<std::string> granted(const Caller& caller) const;

  struct Declared {
    std::string id;
    std::size_t number;
    Reach reach;
  };
  const std::vector<Declared>& all() const { return all_; }  // in the order of declaration
  using Held = std::vector<std::uint8_t>;  // by number, may be shorter: 0 for nothing, else 1 + Scope
  // What definitions give to the role; null for nothing.
  const Held* defaults_of(std::string_view role) const;
  std::vector<std::string> roles_with_defaults() const;
  // Of the owner's rights those that are named (see above), none wider than named nor wider than he has them;
  // what does not exist or is not held is left out. A follower that is not named goes with its leader.
  Held narrowed(const Rights& owner, const std::vector<std::string>& permissions) const;

 private:
  void follow_in(const Rights& owner, const std::vector<std::string>& named_texts, Held& held) const;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::vector<Declared> all_;
  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;  // place in all_
  std::unordered_map<std::string, Held, Hash, std::equal_to<>> defaults_;      // by role
  std::unordered_map<std::size_t, std::size_t> leaders_;                       // by follower
};

// What a byte of rights says; nothing for 0.
inline std::optional<Scope> scope_of_byte(std::uint8_t byte) {
  return byte == 0 ? std::nullopt : std::optional(static_cast<Scope>(byte - 1));
}
inline std::uint8_t byte_of_scope(Scope scope) {
  return static_cast<std::uint8_t>(1 + static_cast<int>(scope));
}
// The wider of two; a smaller byte that is not 0 is wider.
inline std::uint8_t widest(std::uint8_t a, std::uint8_t b) { return a == 0 || (b != 0 && b < a) ? b : a; }

}  // namespace opsflux::entities
