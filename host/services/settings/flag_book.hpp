// Feature flags as they are judged: for whom each is on.
//
// A flag that is off is on for nobody; one that is on, for everybody, as far as nothing narrows it.
// Companies, roles and a share narrow it, and all that is given must hold:
//   companies  the caller acts for one of them; who acts for none, for one of his own
//   roles      the caller has one of them, or one that inherits it
//   share      so many of a hundred users. Which ones is told by the flag's name and the user's identifier
//              alone: the same on every machine and after every start, other ones for each flag; a greater
//              share adds users and takes nobody away.
// Who is not signed in, and the host itself, have no company, no role and no part in a share below 100.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/caller.hpp"

namespace opsflux::settings_service {

struct Flag {
  std::string name;  // "fleet.new_map"
  bool enabled = false;
  bool by_company = false, by_role = false;  // also where nobody is left in the lists
  std::vector<std::string> companies;        // identifiers
  std::vector<std::string> roles;            // keys
  int share = 100;                           // of a hundred users
};

// Never changes; safe from any thread.
class FlagBook {
 public:
  FlagBook() = default;
  explicit FlagBook(std::vector<Flag> flags);

  // False for a name that there is not. Takes less than a microsecond.
  bool on(std::string_view name, const Caller& caller) const;
  // The names of all that are on for the caller, sorted.
  std::vector<std::string> all_on(const Caller& caller) const;

 private:
  struct Entry {
    Flag flag;
    std::array<unsigned char, 16> key{};  // of the hash that picks its users
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  static bool holds(const Entry& entry, const Caller& caller);
  static bool in_share(const Entry& entry, const Caller& caller);

  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;
};

}  // namespace opsflux::settings_service
