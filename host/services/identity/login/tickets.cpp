#include "host/services/identity/login/tickets.hpp"

namespace opsflux::identity {
namespace {

constexpr std::int64_t kDay = 86'400'000'000'000;

std::string kind_name(SessionKind kind) { return kind == SessionKind::kBrowser ? "browser" : "token"; }

}  // namespace

std::string ticket_context(std::string_view id) { return "login:" + std::string(id); }

Result<std::optional<Ticket>> find_ticket(store::Session& session, std::string_view secret, UtcNs now) {
  std::optional<Ticket> found;
  const std::string hash = hex_of(digest_of(secret)), at = format_utc(now);
  TRY(session.query_one(
      "SELECT id, user_id, kind, remember, proved, sealed FROM identity_login "
      "WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2 AND attempts < $3",
      {hash, at, kTicketAttempts}, [&](const store::Row& row) {
        const auto kind = row.text(2) == "browser" ? SessionKind::kBrowser : SessionKind::kToken;
        found = Ticket{row.string(0), row.string(1), kind, row.boolean(3), row.boolean(4), row.string(5)};
      }));
  return found;
}

Result<void> insert_ticket(store::Transaction& transaction, const Ticket& ticket, std::string_view secret,
                           UtcNs now) {
  const std::string over = format_utc(now - kDay), at = format_utc(now);
  const std::string until = format_utc(now + std::chrono::nanoseconds(kTicketLifetime).count());
  const std::string hash = hex_of(digest_of(secret)), kind = kind_name(ticket.kind);
  TRY(transaction.execute("DELETE FROM identity_login WHERE expires_at < $1", {over}));
  TRY(transaction.execute(
      "INSERT INTO identity_login (id, secret_hash, user_id, kind, remember, proved, attempts, created_at, "
      "expires_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)",
      {ticket.id, hash, ticket.user_id, kind, ticket.remember, ticket.proved, at, until}));
  return {};
}

Result<bool> count_attempt(store::Transaction& transaction, std::string_view id, UtcNs now) {
  const std::string at = format_utc(now);
  TRY_ASSIGN(counted, transaction.execute("UPDATE identity_login SET attempts = attempts + 1 WHERE id = $1 "
                                          "AND used_at IS NULL AND expires_at > $2 AND attempts < $3",
                                          {id, at, kTicketAttempts}));
  return counted == 1;
}

Result<bool> keep_ticket(store::Transaction& transaction, const Ticket& ticket, UtcNs now) {
  const std::string at = format_utc(now);
  TRY_ASSIGN(kept, transaction.execute(
                       "UPDATE identity_login SET proved = $2, sealed = $3 WHERE id = $1 "
                       "AND used_at IS NULL AND expires_at > $4",
                       {ticket.id, ticket.proved, store::text_or_null(std::string_view(ticket.sealed)), at}));
  return kept == 1;
}

Result<bool> use_ticket(store::Transaction& transaction, std::string_view id, UtcNs now) {
  const std::string at = format_utc(now);
  TRY_ASSIGN(used, transaction.execute("UPDATE identity_login SET used_at = $2, sealed = NULL WHERE id = $1 "
                                       "AND used_at IS NULL AND expires_at > $2",
                                       {id, at}));
  return used == 1;
}

Result<void> forget_tickets(store::Transaction& transaction, std::string_view user_id,
                            std::string_view except_id) {
  TRY(transaction.execute("DELETE FROM identity_login WHERE user_id = $1 AND id <> $2",
                          {user_id, except_id}));
  return {};
}

}  // namespace opsflux::identity
