// A log-in from the right password on: what comes next, and what the client is answered. Internal to
// identity.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/services/identity/login/next_step.hpp"
#include "host/services/identity/login/tickets.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

struct CodeOrder;

struct Entry {
  User user;
  Ticket ticket;
  bool begun = false;  // true: `ticket` is in the database
  LogInStep step = LogInStep::kSession;
  AccountState standing;
  // By which the second factor can be given: "totp", "email", "sms", "backup"; or which kinds can be set up.
  std::vector<std::string> methods;
  std::string ticket_secret;              // of a new ticket
  IssuedTokens issued;                    // when nothing more is asked for
  std::vector<std::string> backup_codes;  // to be shown with the session
  std::string device_secret;              // of a device that is trusted from now on
};

// In the transaction in which something was proved: opens the session, or makes or keeps the ticket for what
// comes next. May be run again. "identity.login_over" when the ticket was used meanwhile.
Result<void> go_on(Identity::Parts& parts, store::Transaction& transaction, const http::Request& request,
                   Entry& entry);
// 200 with the session, or 202 with {"step", "methods", "reason", "login_token"}; a browser has its ticket in
// a cookie. `cookies`: others that go with it; `status`: of a session that is open.
void answer(Identity::Parts& parts, http::Exchange exchange, const Entry& entry,
            const std::vector<std::string>& cookies = {}, int status = 200);

// A log-in that goes on with its ticket.
struct Resumed {
  Identity::Parts& parts;
  http::Exchange exchange;
  Entry entry;
  Throttle::Attempt attempt;  // of a code
  std::string secret{};       // of the ticket
  bool wrong = false;
};
using ResumedPtr = std::shared_ptr<Resumed>;

// The ticket is `login_token`, else the browser's cookie. Errors: identity.login_over (401) when it is none
// or no longer valid; identity.other_step {step} (409) when something else is asked for;
// identity.foreign_request.
Result<ResumedPtr> resume(Identity::Parts& parts, http::Exchange exchange,
                          const std::optional<std::string>& login_token, LogInStep expected);

// Counts a try at a code; false when it was answered already.
bool may_try(const ResumedPtr& resumed);
// Takes the try back, and answers with the error.
void withdraw(const ResumedPtr& resumed, const Error& error);
// {"kind", "sent_to"}, once a code was sent; a browser keeps its ticket as long as the code lasts.
void answer_sent(const Resumed& resumed, const CodeOrder& order, const Result<void>& sent, int status = 202);

// Proves something in a transaction, goes on, and answers. False of `prove`: what was typed is wrong; that is
// told to the trail, counted for the ticket and for the account, and answered with `wrong`.
using Prove = std::function<Result<bool>(store::Transaction&, Entry&)>;
void advance(ResumedPtr resumed, Prove prove, Error wrong);

// By which the user can give a code now.
Result<std::vector<std::string>> factor_methods(store::Session& session, const Identity::Parts& parts,
                                                std::string_view user_id);

// The throttle that codes of a user are counted in: a right password does not empty it.
std::string code_account(std::string_view user_id);
Error wrong_code();        // 401
Error wrong_code_typed();  // 422, at "code"
Error login_over();

}  // namespace opsflux::identity
