// POST /api/v1/auth/login/factor, /enrol, /enrol/confirm, /password: what a log-in may ask for after the
// password.
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/factors/totp.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/entry.hpp"
#include "host/services/identity/passwords/history.hpp"
#include "host/services/identity/passwords/new_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;
constexpr std::string_view kMethods[] = {"totp", "backup"};

// Counts a try at a code; false when it was answered already.
bool may_try(const ResumedPtr& resumed) {
  Parts& parts = resumed->parts;
  const auto& request = resumed->exchange.request();
  resumed->attempt = parts.throttle.begin(code_account(resumed->entry.user.id), request.client_address());
  if (resumed->attempt.refused()) resumed->exchange.fail(throttled(resumed->attempt));
  return !resumed->attempt.refused();
}

void withdraw(const ResumedPtr& resumed, const Error& error) {
  resumed->parts.throttle.withdrawn(resumed->attempt);
  resumed->exchange.fail(error);
}

// ---- a code of the second factor ----

struct TypedCode {
  std::string method, code;
  bool trust = false;
  std::optional<std::string> login_token;
};

Result<TypedCode> read_code(const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"method", "code", "login_token"}, {"trust_device"}));
  TypedCode out{form.optional("method").value_or("totp"), form.required("code"), form.flag("trust_device"),
                form.optional("login_token")};
  form.note(check_choice("method", out.method, kMethods));
  TRY(form.verdict());
  return out;
}

// From now on this browser may go without the second factor, but not without the password.
Result<void> trust_device(Parts& parts, store::Transaction& transaction, const http::Request& request,
                          Entry& entry) {
  const Days lifetime = parts.options.rules().factors.trusted_device;
  if (lifetime.count() <= 0 || entry.ticket.kind != SessionKind::kBrowser) return {};
  const UtcNs now = parts.clock.now();
  entry.device_secret = new_device_secret();
  const std::string at = format_utc(now);
  return insert_device(
      transaction, entry.user.id,
      {parts.ids.next(), hex_of(digest_of(entry.device_secret)), client_of(request).user_agent, at, at,
       format_utc(now + std::chrono::nanoseconds(lifetime).count())});
}

// `backup_hash`: what was typed as a backup code, hashed; the hash takes too long for a transaction.
Prove prover(const ResumedPtr& resumed, TypedCode typed, std::string backup_hash) {
  return [resumed = resumed.get(), typed = std::move(typed), backup_hash = std::move(backup_hash)](
             store::Transaction& transaction, Entry& entry) -> Result<bool> {
    Parts& parts = resumed->parts;
    bool right = false;
    if (typed.method == "backup") {
      TRY_ASSIGN(used, use_backup_code(transaction, entry.user.id, backup_hash, parts.clock.now()));
      right = used;
    } else {
      TRY_ASSIGN(box, box_of(parts));
      TRY_ASSIGN(used, use_totp(transaction, *box, entry.user.id, typed.code, parts.clock.now()));
      right = used;
    }
    if (!right) return false;
    entry.ticket.proved = true;
    if (typed.trust) TRY(trust_device(parts, transaction, resumed->exchange.request(), entry));
    return true;
  };
}

void with_backup_hash(const ResumedPtr& resumed, TypedCode typed) {
  Parts& parts = resumed->parts;
  std::optional<BackupSalt> salt;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, find_backup_salt(session, resumed->entry.user.id));
    salt = std::move(found);
    return {};
  });
  if (!read) return withdraw(resumed, read.error());
  auto queued = parts.passwords->run([resumed, typed = std::move(typed), salt = std::move(salt)]() mutable {
    auto hash = hash_backup_code(typed.code, salt.value_or(BackupSalt{}));
    if (!hash) return withdraw(resumed, hash.error());
    advance(resumed, prover(resumed, std::move(typed), std::move(*hash)), wrong_code());
  });
  if (!queued) withdraw(resumed, queued.error());
}

void post_factor(Parts& parts, Exchange exchange) {
  auto typed = read_code(exchange.request());
  if (!typed) return void(exchange.fail(typed.error()));
  auto resumed = resume(parts, exchange, typed->login_token, LogInStep::kFactor);
  if (!resumed) return void(exchange.fail(resumed.error()));
  if (!may_try(*resumed)) return;
  if (typed->method == "backup") return with_backup_hash(*resumed, std::move(*typed));
  advance(*resumed, prover(*resumed, std::move(*typed), {}), wrong_code());
}

// ---- setting up a second factor ----

void post_enrol(Parts& parts, Exchange exchange) {
  const auto begin = [&]() -> Result<void> {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"login_token"}));
    TRY(form.verdict());
    TRY_ASSIGN(resumed, resume(parts, exchange, form.optional("login_token"), LogInStep::kEnrol));
    TRY_ASSIGN(box, box_of(parts));
    const std::string secret = new_totp_secret();
    Ticket ticket = resumed->entry.ticket;
    ticket.sealed = box->seal(secret, ticket_context(ticket.id));
    TRY_ASSIGN(body, enrolment_json(parts, resumed->entry.user, secret, ""));
    parts.write(
        [&parts, ticket](store::Transaction& transaction) -> Result<void> {
          TRY_ASSIGN(kept, keep_ticket(transaction, ticket, parts.clock.now()));
          return kept ? Result<void>() : fail(login_over());
        },
        [exchange, body = std::move(body)](Result<void> result) mutable {
          if (!result) return void(exchange.fail(result.error()));
          exchange.respond(http::Response::json(201, std::move(body)));
        });
    return {};
  };
  if (auto begun = begin(); !begun) exchange.fail(begun.error());
}

