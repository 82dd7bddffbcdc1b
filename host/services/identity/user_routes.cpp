// GET and PATCH /api/v1/auth/me; POST /api/v1/auth/password, /api/v1/identity/users/{id}/password.
#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/services/identity/admission/tickets.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;

Error user_missing() {
  return Error::not_found("identity.user_missing",
                          "There is no such user. It may have been deleted meanwhile.");
}

http::Response user_answer(const User& user) {
  return http::Response::json(200, "{\"user\":" + user_json(user) + "}");
}

// Also renews the browser's cookie, whose own end would otherwise stay that of the log-in.
void get_me(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  std::optional<User> user;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, find_user(session, request.caller().user_id));
    user = std::move(found);
    return {};
  });
  if (!read) return void(exchange.fail(read.error()));
  if (!user) return void(exchange.fail(user_missing()));
  http::Response response = user_answer(*user);
  const auto secret = request.cookie(kCookieName);
  if (secret && !request.header("authorization") && is_refresh_token(*secret, SessionKind::kBrowser))
    response.header("Set-Cookie", session_cookie(*secret, parts.sessions->options().refresh_lifetime,
                                                 parts.https(request)));
  exchange.respond(std::move(response));
}

struct Preferences {
  std::optional<std::string> name, language, theme, density;
};

Result<Preferences> read_preferences(const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"name", "language", "theme", "density"}));
  Preferences out{form.optional("name"), form.optional("language"), form.optional("theme"),
                  form.optional("density")};
  if (out.name) form.note(check_name(*out.name));
  if (out.language) form.note(check_choice("language", *out.language, kLanguageNames));
  if (out.theme) form.note(check_choice("theme", *out.theme, kThemes));
  if (out.density) form.note(check_choice("density", *out.density, kDensities));
  TRY(form.verdict());
  return out;
}

// [{"field": …, "before": …, "after": …}] of what a person changed of himself.
std::string changes_of(const User& before, const User& after) {
  Json out = Json::array();
  const auto note = [&out](std::string_view field, const std::string& was, const std::string& is) {
    if (was != is) out.push_back({{"field", field}, {"before", was}, {"after", is}});
  };
  note("name", before.name, after.name);
  note("language", before.language, after.language);
  note("theme", before.theme, after.theme);
  note("density", before.density, after.density);
  return to_text(out);
}

Result<User> change_user(Parts& parts, store::Transaction& transaction, const http::Request& request,
                         const Preferences& wanted) {
  TRY_ASSIGN(found, find_user(transaction, request.caller().user_id));
  if (!found) return fail(user_missing());
  const User before = *found;
  if (wanted.name) found->name = trim(*wanted.name);
  if (wanted.language) found->language = *wanted.language;
  if (wanted.theme) found->theme = *wanted.theme;
  if (wanted.density) found->density = *wanted.density;
  TRY(update_preferences(transaction, *found, parts.clock.now(), found->id));
  AuthEvent event = event_of(request, "profile.changed");
  event.user_id = found->id;
  event.email = found->email;
  event.session_id = request.caller().session_id;
  event.changes = changes_of(before, *found);
  parts.tell(transaction, event);
  transaction.on_commit([&parts, user = *found] { parts.sessions->user_changed(user); });
  return *std::move(found);
}

void patch_me(Parts& parts, Exchange exchange) {
  auto wanted = read_preferences(exchange.request());
  if (!wanted) return void(exchange.fail(wanted.error()));
  auto user = std::make_shared<User>();
  parts.write(
      [&parts, exchange, user,
       wanted = std::move(*wanted)](store::Transaction& transaction) mutable -> Result<void> {
        TRY_ASSIGN(changed, change_user(parts, transaction, exchange.request(), wanted));
        *user = std::move(changed);
        return {};
      },
      [exchange, user](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(user_answer(*user));
      });
}

Result<void> set_password(Parts& parts, store::Transaction& transaction, const http::Request& request,
                          std::string_view id, const std::string& hash) {
  TRY_ASSIGN(found, find_user(transaction, id));
  if (!found) return fail(user_missing());
  TRY(store_password_hash(transaction, found->id, hash, parts.clock.now()));
  TRY(end_ways_in(transaction, found->id, parts.clock.now()));
  // Whoever knew the old password is out; who changes his own stays where he is.
  TRY(parts.sessions->end_all(transaction, found->id, request.caller().session_id));
  AuthEvent event = event_of(request, "password.changed");
  event.user_id = found->id;
  event.email = found->email;
  event.by = request.caller().user_id;
  event.session_id = request.caller().session_id;
  parts.tell(transaction, event);
  return {};
}

