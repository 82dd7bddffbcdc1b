#include "host/services/identity/admission/mail_tickets.hpp"

#include "host/base/text.hpp"
#include "host/services/identity/tokens.hpp"

namespace opsflux::identity {
namespace {

constexpr std::string_view kPrefix = "oft_";
constexpr std::size_t kBytes = 32, kLength = 4 + 43;

}  // namespace

std::string_view to_string(MailTicketPurpose purpose) {
  switch (purpose) {
    case MailTicketPurpose::kLogin:
      return "login";
    case MailTicketPurpose::kReset:
      return "reset";
    case MailTicketPurpose::kMagic:
      return "magic";
    case MailTicketPurpose::kVerify:
      return "verify";
    case MailTicketPurpose::kInvite:
      return "invite";
  }
  return "";
}

std::string new_mail_ticket_text() { return std::string(kPrefix) + to_base64url(random_bytes(kBytes)); }

Result<std::string> issue_mail_ticket(store::Transaction& transaction, const Clock& clock, IdSource& ids,
                                      const NewMailTicket& ticket) {
  std::string text = new_mail_ticket_text();
  const UtcNs now = clock.now();
  const std::string id = ids.next(), hash = hex_of(digest_of(text)), at = format_utc(now),
                    end = format_utc(now + std::chrono::nanoseconds(ticket.lifetime).count()),
                    binding = ticket.binding.empty() ? std::string() : hex_of(digest_of(ticket.binding));
  TRY(transaction.execute(
      "INSERT INTO identity_token (id, purpose, secret_hash, subject, binding, attempts, data, created_at, "
      "expires_at, address) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9)",
      {std::string_view(id), to_string(ticket.purpose), std::string_view(hash),
       std::string_view(ticket.subject), store::text_or_null(std::string_view(binding)),
       std::string_view(ticket.data), std::string_view(at), std::string_view(end),
       store::text_or_null(std::string_view(ticket.address))}));
  return text;
}

Result<std::optional<MailTicket>> find_mail_ticket(store::Session& session, MailTicketPurpose purpose,
                                                   std::string_view text, UtcNs now) {
  std::optional<MailTicket> out;
  if (text.size() != kLength || !text.starts_with(kPrefix)) return out;
  const std::string hash = hex_of(digest_of(text)), at = format_utc(now);
  TRY(session.query_one(
      "SELECT id, subject, data, binding FROM identity_token WHERE secret_hash = $1 AND purpose "
      "= $2 AND used_at IS NULL AND expires_at > $3",
      {std::string_view(hash), to_string(purpose), std::string_view(at)}, [&](const store::Row& row) {
        out = MailTicket{row.string(0), row.string(1), row.string(2), row.string(3)};
      }));
  return out;
}

Result<bool> use_mail_ticket(store::Transaction& transaction, std::string_view id, UtcNs now) {
  const std::string at = format_utc(now);
  TRY_ASSIGN(used,
             transaction.execute("UPDATE identity_token SET used_at = $2 WHERE id = $1 AND used_at IS NULL "
                                 "AND expires_at > $2",
                                 {id, std::string_view(at)}));
  return used == 1;
}

Result<void> end_mail_tickets(store::Transaction& transaction, std::string_view subject,
                              MailTicketPurpose purpose, UtcNs now) {
  const std::string at = format_utc(now);
  TRY(transaction.execute(
      "UPDATE identity_token SET used_at = $3 WHERE subject = $1 AND purpose = $2 AND used_at IS "
      "NULL",
      {subject, to_string(purpose), std::string_view(at)}));
  return {};
}

Result<void> end_ways_in(store::Transaction& transaction, std::string_view user_id, UtcNs now) {
  for (const MailTicketPurpose purpose : {MailTicketPurpose::kReset, MailTicketPurpose::kMagic})
    TRY(end_mail_tickets(transaction, user_id, purpose, now));
  return {};
}

Result<void> prune_mail_tickets(store::Transaction& transaction, UtcNs before) {
  const std::string at = format_utc(before);
  TRY(transaction.execute("DELETE FROM identity_token WHERE expires_at < $1", {std::string_view(at)}));
  return {};
}

}  // namespace opsflux::identity
