#include "host/services/identity/login/tickets.hpp"

#include "host/base/json.hpp"
#include "host/base/json_writer.hpp"

namespace opsflux::identity {
namespace {

constexpr std::int64_t kDay = 86'400'000'000'000;

std::string data_of(const Ticket& ticket) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("kind").string(ticket.kind == SessionKind::kBrowser ? "browser" : "token");
  json.key("remember").boolean(ticket.remember).key("proved").boolean(ticket.proved);
  json.key("enrolling").string(ticket.enrolling).key("sealed").string(ticket.sealed).end_object();
  return out;
}

Result<Ticket> ticket_of(std::string id, std::string user_id, std::string_view data) {
  TRY_ASSIGN(json, parse_json(data));
  Ticket out;
  out.id = std::move(id);
  out.user_id = std::move(user_id);
  out.kind = get_string_or(json, "kind", "") == "browser" ? SessionKind::kBrowser : SessionKind::kToken;
  out.remember = get_bool_or(json, "remember", false);
  out.proved = get_bool_or(json, "proved", false);
  out.enrolling = get_string_or(json, "enrolling", "");
  out.sealed = get_string_or(json, "sealed", "");
  return out;
}

}  // namespace

std::string ticket_context(std::string_view id) { return "login:" + std::string(id); }

Result<std::optional<Ticket>> find_ticket(store::Session& session, std::string_view secret, UtcNs now) {
  std::string id, user_id, data;
  const std::string hash = hex_of(digest_of(secret)), at = format_utc(now);
  TRY_ASSIGN(found, session.query_one("SELECT id, subject, data FROM identity_token WHERE secret_hash = $1 "
                                      "AND purpose = 'login' AND used_at IS NULL AND expires_at > $2 AND "
                                      "attempts < $3",
                                      {hash, at, kTicketAttempts}, [&](const store::Row& row) {
                                        id = row.string(0);
                                        user_id = row.string(1);
                                        data = row.string(2);
                                      }));
  if (!found) return std::optional<Ticket>();
  TRY_ASSIGN(ticket, ticket_of(std::move(id), std::move(user_id), data));
  return std::optional<Ticket>(std::move(ticket));
}

Result<void> insert_ticket(store::Transaction& transaction, const Ticket& ticket, std::string_view secret,
                           UtcNs now) {
  const std::string over = format_utc(now - kDay), at = format_utc(now);
  const std::string until = format_utc(now + std::chrono::nanoseconds(kTicketLifetime).count());
  const std::string hash = hex_of(digest_of(secret)), data = data_of(ticket);
  TRY(transaction.execute("DELETE FROM identity_token WHERE purpose = 'login' AND expires_at < $1", {over}));
  TRY(
      transaction.execute("INSERT INTO identity_token (id, purpose, secret_hash, subject, attempts, data, "
                          "created_at, expires_at) "
                          "VALUES ($1, 'login', $2, $3, 0, $4, $5, $6)",
                          {ticket.id, hash, ticket.user_id, data, at, until}));
  return {};
}

Result<bool> count_attempt(store::Transaction& transaction, std::string_view id, UtcNs now) {
  const std::string at = format_utc(now);
  TRY_ASSIGN(counted, transaction.execute("UPDATE identity_token SET attempts = attempts + 1 WHERE id = $1 "
                                          "AND used_at IS NULL AND expires_at > $2 AND attempts < $3",
                                          {id, at, kTicketAttempts}));
  return counted == 1;
}

Result<bool> keep_ticket(store::Transaction& transaction, const Ticket& ticket, UtcNs now) {
  const std::string at = format_utc(now), data = data_of(ticket);
  TRY_ASSIGN(kept, transaction.execute("UPDATE identity_token SET data = $2 WHERE id = $1 "
                                       "AND used_at IS NULL AND expires_at > $3",
                                       {ticket.id, data, at}));
  return kept == 1;
}

// What was asked for is of no use any more, and goes.
Result<bool> use_ticket(store::Transaction& transaction, std::string_view id, UtcNs now) {
  const std::string at = format_utc(now);
  TRY_ASSIGN(used,
             transaction.execute("UPDATE identity_token SET used_at = $2, data = '{}', code_hash = NULL "
                                 "WHERE id = $1 AND used_at IS NULL AND expires_at > $2",
                                 {id, at}));
  return used == 1;
}

Result<void> forget_tickets(store::Transaction& transaction, std::string_view user_id,
                            std::string_view except_id) {
  TRY(transaction.execute("DELETE FROM identity_token WHERE purpose = 'login' AND subject = $1 AND id <> $2",
                          {user_id, except_id}));
  return {};
}

}  // namespace opsflux::identity