// Hashes, stores and answers; the exchange's user may do so.
void replace_password(Parts& parts, Exchange exchange, std::string id, std::string password) {
  auto queued = parts.passwords->hash(
      std::move(password), [&parts, exchange, id = std::move(id)](Result<std::string> hash) mutable {
        if (!hash) return void(exchange.fail(hash.error()));
        parts.write(
            [&parts, exchange, id = std::move(id), hash = std::move(*hash)](store::Transaction& transaction) {
              return set_password(parts, transaction, exchange.request(), id, hash);
            },
            [exchange](Result<void> result) mutable {
              if (!result)
                exchange.fail(result.error());
              else
                exchange.respond(http::Response::no_content());
            });
      });
  if (!queued) exchange.fail(queued.error());
}

Result<std::string> read_password(Parts& parts, const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"password"}));
  std::string password = form.required("password");
  if (!password.empty()) form.note(Passwords::check(password));
  TRY(form.verdict());
  bool there = false;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, find_user(session, request.param("id")));
    there = found.has_value();
    return {};
  });
  TRY(std::move(read));
  if (!there) return fail(user_missing());
  return password;
}

void post_password(Parts& parts, Exchange exchange) {
  auto password = read_password(parts, exchange.request());
  if (!password) return void(exchange.fail(password.error()));
  std::string id(exchange.request().param("id"));
  replace_password(parts, std::move(exchange), std::move(id), std::move(*password));
}

struct OwnPassword {
  std::string current, next;
};

Result<OwnPassword> read_own_password(const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"current_password", "new_password"}));
  OwnPassword out{form.required("current_password"), form.required("new_password")};
  if (!out.next.empty())
    if (auto checked = Passwords::check(out.next); !checked)
      form.note(std::move(checked.error()).at("new_password"));
  TRY(form.verdict());
  return out;
}

Error wrong_password() {
  return Error::invalid("identity.wrong_password", "The current password is wrong. Check it and try again.")
      .at("current_password");
}

// Guessing is slowed down as at the log-in: a session that somebody left open gives no password away.
void post_own_password(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  auto given = read_own_password(request);
  if (!given) return void(exchange.fail(given.error()));
  auto attempt = parts.throttle.begin(request.caller().email, request.client_address());
  if (attempt.refused()) return void(exchange.fail(throttled(attempt)));
  std::string stored;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(hash, find_password_hash(session, request.caller().user_id));
    stored = std::move(hash);
    return {};
  });
  if (!read) {
    parts.throttle.withdrawn(attempt);
    return void(exchange.fail(read.error()));
  }
  auto queued = parts.passwords->verify(
      std::move(stored), std::move(given->current),
      [&parts, exchange, attempt, next = std::move(given->next)](Passwords::Verdict verdict) mutable {
        using Answer = Passwords::Verdict::Answer;
        if (verdict.answer == Answer::kWrong) return void(exchange.fail(wrong_password()));
        if (verdict.answer == Answer::kFailed) {
          parts.throttle.withdrawn(attempt);
          return void(exchange.fail(hash_failed()));
        }
        parts.throttle.succeeded(attempt);
        std::string id = exchange.request().caller().user_id;
        replace_password(parts, std::move(exchange), std::move(id), std::move(next));
      });
  if (queued) return;
  parts.throttle.withdrawn(attempt);
  exchange.fail(queued.error());
}

}  // namespace

void add_user_routes(Parts& parts, std::vector<http::Route>& routes) {
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
  add(http::Method::kGet, "/api/v1/auth/me", http::Access::signed_in(), get_me);
  add(http::Method::kPatch, "/api/v1/auth/me", http::Access::signed_in(), patch_me);
  add(http::Method::kPost, "/api/v1/auth/password", http::Access::signed_in(), post_own_password);
  add(http::Method::kPost, "/api/v1/identity/users/{id}/password",
      http::Access::permit("identity.user.password"), post_password);
}

}  // namespace opsflux::identity
