// A log-in that is half done: the password was right, and something is still asked for. It is no session; no
// route but those of the log-in takes it. Kept as a one-time secret (identity_token, purpose "login").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/services/identity/tokens.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

inline constexpr std::chrono::minutes kTicketLifetime{10};
inline constexpr std::int64_t kTicketAttempts = 5;

struct Ticket {
  std::string id, user_id;
  SessionKind kind = SessionKind::kToken;
  bool remember = false;
  bool proved = false;    // the second factor was given, or this device may go without
  std::string enrolling;  // the kind of second factor that is being set up; empty: none
  std::string sealed;     // its secret or its number; empty: it has none
};

// Of a ticket that is valid: not used, in time, with attempts left.
Result<std::optional<Ticket>> find_ticket(store::Session& session, std::string_view secret, UtcNs now);
// Drops those that ended a day ago as well.
Result<void> insert_ticket(store::Transaction& transaction, const Ticket& ticket, std::string_view secret,
                           UtcNs now);
// Each of these is false when the ticket is no longer valid; of two at once one is told so.
Result<bool> count_attempt(store::Transaction& transaction, std::string_view id, UtcNs now);
Result<bool> keep_ticket(store::Transaction& transaction, const Ticket& ticket, UtcNs now);
Result<bool> use_ticket(store::Transaction& transaction, std::string_view id, UtcNs now);
// All of a user, for instance because the password changed.
Result<void> forget_tickets(store::Transaction& transaction, std::string_view user_id,
                            std::string_view except_id = {});

std::string ticket_context(std::string_view id);  // what a secret in a ticket is sealed for

}  // namespace opsflux::identity
