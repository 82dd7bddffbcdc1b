// What identity tells the log and the audit trail.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace opsflux::store {
class Transaction;
}

namespace opsflux::identity {

struct AuthEvent {
  // "login.succeeded", "login.failed", "login.refused" (throttled; the first fifty of a window), "logout",
  // "session.reused", "setup.completed", "password.changed", "profile.changed"
  std::string_view action;
  std::string user_id;     // empty: unknown
  std::string email;       // as it was typed, small letters
  std::string session_id;  // empty: none
  std::string address;
  std::string user_agent;
  bool by_operator = false;  // done at the command line of the machine
  std::string by;            // who did it to somebody else: an administrator's id
  std::string changes = {};  // JSON array of what changed, as the audit trail has it; empty: none
  std::string reason = {};   // the code of the error that it was refused with; empty: it was done
};

// Writes the event inside the transaction it belongs to. A statement that fails undoes the whole.
using AuditSink = std::function<void(store::Transaction&, const AuthEvent&)>;

}  // namespace opsflux::identity
