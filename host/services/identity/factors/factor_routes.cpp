// One's own second factors and backup codes: GET and POST /api/v1/auth/factors,
// /auth/factors/{id}/confirm, /auth/factors/{id}/remove, /auth/backup-codes. And what an
// administrator takes away from somebody who lost them: DELETE /api/v1/identity/users/{id}/factors.
#include <algorithm>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/factors/totp.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/entry.hpp"
#include "host/services/identity/passwords/new_password.hpp"
#include "host/services/identity/passwords/own_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10, kMaxLabel = 60, kMaxFactors = 5;
constexpr UtcNs kEnrolmentLasts = 3'600'000'000'000;  // an hour

Error factor_missing() {
  return Error::not_found("identity.factor_missing",
                          "There is no such second factor. It may have been removed meanwhile.");
}

// Writes, then answers with `respond` or the error.
void write(Parts& parts, Exchange exchange, store::WriteWork work, std::function<http::Response()> respond) {
  parts.write(std::move(work), [exchange, respond = std::move(respond)](Result<void> result) mutable {
    if (!result)
      exchange.fail(result.error());
    else
      exchange.respond(respond());
  });
}

// ---- what there is ----

struct Protection {
  std::vector<Factor> factors;
  std::int64_t codes_left = 0;
  AccountState standing;
};

void add_time(JsonWriter& json, std::string_view key, const std::string& at) {
  json.key(key);
  if (at.empty())
    json.raw("null");
  else
    json.string(at);
}

std::string protection_json(const Protection& protection) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("factors").begin_array();
  for (const Factor& factor : protection.factors) {
    if (!factor.confirmed()) continue;
    json.begin_object().key("id").string(factor.id).key("kind").string(factor.kind);
    json.key("label").string(factor.label);
    add_time(json, "confirmed_at", factor.confirmed_at);
    add_time(json, "last_used_at", factor.last_used_at);
    json.end_object();
  }
  json.end_array().key("backup_codes").number(protection.codes_left);
  json.key("required").boolean(protection.standing.obliged).end_object();
  return out;
}

void get_factors(Parts& parts, Exchange exchange) {
  const std::string& id = exchange.request().caller().user_id;
  Protection protection;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(user, find_user(session, id));
    if (!user) return fail(user_missing());
    TRY_ASSIGN(factors, factors_of(session, id));
    protection.factors = std::move(factors);
    TRY_ASSIGN(left, backup_codes_left(session, id));
    protection.codes_left = left;
    TRY_ASSIGN(standing, account_state_of(session, *user, *parts.standings.anywhere(user->id, user->role),
                                          parts.options.rules(), parts.clock.now()));
    protection.standing = standing;
    return {};
  });
  if (!read) return void(exchange.fail(read.error()));
  exchange.respond(http::Response::json(200, protection_json(protection)));
}

// ---- a new application ----

Result<std::string> label_of(Form& form) {
  std::string label(trim(form.optional("label").value_or("")));
  if (utf8_length(label) > kMaxLabel)
    form.note(Error::invalid("identity.name_long",
                             "The name has more than " + std::to_string(kMaxLabel) + " characters.")
                  .at("label")
                  .with("max", std::to_string(kMaxLabel)));
  TRY(form.verdict());
  return label;
}

Result<void> begin_factor(Parts& parts, store::Transaction& transaction, const std::string& user_id,
                          const Factor& factor) {
  TRY(drop_unconfirmed(transaction, user_id));
  TRY_ASSIGN(there, factors_of(transaction, user_id));
  if (there.size() >= kMaxFactors)
    return fail(Error::conflict("identity.factors_full", "There are " + std::to_string(kMaxFactors) +
                                                             " second factors already. Remove one first.")
                    .with("max", std::to_string(kMaxFactors)));
  Factor begun = factor;
  begun.created_at = format_utc(parts.clock.now());
  return insert_factor(transaction, user_id, begun);
}

void make_factor(Parts& parts, Exchange exchange, const User& user, const std::string& label) {
  const auto box = box_of(parts);
  if (!box) return void(exchange.fail(box.error()));
  const std::string secret = new_totp_secret(), id = parts.ids.next();
  auto body = enrolment_json(parts, user, secret, id);
  if (!body) return void(exchange.fail(body.error()));
  Factor factor{id, "totp", (*box)->seal(secret, factor_context(id)), label, 0, {}, {}, {}};
  write(
      parts, exchange,
      [&parts, factor = std::move(factor), user_id = user.id](store::Transaction& transaction) {
        return begin_factor(parts, transaction, user_id, factor);
      },
      [body = std::move(*body)] { return http::Response::json(201, body); });
}

