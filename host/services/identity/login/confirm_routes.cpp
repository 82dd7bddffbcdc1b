// GET and POST /api/v1/auth/confirm: the person proves again who he is, by a code of his application where
// he has one, else by his password. A browser's secret is made anew with it.
#include <algorithm>

#include "host/base/json_writer.hpp"
#include "host/services/identity/factors/backup_codes.hpp"
#include "host/services/identity/factors/enrolment.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/confirm.hpp"
#include "host/services/identity/login/entry.hpp"
#include "host/services/identity/passwords/own_password.hpp"
#include "host/services/identity/tokens.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;
constexpr std::string_view kCodeMethods[] = {"totp", "backup"};

// How the person can prove it; "password" for those without an application that shows codes.
Result<std::vector<std::string>> methods_of(Parts& parts, std::string_view user_id) {
  std::vector<std::string> out;
  TRY(parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(factors, factors_of(session, user_id));
    const bool shown = std::any_of(factors.begin(), factors.end(), [](const Factor& factor) {
      return factor.kind == "totp" && factor.confirmed();
    });
    if (!shown) {
      out = {"password"};
      return {};
    }
    TRY_ASSIGN(left, backup_codes_left(session, user_id));
    out = {"totp"};
    if (left > 0) out.emplace_back("backup");
    return {};
  }));
  return out;
}

void get_confirm(Parts& parts, Exchange exchange) {
  const Caller& caller = exchange.request().caller();
  const auto methods = methods_of(parts, caller.user_id);
  if (!methods) return void(exchange.fail(methods.error()));
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("confirmed").boolean(is_confirmed(caller, parts.clock.now(), parts.confirm_lifetime));
  json.key("methods").begin_array();
  for (const std::string& method : *methods) json.string(method);
  json.end_array().end_object();
  exchange.respond(http::Response::json(200, std::move(out)));
}

Result<void> note(Parts& parts, store::Transaction& transaction, const http::Request& request) {
  const Caller& caller = request.caller();
  TRY(parts.sessions->confirm(transaction, caller.session_id));
  AuthEvent event = event_of(request, "session.confirmed");
  event.user_id = caller.user_id;
  event.email = caller.email;
  event.session_id = caller.session_id;
  parts.tell(transaction, event);
  return {};
}

// A browser's secret from before the proof is worth nothing after it.
void renew_browser(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  const std::string secret(session_secret(request, parts.options.public_url));
  if (request.header("authorization") || !is_refresh_token(secret, SessionKind::kBrowser))
    return void(exchange.respond(http::Response::no_content()));
  parts.sessions->refresh(
      secret, SessionKind::kBrowser, {},
      [&parts, exchange, guard = parts.in_flight.enter()](Result<IssuedTokens> issued) mutable {
        auto response = http::Response::no_content();
        if (issued && !issued->refresh_token.empty())
          response.header("Set-Cookie", session_cookie(issued->refresh_token, issued->refresh_lifetime,
                                                       parts.https(exchange.request())));
        exchange.respond(std::move(response));
      });
}

struct Proof : std::enable_shared_from_this<Proof> {
  Proof(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string method, code;
  Throttle::Attempt attempt;

  void run() {
    auto form = Form::read(exchange.request(), {"password", "method", "code"});
    if (!form) return void(exchange.fail(form.error()));
    const auto methods = methods_of(parts, exchange.request().caller().user_id);
    if (!methods) return void(exchange.fail(methods.error()));
    if (methods->front() == "password") return by_password(*form);
    method = form->optional("method").value_or("totp");
    code = form->required("code");
    form->note(check_choice("method", method, kCodeMethods));
    if (auto fine = form->verdict(); !fine) return void(exchange.fail(fine.error()));
    by_code();
  }

 private:
  void by_password(Form& form) {
    std::string password = form.required("password");
    if (auto fine = form.verdict(); !fine) return void(exchange.fail(fine.error()));
    with_own_password(parts, exchange, std::move(password), "password",
                      [self = shared_from_this()](const User&) { self->store({}); });
  }

  void by_code() {
    const http::Request& request = exchange.request();
    attempt = parts.throttle.begin(code_account(request.caller().user_id), request.client_address());
    if (attempt.refused()) return void(exchange.fail(throttled(attempt)));
    if (method != "backup") return store({});
    std::optional<BackupSalt> salt;
    auto read = parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(found, find_backup_salt(session, request.caller().user_id));
      salt = std::move(found);
      return {};
    });
    if (!read) return refuse(read.error());
    auto queued = parts.passwords->run([self = shared_from_this(), salt = salt.value_or(BackupSalt{})] {
      auto hash = hash_backup_code(self->code, salt);
      if (!hash) return self->refuse(hash.error());
      self->store(std::move(*hash));
    });
    if (!queued) refuse(queued.error());
  }

  void refuse(const Error& error) {
    if (!method.empty() && error.code != "identity.wrong_code") parts.throttle.withdrawn(attempt);
    exchange.fail(error);
  }

  Result<bool> is_right(store::Transaction& transaction, const std::string& backup_hash) {
    const std::string& user = exchange.request().caller().user_id;
    const UtcNs now = parts.clock.now();
    if (method.empty()) return true;  // the password was
    if (method == "backup") return use_backup_code(transaction, user, backup_hash, now);
    TRY_ASSIGN(box, box_of(parts));
    return use_totp(transaction, *box, user, code, now);
  }

  void store(std::string backup_hash) {
    parts.write(
        [self = shared_from_this(), backup_hash](store::Transaction& transaction) -> Result<void> {
          TRY_ASSIGN(right, self->is_right(transaction, backup_hash));
          if (!right) return fail(wrong_code_typed());
          return note(self->parts, transaction, self->exchange.request());
        },
        [self = shared_from_this()](Result<void> result) {
          if (!result) return self->refuse(result.error());
          if (!self->method.empty()) self->parts.throttle.succeeded(self->attempt);
          renew_browser(self->parts, self->exchange);
        });
  }
};

}  // namespace

Error confirm_needed() {
  return Error::forbidden("identity.confirm_needed",
                          "This asks for a new proof of who you are. Confirm with your password or a code.");
}

void add_confirm_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](http::Method method, std::function<void(Exchange)> handler) {
    http::Route route;
    route.method = method;
    route.pattern = "/api/v1/auth/confirm";
    route.access = http::Access::signed_in().own_only();
    route.limits.max_body = kMaxBody;
    route.handler = std::move(handler);
    routes.push_back(std::move(route));
  };
  add(http::Method::kGet, [&parts](Exchange exchange) { get_confirm(parts, std::move(exchange)); });
  add(http::Method::kPost,
      [&parts](Exchange exchange) { std::make_shared<Proof>(parts, std::move(exchange))->run(); });
}

}  // namespace opsflux::identity
