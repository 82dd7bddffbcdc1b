// One's own second factors and backup codes: GET /api/v1/auth/factors, POST /auth/factors/{id}/remove,
// /auth/backup-codes. And what an administrator takes away from somebody who lost them: DELETE
// /api/v1/identity/users/{id}/factors.
#include <algorithm>

#include "host/base/json_writer.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/factors/sent_factor.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/entry.hpp"
#include "host/services/identity/passwords/new_password.hpp"
#include "host/services/identity/passwords/own_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;

// ---- what there is ----

struct Protection {
  User user;
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

// A kind whose codes are sent is set up once.
bool may_add(const Protection& protection, const std::string& kind) {
  return kind == "totp" || std::none_of(protection.factors.begin(), protection.factors.end(),
                                        [&](const Factor& f) { return f.confirmed() && f.kind == kind; });
}

std::string protection_json(const Parts& parts, const Protection& protection) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("factors").begin_array();
  for (const Factor& factor : protection.factors) {
    if (!factor.confirmed()) continue;
    json.begin_object().key("id").string(factor.id).key("kind").string(factor.kind);
    json.key("label").string(factor.label);
    json.key("place").string(place_of(parts, protection.user, factor));
    add_time(json, "confirmed_at", factor.confirmed_at);
    add_time(json, "last_used_at", factor.last_used_at);
    json.end_object();
  }
  json.end_array().key("backup_codes").number(protection.codes_left);
  json.key("required").boolean(protection.standing.obliged).key("kinds").begin_array();
  for (const std::string& kind : kinds_on_offer(parts))
    if (may_add(protection, kind)) json.string(kind);
  json.end_array().end_object();
  return out;
}

void get_factors(Parts& parts, Exchange exchange) {
  const std::string& id = exchange.request().caller().user_id;
  Protection protection;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(user, find_user(session, id));
    if (!user) return fail(user_missing());
    protection.user = *user;
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
  exchange.respond(http::Response::json(200, protection_json(parts, protection)));
}

// ---- taking away ----

// With the last factor go the codes that stand in for it, and the devices that were trusted because of it.
Result<void> forget_what_hangs_on(store::Transaction& transaction, const User& user) {
  TRY(forget_devices(transaction, user.id));
  TRY_ASSIGN(left, factor_kinds(transaction, user.id));
  return !left.empty() ? Result<void>() : forget_backup_codes(transaction, user.id);
}

Result<void> remove_own(Parts& parts, store::Transaction& transaction, const http::Request& request,
                        const User& user) {
  TRY_ASSIGN(removed, remove_factor(transaction, user.id, request.param("id")));
  if (!removed) return fail(factor_missing());
  TRY_ASSIGN(standing, account_state_of(transaction, user, *parts.standings.anywhere(user.id, user.role),
                                        parts.options.rules(), parts.clock.now()));
  if (standing.obliged && !standing.has_allowed_factor)
    return fail(
        Error::conflict("identity.factor_required",
                        "Your role needs a second factor. Set up another one before you remove this."));
  TRY(forget_what_hangs_on(transaction, user));
  TRY(tell_factor(parts, transaction, request, "factor.removed", user, user.id));
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
  TRY_ASSIGN(there, factor_kinds(transaction, user.id));
  if (there.empty())
    return fail(Error::conflict("identity.no_factor",
                                "There is no second factor yet. Set one up; the backup codes come with it."));
  TRY(store_backup_codes(transaction, user.id, codes));
  TRY(tell_factor(parts, transaction, request, "backup_codes.made", user, user.id));
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
        TRY(tell_factor(parts, transaction, request, "factor.removed", user, request.caller().user_id));
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
  add_new_factor_routes(parts, routes);
  add(Method::kPost, "/api/v1/auth/factors/{id}/remove", me(), post_remove);
  add(Method::kPost, "/api/v1/auth/backup-codes", me(), post_backup_codes);
  add(Method::kDelete, "/api/v1/identity/users/{id}/factors",
      http::Access::permit("identity.user.password").own_only(), delete_of_user);
}

}  // namespace opsflux::identity