// The step of the code for the application in the ticket; none: it is wrong.
Result<std::optional<std::int64_t>> scanned_step(const Parts& parts, const Ticket& ticket,
                                                 std::string_view code) {
  TRY_ASSIGN(box, box_of(parts));
  TRY_ASSIGN(secret, box->unseal(ticket.sealed, ticket_context(ticket.id)));
  return totp_step(secret, code, parts.clock.now(), 0);
}

Prove enroller(const ResumedPtr& resumed, std::string code, BackupCodes codes) {
  return [resumed = resumed.get(), code = std::move(code), codes = std::move(codes)](
             store::Transaction& transaction, Entry& entry) -> Result<bool> {
    Parts& parts = resumed->parts;
    const UtcNs now = parts.clock.now();
    TRY_ASSIGN(box, box_of(parts));
    TRY_ASSIGN(secret, box->unseal(resumed->entry.ticket.sealed, ticket_context(entry.ticket.id)));
    TRY_ASSIGN(step, totp_step(secret, code, now, 0));
    if (!step) return false;
    const std::string at = format_utc(now), id = parts.ids.next();
    TRY(insert_factor(transaction, entry.user.id,
                      {id, "totp", box->seal(secret, factor_context(id)), "", *step, at, at, ""}));
    TRY(store_backup_codes(transaction, entry.user.id, codes));
    entry.backup_codes = codes.codes;
    entry.ticket.proved = true;
    tell_factor(parts, transaction, resumed->exchange.request(), "factor.added", entry.user, entry.user.id);
    return true;
  };
}

void post_enrol_confirm(Parts& parts, Exchange exchange) {
  const auto begin = [&]() -> Result<void> {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"code", "login_token"}));
    const std::string code = form.required("code");
    TRY(form.verdict());
    TRY_ASSIGN(resumed, resume(parts, exchange, form.optional("login_token"), LogInStep::kEnrol));
    if (resumed->entry.ticket.sealed.empty()) return fail(not_enrolling());
    if (!may_try(resumed)) return {};
    // A wrong code is refused before the backup codes are made, which takes long.
    auto step = scanned_step(parts, resumed->entry.ticket, code);
    if (!step) {
      withdraw(resumed, step.error());
      return {};
    }
    if (!*step) {
      advance(
          resumed, [](store::Transaction&, Entry&) -> Result<bool> { return false; }, wrong_code_typed());
      return {};
    }
    auto queued = with_backup_codes(parts, [resumed, code](Result<BackupCodes> codes) {
      if (!codes) return withdraw(resumed, codes.error());
      advance(resumed, enroller(resumed, code, std::move(*codes)), wrong_code_typed());
    });
    if (!queued) withdraw(resumed, queued.error());
    return {};
  };
  if (auto begun = begin(); !begun) exchange.fail(begun.error());
}

// ---- another password ----

Prove replacer(const ResumedPtr& resumed, std::string hash) {
  return [resumed = resumed.get(), hash = std::move(hash)](store::Transaction& transaction,
                                                           Entry& entry) -> Result<bool> {
    TRY(set_password(resumed->parts, transaction, resumed->exchange.request(),
                     {entry.user.id, entry.user.id, {}, entry.ticket.id}, hash, false));
    return true;
  };
}

void post_new_password(Parts& parts, Exchange exchange) {
  const auto begin = [&]() -> Result<void> {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"new_password", "login_token"}));
    std::string password = form.required("new_password");
    TRY(form.verdict());
    TRY_ASSIGN(resumed, resume(parts, exchange, form.optional("login_token"), LogInStep::kPassword));
    make_password(parts, resumed->entry.user, std::move(password), "new_password",
                  [resumed](Result<std::string> hash) {
                    if (!hash) return void(resumed->exchange.fail(hash.error()));
                    advance(resumed, replacer(resumed, std::move(*hash)), login_over());
                  });
    return {};
  };
  if (auto begun = begin(); !begun) exchange.fail(begun.error());
}

}  // namespace

Error not_enrolling() {
  return Error::conflict("identity.not_enrolling",
                         "No application is being set up. Ask for a new QR code and scan that one.");
}

void add_step_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](std::string_view pattern, void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = http::Method::kPost;
    route.pattern = pattern;
    route.access = http::Access::open();
    route.limits.max_body = kMaxBody;
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  add("/api/v1/auth/login/factor", post_factor);
  add("/api/v1/auth/login/enrol", post_enrol);
  add("/api/v1/auth/login/enrol/confirm", post_enrol_confirm);
  add("/api/v1/auth/login/password", post_new_password);
}

}  // namespace opsflux::identity
