// Sending a code to somebody. Internal to identity.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/services/identity/factors/one_time_code.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

struct CodeOrder {
  User user{};
  std::string row_id{};  // of identity_token, which the code hangs on
  std::string way{};     // "email": to the user's address; "sms"
  std::string number{};  // for "sms"
};

// Does `first`, keeps a new code, and sends it. By mail it is queued with the transaction; an SMS is handed
// to the provider after it, and `done` hears what became of that. Any thread. Ten codes an hour for a user:
// "identity.too_many_attempts". Also "identity.codes_sent", "identity.mail_off", "identity.sms_off" and
// others of sms.hpp, and what `first` says.
void send_code(Identity::Parts& parts, CodeOrder order, store::WriteWork first,
               std::function<void(Result<void>)> done);

// Where a code goes, as it may be shown.
std::string shown_place(const CodeOrder& order);

// What may be set up now: allowed, and with a way to send codes where some are sent.
std::vector<std::string> kinds_on_offer(const Identity::Parts& parts);
// "identity.kind_off" at "kind" for one that is not.
Result<void> check_kind(const Identity::Parts& parts, std::string_view kind);

}  // namespace opsflux::identity