void post_factor(Parts& parts, Exchange exchange) {
  const auto begin = [&]() -> Result<void> {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"password", "label"}));
    std::string password = form.required("password");
    TRY_ASSIGN(label, label_of(form));
    with_own_password(parts, exchange, std::move(password), "password",
                      [&parts, exchange, label = std::move(label)](const User& user) {
                        make_factor(parts, exchange, user, label);
                      });
    return {};
  };
  if (auto begun = begin(); !begun) exchange.fail(begun.error());
}

std::string codes_json(const std::vector<std::string>& codes) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("backup_codes").begin_array();
  for (const std::string& code : codes) json.string(code);
  json.end_array().end_object();
  return out;
}

// The factor that is being set up, and the step of the code that was typed for it; no step: it is wrong.
struct Scanned {
  Factor factor;
  std::optional<std::int64_t> step;
};

Result<Scanned> read_scanned(const Parts& parts, store::Session& session, const http::Request& request,
                             const std::string& code) {
  TRY_ASSIGN(factors, factors_of(session, request.caller().user_id));
  const auto factor = std::find_if(factors.begin(), factors.end(),
                                   [&](const Factor& f) { return f.id == request.param("id"); });
  if (factor == factors.end()) return fail(factor_missing());
  const UtcNs now = parts.clock.now();
  if (factor->confirmed() || parse_utc(factor->created_at).value_or(0) + kEnrolmentLasts < now)
    return fail(not_enrolling());
  TRY_ASSIGN(box, box_of(parts));
  TRY_ASSIGN(secret, box->unseal(factor->sealed, factor_context(factor->id)));
  TRY_ASSIGN(step, totp_step(secret, code, now, 0));
  return Scanned{std::move(*factor), step};
}

// A code of the application shows that it was scanned. The first one brings the backup codes.
struct Confirmation : std::enable_shared_from_this<Confirmation> {
  Confirmation(Parts& parts, Exchange exchange, std::string code)
      : parts(parts), exchange(std::move(exchange)), code(std::move(code)) {}

  Parts& parts;
  Exchange exchange;
  std::string code;
  Throttle::Attempt attempt;
  std::vector<std::string> shown;

  // The code is judged before the backup codes are made, which takes long, and again when it is stored.
  void run() {
    const http::Request& request = exchange.request();
    attempt = parts.throttle.begin(code_account(request.caller().user_id), request.client_address());
    if (attempt.refused()) return void(exchange.fail(throttled(attempt)));
    auto read = parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(scanned, read_scanned(parts, session, request, code));
      return scanned.step ? Result<void>() : fail(wrong_code_typed());
    });
    if (!read) return refuse(read.error());
    auto queued = with_backup_codes(
        parts, [self = shared_from_this()](Result<BackupCodes> codes) { self->made(std::move(codes)); });
    if (!queued) refuse(queued.error());
  }

 private:
  void refuse(const Error& error) {
    if (error.code != "identity.wrong_code") parts.throttle.withdrawn(attempt);
    exchange.fail(error);
  }

  void made(Result<BackupCodes> codes) {
    if (!codes) return refuse(codes.error());
    parts.write([self = shared_from_this(), codes = std::move(*codes)](
                    store::Transaction& transaction) { return self->confirm(transaction, codes); },
                [self = shared_from_this()](Result<void> result) { self->answered(std::move(result)); });
  }

  Result<void> confirm(store::Transaction& transaction, const BackupCodes& codes) {
    const http::Request& request = exchange.request();
    shown.clear();
    TRY_ASSIGN(user, find_user(transaction, request.caller().user_id));
    if (!user) return fail(user_missing());
    TRY_ASSIGN(scanned, read_scanned(parts, transaction, request, code));
    if (!scanned.step) return fail(wrong_code_typed());
    TRY(confirm_factor(transaction, scanned.factor.id, *scanned.step, parts.clock.now()));
    TRY_ASSIGN(left, backup_codes_left(transaction, user->id));
    if (left == 0) {
      TRY(store_backup_codes(transaction, user->id, codes));
      shown = codes.codes;
    }
    tell_factor(parts, transaction, request, "factor.added", *user, user->id);
    return {};
  }

  void answered(Result<void> result) {
    if (!result) return refuse(result.error());
    parts.throttle.succeeded(attempt);
    exchange.respond(http::Response::json(200, codes_json(shown)));
  }
};

void post_confirm(Parts& parts, Exchange exchange) {
  auto form = Form::read(exchange.request(), {"code"});
  if (!form) return void(exchange.fail(form.error()));
  std::string code = form->required("code");
  if (auto fine = form->verdict(); !fine) return void(exchange.fail(fine.error()));
  std::make_shared<Confirmation>(parts, std::move(exchange), std::move(code))->run();
}

// ---- taking away ----

// With the last factor go the codes that stand in for it, and the devices that were trusted because of it.
Result<void> forget_what_hangs_on(store::Transaction& transaction, const User& user) {
  TRY(forget_devices(transaction, user.id));
  TRY_ASSIGN(left, has_factor(transaction, user.id));
  return left ? Result<void>() : forget_backup_codes(transaction, user.id);
}

