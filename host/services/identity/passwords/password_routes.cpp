// POST /api/v1/auth/password, /api/v1/auth/password/check, /api/v1/identity/users/{id}/password.
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/passwords/history.hpp"
#include "host/services/identity/passwords/new_password.hpp"
#include "host/services/identity/passwords/own_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;

// ---- the meter ----

http::Response judgement_answer(const PasswordPolicy::Judgement& judgement) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("score").number(static_cast<std::int64_t>(judgement.strength.score));
  json.key("acceptable").boolean(judgement.accepted.has_value());
  json.key("reason").string(judgement.accepted ? "" : judgement.accepted.error().code);
  json.key("hints").begin_array();
  for (const std::string& hint : judgement.strength.hints) json.string(hint);
  json.end_array().end_object();
  return http::Response::json(200, std::move(out));
}

// Stores and logs nothing. Who is signed in is judged with the own name and address as well.
void post_check(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  const std::string key = Throttle::address_key(request.client_address());
  if (const auto attempt = parts.checks.begin(key, request.client_address()); attempt.refused())
    return void(exchange.fail(throttled(attempt)));
  auto form = Form::read(request, {"password", "name", "email"});
  if (!form) return void(exchange.fail(form.error()));
  const std::string password = form->optional("password").value_or("");
  const std::string name = form->optional("name").value_or("") + " " + request.caller().name;
  const std::string email = form->optional("email").value_or(request.caller().email);
  if (auto fine = form->verdict(); !fine) return void(exchange.fail(fine.error()));
  exchange.respond(judgement_answer(parts.policy.judge(password, {trim(name), email})));
}

// ---- by an administrator ----

struct Replacement {
  User user;
  std::string password;
  bool temporary = false;
};

Result<Replacement> read_replacement(Parts& parts, const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"password"}, {"temporary"}));
  Replacement out;
  out.password = form.required("password");
  TRY(form.verdict());
  TRY_ASSIGN(user, read_user(parts, request.param("id")));
  out.user = std::move(user);
  const bool own = out.user.id == request.caller().user_id;
  out.temporary = !own && (form.flag("temporary") || parts.policy.rules().set_by_others_is_temporary);
  return out;
}

// What was used before must not be found out by trying, so those tries are counted.
void post_password(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  auto wanted = read_replacement(parts, request);
  if (!wanted) return void(exchange.fail(wanted.error()));
  auto attempt = parts.throttle.begin("earlier passwords of " + wanted->user.id, request.client_address());
  if (attempt.refused()) return void(exchange.fail(throttled(attempt)));
  make_password(parts, wanted->user, std::move(wanted->password), "password",
                [&parts, exchange, attempt, id = wanted->user.id,
                 temporary = wanted->temporary](Result<std::string> hash) mutable {
                  if (hash || hash.error().code != "identity.password_used_before")
                    parts.throttle.withdrawn(attempt);
                  if (!hash) return void(exchange.fail(hash.error()));
                  store_password(parts, std::move(exchange), std::move(id), std::move(*hash), temporary);
                });
}

// ---- one's own ----

struct OwnPassword {
  std::string current, next;
};

Result<OwnPassword> read_own_password(Parts& parts, const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"current_password", "new_password"}));
  OwnPassword out{form.required("current_password"), form.required("new_password")};
  const Caller& caller = request.caller();
  if (!out.next.empty())
    if (auto checked = parts.policy.check(out.next, {caller.name, caller.email}); !checked)
      form.note(std::move(checked.error()).at("new_password"));
  TRY(form.verdict());
  return out;
}

void post_own_password(Parts& parts, Exchange exchange) {
  auto given = read_own_password(parts, exchange.request());
  if (!given) return void(exchange.fail(given.error()));
  with_own_password(parts, exchange, std::move(given->current), "current_password",
                    [&parts, exchange, next = std::move(given->next)](const User& user) mutable {
                      make_password(parts, user, std::move(next), "new_password",
                                    [&parts, exchange, id = user.id](Result<std::string> hash) mutable {
                                      if (!hash) return void(exchange.fail(hash.error()));
                                      store_password(parts, exchange, id, std::move(*hash), false);
                                    });
                    });
}

}  // namespace

void add_password_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](std::string_view pattern, http::Access access, void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = http::Method::kPost;
    route.pattern = pattern;
    route.access = std::move(access);
    route.limits.max_body = kMaxBody;
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  add("/api/v1/auth/password", http::Access::signed_in().own_only(), post_own_password);
  add("/api/v1/auth/password/check", http::Access::open(), post_check);
  add("/api/v1/identity/users/{id}/password", http::Access::permit("identity.user.password").own_only(),
      post_password);
}

}  // namespace opsflux::identity
