// Who a call is made for. Made by the authentication service, carried by every request, hook, trigger
// and job, and judged by the entity engine: what runs for a user is held to that user's rights.
#pragma once

#include <string>
#include <vector>

namespace opsflux {

struct Caller {
  std::string user_id;  // empty: nobody is signed in
  std::string name;     // as shown in the activity of a record
  std::string email;
  std::string role;        // "administrator", "user", or a role made later
  std::string language;    // "fr", "en", "es", "pt"
  std::string session_id;  // empty for the system's own work
  std::string address;     // of the client, without port
  std::string user_agent;  // of the client, as its session began; empty: unknown
  std::string
      via;  // what acted in the name of the user: "", "module:tiers", "trigger:tiers/review", "import"
  // What rights of a narrower scope are judged by: identifiers of the caller's companies, departments,
  // groups.
  std::vector<std::string> companies = {}, departments = {}, groups = {};
  bool system = false;  // the host itself: every right, never from a request

  // Whether code acts that may set what people may not: fields that are read-only to them.
  bool by_code() const { return !via.empty() && via != "import"; }
  bool signed_in() const { return system || !user_id.empty(); }
};

}  // namespace opsflux