Result<void> remove_own(Parts& parts, store::Transaction& transaction, const http::Request& request,
                        const User& user) {
  TRY_ASSIGN(removed, remove_factor(transaction, user.id, request.param("id")));
  if (!removed) return fail(factor_missing());
  TRY_ASSIGN(standing, account_state_of(transaction, user, *parts.standings.anywhere(user.id, user.role),
                                        parts.options.rules(), parts.clock.now()));
  if (standing.obliged && !standing.has_factor)
    return fail(
        Error::conflict("identity.factor_required",
                        "Your role needs a second factor. Set up another one before you remove this."));
  TRY(forget_what_hangs_on(transaction, user));
  tell_factor(parts, transaction, request, "factor.removed", user, user.id);
  return {};
}

// Reads {"password"} and checks it.
void with_password(Parts& parts, Exchange exchange, std::function<void(const User&)> then) {
  auto form = Form::read(exchange.request(), {"password"});
  if (!form) return void(exchange.fail(form.error()));
  std::string password = form->required("password");
  if (auto fine = form->verdict(); !fine) return void(exchange.fail(fine.error()));
  with_own_password(parts, std::move(exchange), std::move(password), "password", std::move(then));
}

void post_remove(Parts& parts, Exchange exchange) {
  with_password(parts, exchange, [&parts, exchange](const User& user) {
    write(
        parts, exchange,
        [&parts, exchange, user](store::Transaction& transaction) {
          return remove_own(parts, transaction, exchange.request(), user);
        },
        [] { return http::Response::no_content(); });
  });
}

Result<void> replace_codes(Parts& parts, store::Transaction& transaction, const http::Request& request,
                           const User& user, const BackupCodes& codes) {
  TRY_ASSIGN(there, has_factor(transaction, user.id));
  if (!there)
    return fail(Error::conflict("identity.no_factor",
                                "There is no second factor yet. Set one up; the backup codes come with it."));
  TRY(store_backup_codes(transaction, user.id, codes));
  tell_factor(parts, transaction, request, "backup_codes.made", user, user.id);
  return {};
}

// We are on the pool's thread here, so the ten hashes are made at once.
void post_backup_codes(Parts& parts, Exchange exchange) {
  with_password(parts, exchange, [&parts, exchange](const User& user) mutable {
    auto codes = make_backup_codes(parts.options.passwords);
    if (!codes) return void(exchange.fail(codes.error()));
    const std::string body = codes_json(codes->codes);
    write(
        parts, exchange,
        [&parts, exchange, user, codes = std::move(*codes)](store::Transaction& transaction) {
          return replace_codes(parts, transaction, exchange.request(), user, codes);
        },
        [body] { return http::Response::json(201, body); });
  });
}

void delete_of_user(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  if (request.param("id") == request.caller().user_id)
    return void(exchange.fail(Error::forbidden(
        "identity.own_factors", "These are your own. Remove them on the page of your account.")));
  auto user = read_user(parts, request.param("id"));
  if (!user) return void(exchange.fail(user.error()));
  write(
      parts, exchange,
      [&parts, exchange, user = std::move(*user)](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        TRY(remove_factors(transaction, user.id));
        tell_factor(parts, transaction, request, "factor.removed", user, request.caller().user_id);
        return {};
      },
      [] { return http::Response::no_content(); });
}

}  // namespace

Result<std::int64_t> Identity::remove_factors(std::string_view email) {
  std::int64_t removed = 0;
  auto written = parts_->database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(user, find_user_by_email(transaction, normal_email(email).value_or("")));
    if (!user) return fail(user_missing());
    TRY_ASSIGN(gone, identity::remove_factors(transaction, user->id));
    removed = gone;
    AuthEvent event;
    event.action = "factor.removed";
    event.user_id = user->id;
    event.email = user->email;
    event.by_operator = true;
    parts_->tell(transaction, event);
    return {};
  });
  TRY(std::move(written));
  return removed;
}

void add_factor_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](http::Method method, std::string_view pattern, http::Access access,
                       void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.access = std::move(access);
    route.limits.max_body = kMaxBody;
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  using http::Method;
  const auto me = [] { return http::Access::signed_in().own_only(); };
  add(Method::kGet, "/api/v1/auth/factors", me(), get_factors);
  add(Method::kPost, "/api/v1/auth/factors", me(), post_factor);
  add(Method::kPost, "/api/v1/auth/factors/{id}/confirm", me(), post_confirm);
  add(Method::kPost, "/api/v1/auth/factors/{id}/remove", me(), post_remove);
  add(Method::kPost, "/api/v1/auth/backup-codes", me(), post_backup_codes);
  add(Method::kDelete, "/api/v1/identity/users/{id}/factors",
      http::Access::permit("identity.user.password").own_only(), delete_of_user);
}

}  // namespace opsflux::identity
