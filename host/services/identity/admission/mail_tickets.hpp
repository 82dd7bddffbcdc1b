// Secrets for one use (table identity_token): who holds the text may do one thing, once, until it ends.
//
// The text is oft_ + 43 characters of base64url; only its digest is stored.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/ids.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

enum class MailTicketPurpose : std::uint8_t { kLogin, kReset, kMagic, kVerify, kInvite };
std::string_view to_string(MailTicketPurpose purpose);  // "reset"

struct NewMailTicket {
  MailTicketPurpose purpose = MailTicketPurpose::kReset;
  std::string subject{};  // a user's id, an invitation's
  std::chrono::milliseconds lifetime{0};
  std::string binding{};  // a secret that must come with it, from a cookie; empty: none
  std::string data = "{}";
  std::string address{};  // of who asked
};

struct MailTicket {
  std::string id{}, subject{}, data{};
  std::string binding_hash{};  // empty: none
};

std::string new_mail_ticket_text();

// Stores the ticket and gives its text.
Result<std::string> issue_mail_ticket(store::Transaction& transaction, const Clock& clock, IdSource& ids,
                                      const NewMailTicket& ticket);
// The one with that text, if it can be used now.
Result<std::optional<MailTicket>> find_mail_ticket(store::Session& session, MailTicketPurpose purpose,
                                                   std::string_view text, UtcNs now);
// Takes its one use. False: it was used or has ended meanwhile; of two at once one gets true.
Result<bool> use_mail_ticket(store::Transaction& transaction, std::string_view id, UtcNs now);
// Ends those of a subject that were not used.
Result<void> end_mail_tickets(store::Transaction& transaction, std::string_view subject,
                              MailTicketPurpose purpose, UtcNs now);
// Ends all mailed links that would let somebody in as that user: after a change of password.
Result<void> end_ways_in(store::Transaction& transaction, std::string_view user_id, UtcNs now);
// Forgets those that ended before.
Result<void> prune_mail_tickets(store::Transaction& transaction, UtcNs before);

}  // namespace opsflux::identity
