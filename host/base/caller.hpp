// Who a call is made for. Made by the authentication service, carried by every request, hook, trigger
// and job, and judged by the entity engine: what runs for a user is held to that user's rights.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/rights.hpp"

namespace opsflux {

struct Caller {
  std::string user_id;  // empty: nobody is signed in
  std::string name;     // as shown in the activity of a record
  std::string email;
  std::string role;        // the key of the role that he acts in: "administrator", "user", or one made later
  std::string language;    // "fr", "en", "es", "pt"
  std::string session_id;  // empty for the system's own work
  std::string address;     // of the client, without port
  std::string user_agent;  // of the client, as its session began; empty: unknown
  std::string
      via;  // what acted in the name of the user: "", "module:tiers", "trigger:tiers/review", "import"
  // What rights of a narrower scope are judged by: identifiers of the caller's companies, departments,
  // groups.
  std::vector<std::string> companies = {}, departments = {}, groups = {};
  std::string company = {};  // in whose name he acts; empty: in none's
  std::string key_id = {};   // of the API key that acts for him; empty: none does
  UtcNs confirmed_at = 0;    // when he last proved in this session who he is; 0: not in one
  // The person who sees this one's view of things, and acts in truth; empty: nobody does.
  std::string actor_id = {}, actor_name = {};
  bool read_only = false;  // may look and change nothing
  // Null: what definitions give to `role`, as for code that names a role and no person.
  RightsPtr rights = nullptr;
  bool system = false;  // the host itself: every right, never from a request

  bool operator==(const Caller&) const = default;  // rights by identity
  // Whether code acts that may set what people may not: fields that are read-only to them.
  bool by_code() const { return !via.empty() && via != "import"; }
  bool signed_in() const { return system || !user_id.empty(); }
  // Every right that people can have, and not only in one company.
  bool administrator() const { return rights ? rights->administrator : role == "administrator"; }
  bool has_role(std::string_view key) const { return rights ? rights->has_role(key) : role == key; }
  // The same for callers with the same rights: what is kept for one may be given to the other, as far as no
  // person matters.
  std::string rights_key() const { return rights ? "#" + std::to_string(rights->set) : role; }
};

}  // namespace opsflux
