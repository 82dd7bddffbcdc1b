#include "host/services/identity/login/entry.hpp"

#include "host/base/json_writer.hpp"
#include "host/base/log.hpp"
#include "host/services/identity/factors/backup_codes.hpp"
#include "host/services/identity/factors/code_delivery.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/login/cookies.hpp"

namespace opsflux::identity {
namespace {

using Parts = Identity::Parts;

std::string_view reason_of(const Entry& entry) {
  if (entry.step != LogInStep::kPassword) return "";
  return entry.standing.password == PasswordAge::kExpired ? "expired" : "temporary";
}

http::Response step_answer(const Parts& parts, const http::Request& request, const Entry& entry) {
  const bool browser = entry.ticket.kind == SessionKind::kBrowser;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("step").string(name_of(entry.step)).key("methods").begin_array();
  for (const std::string& method : entry.methods) json.string(method);
  json.end_array().key("reason").string(reason_of(entry));
  if (!browser && !entry.ticket_secret.empty()) json.key("login_token").string(entry.ticket_secret);
  json.end_object();
  auto response = http::Response::json(202, std::move(out));
  if (browser && !entry.ticket_secret.empty())
    response.header("Set-Cookie",
                    cookie_text(kTicketCookie, entry.ticket_secret, kTicketLifetime, parts.https(request)));
  return response;
}

void set_cookies(const Parts& parts, const http::Request& request, const Entry& entry,
                 http::Response& response) {
  const bool https = parts.https(request), browser = entry.ticket.kind == SessionKind::kBrowser;
  if (!entry.device_secret.empty())
    response.header("Set-Cookie", cookie_text(kDeviceCookie, entry.device_secret,
                                              parts.options.rules().factors.trusted_device, https));
  if (entry.begun && browser && entry.step == LogInStep::kSession)
    response.header("Set-Cookie", cookie_text(kTicketCookie, "", {}, https));
}

Result<void> open_session(Parts& parts, store::Transaction& transaction, const http::Request& request,
                          Entry& entry) {
  if (entry.begun) {
    TRY_ASSIGN(used, use_ticket(transaction, entry.ticket.id, parts.clock.now()));
    if (!used) return fail(login_over());
  }
  TRY_ASSIGN(tokens, parts.sessions->start(transaction, entry.user, entry.ticket.kind, client_of(request),
                                           entry.ticket.remember));
  entry.issued = std::move(tokens);
  AuthEvent event = event_of(request, "login.succeeded");
  event.user_id = entry.user.id;
  event.email = entry.user.email;
  event.session_id = entry.issued.session_id;
  parts.tell(transaction, event);
  return parts.note_log_in(transaction, entry.user, request);
}

Result<void> keep(Parts& parts, store::Transaction& transaction, Entry& entry) {
  const UtcNs now = parts.clock.now();
  entry.methods.clear();
  if (entry.step == LogInStep::kFactor) {
    TRY_ASSIGN(methods, factor_methods(transaction, parts, entry.user.id));
    entry.methods = std::move(methods);
  }
  if (entry.step == LogInStep::kEnrol) entry.methods = kinds_on_offer(parts);
  if (entry.begun) {
    TRY_ASSIGN(kept, keep_ticket(transaction, entry.ticket, now));
    return kept ? Result<void>() : fail(login_over());
  }
  entry.ticket.id = parts.ids.next();
  entry.ticket.user_id = entry.user.id;
  entry.ticket_secret = new_login_ticket();
  return insert_ticket(transaction, entry.ticket, entry.ticket_secret, now);
}

Result<bool> prove_and_go_on(Resumed& resumed, store::Transaction& transaction, const Prove& prove) {
  Parts& parts = resumed.parts;
  Entry& entry = resumed.entry;
  TRY_ASSIGN(counted, count_attempt(transaction, entry.ticket.id, parts.clock.now()));
  TRY_ASSIGN(current, find_user(transaction, entry.user.id));
  if (!counted || !current || !current->active) return fail(login_over());
  entry.user = std::move(*current);
  TRY_ASSIGN(right, prove(transaction, entry));
  if (right) {
    TRY(go_on(parts, transaction, resumed.exchange.request(), entry));
    return true;
  }
  AuthEvent event = event_of(resumed.exchange.request(), "login.failed");
  event.user_id = entry.user.id;
  event.email = entry.user.email;
  event.reason = "identity.wrong_code";
  parts.tell(transaction, event);
  return false;
}

}  // namespace

std::string code_account(std::string_view user_id) { return "codes of " + std::string(user_id); }

Result<std::vector<std::string>> factor_methods(store::Session& session, const Parts& parts,
                                                std::string_view user_id) {
  TRY_ASSIGN(kinds, factor_kinds(session, user_id));
  std::vector<std::string> out = usable_of(kinds, parts.options.rules().factors.kinds);
  TRY_ASSIGN(left, backup_codes_left(session, user_id));
  if (left > 0) out.emplace_back("backup");
  return out;
}

Error wrong_code() {
  return Error::unauthenticated("identity.wrong_code",
                                "The code is wrong or was used before. Wait for the next one and try again.");
}

Error wrong_code_typed() {
  return Error::invalid("identity.wrong_code",
                        "The code is wrong or was used before. Wait for the next one and try again.")
      .at("code");
}

Error login_over() {
  return Error::unauthenticated("identity.login_over",
                                "This log-in took too long or failed too often. Begin again with your "
                                "password.");
}

Result<void> go_on(Parts& parts, store::Transaction& transaction, const http::Request& request,
                   Entry& entry) {
  TRY_ASSIGN(standing, account_state_of(transaction, entry.user,
                                        *parts.standings.anywhere(entry.user.id, entry.user.role),
                                        parts.options.rules(), parts.clock.now()));
  entry.standing = standing;
  entry.step = next_step(standing, entry.ticket.proved);
  if (entry.step == LogInStep::kSession) return open_session(parts, transaction, request, entry);
  return keep(parts, transaction, entry);
}

void answer(Parts& parts, http::Exchange exchange, const Entry& entry,
            const std::vector<std::string>& cookies, int status) {
  const http::Request& request = exchange.request();
  const bool done = entry.step == LogInStep::kSession;
  auto response = done ? session_answer(parts, request, status, entry.issued, entry.user, entry.backup_codes)
                       : step_answer(parts, request, entry);
  set_cookies(parts, request, entry, response);
  for (const std::string& cookie : cookies) response.header("Set-Cookie", cookie);
  // The browser's earlier session is replaced, not left behind.
  const std::string& earlier = request.caller().session_id;
  if (done && entry.issued.kind == SessionKind::kBrowser && !earlier.empty()) parts.sessions->end(earlier);
  exchange.respond(std::move(response));
}

Result<ResumedPtr> resume(Parts& parts, http::Exchange exchange,
                          const std::optional<std::string>& login_token, LogInStep expected) {
  const http::Request& request = exchange.request();
  std::string secret = login_token.value_or("");
  if (secret.empty()) {
    const auto cookie = read_cookie(request, kTicketCookie, parts.https(request));
    if (!cookie) return fail(login_over());
    if (!is_from_our_page(request, parts.options.public_url)) return fail(foreign_request());
    secret = *cookie;
  }
  auto resumed = std::make_shared<Resumed>(Resumed{parts, exchange, {}, {}, secret, false});
  Entry& entry = resumed->entry;
  entry.begun = true;
  TRY(parts.database.read([&](store::Session& session) -> Result<void> {
    const UtcNs now = parts.clock.now();
    TRY_ASSIGN(ticket, find_ticket(session, secret, now));
    if (!ticket) return fail(login_over());
    entry.ticket = std::move(*ticket);
    TRY_ASSIGN(user, find_user(session, entry.ticket.user_id));
    if (!user || !user->active) return fail(login_over());
    entry.user = std::move(*user);
    TRY_ASSIGN(standing, account_state_of(session, entry.user,
                                          *parts.standings.anywhere(entry.user.id, entry.user.role),
                                          parts.options.rules(), now));
    entry.step = next_step(standing, entry.ticket.proved);
    return {};
  }));
  if (entry.step != expected)
    return fail(Error::conflict("identity.other_step", "This log-in asks for something else now: " +
                                                           std::string(name_of(entry.step)) + ".")
                    .with("step", name_of(entry.step)));
  return resumed;
}

void advance(ResumedPtr resumed, Prove prove, Error wrong) {
  Parts& parts = resumed->parts;
  parts.write(
      [resumed, prove = std::move(prove)](store::Transaction& transaction) -> Result<void> {
        TRY_ASSIGN(right, prove_and_go_on(*resumed, transaction, prove));
        resumed->wrong = !right;
        return {};
      },
      [resumed, wrong = std::move(wrong)](Result<void> result) {
        Parts& parts = resumed->parts;
        if (!result) {
          parts.throttle.withdrawn(resumed->attempt);
          return void(resumed->exchange.fail(result.error()));
        }
        if (resumed->wrong) return void(resumed->exchange.fail(wrong));
        parts.throttle.succeeded(resumed->attempt);
        answer(parts, resumed->exchange, resumed->entry);
      });
}

}  // namespace opsflux::identity
