// POST /api/v1/auth/login/code, /factor, /password: what a log-in may ask for after the password.
#include <algorithm>

#include "host/services/identity/factors/code_delivery.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/entry.hpp"
#include "host/services/identity/passwords/history.hpp"
#include "host/services/identity/passwords/new_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;
constexpr std::string_view kMethods[] = {"totp", "email", "sms", "backup"}, kWays[] = {"email", "sms"};

bool contains(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

// ---- a code that is sent ----

// Where a code by that way goes. "identity.no_such_method" when the user has not set it up.
Result<CodeOrder> order_of(store::Session& session, const Parts& parts, const Entry& entry,
                           const std::string& way) {
  TRY_ASSIGN(methods, factor_methods(session, parts, entry.user.id));
  TRY_ASSIGN(factor, find_factor(session, entry.user.id, way));
  if (!factor || !contains(methods, way))
    return fail(Error::conflict("identity.no_such_method",
                                "This account takes no codes that are sent that way. Choose another one."));
  CodeOrder out{entry.user, entry.ticket.id, way, {}};
  if (way == "email") return out;
  TRY_ASSIGN(box, box_of(parts));
  TRY_ASSIGN(number, box->unseal(factor->sealed, factor_context(factor->id)));
  out.number = std::move(number);
  return out;
}

void post_code(Parts& parts, Exchange exchange) {
  const auto begin = [&]() -> Result<void> {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"method", "login_token"}));
    const std::string way = form.required("method");
    if (!way.empty()) form.note(check_choice("method", way, kWays));
    TRY(form.verdict());
    TRY_ASSIGN(resumed, resume(parts, exchange, form.optional("login_token"), LogInStep::kFactor));
    CodeOrder order;
    TRY(parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(made, order_of(session, parts, resumed->entry, way));
      order = std::move(made);
      return {};
    }));
    send_code(parts, order, {}, [resumed, order](Result<void> sent) { answer_sent(*resumed, order, sent); });
    return {};
  };
  if (auto begun = begin(); !begun) exchange.fail(begun.error());
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
    TRY_ASSIGN(methods, factor_methods(transaction, parts, entry.user.id));
    if (!contains(methods, typed.method)) return false;
    if (typed.method == "backup") {
      TRY_ASSIGN(used, use_backup_code(transaction, entry.user.id, backup_hash, parts.clock.now()));
      right = used;
    } else if (typed.method == "totp") {
      TRY_ASSIGN(box, box_of(parts));
      TRY_ASSIGN(used, use_totp(transaction, *box, entry.user.id, typed.code, parts.clock.now()));
      right = used;
    } else {
      TRY_ASSIGN(box, box_of(parts));
      const UtcNs now = parts.clock.now();
      TRY_ASSIGN(used, take_code(transaction, *box, entry.ticket.id, typed.method, typed.code, now));
      if (used) TRY(touch_factor(transaction, entry.user.id, typed.method, now));
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
  add("/api/v1/auth/login/code", post_code);
  add("/api/v1/auth/login/factor", post_factor);
  add("/api/v1/auth/login/password", post_new_password);
}

}  // namespace opsflux::identity
