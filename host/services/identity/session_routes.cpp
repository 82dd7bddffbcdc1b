// POST /api/v1/auth/login, /refresh, /logout.
#include "host/base/log.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/passwords/history.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;
using Answer = Passwords::Verdict::Answer;

constexpr std::size_t kMaxBody = 16 << 10;

// One text and one time for an unknown address, a wrong password, and an account that is closed.
Error wrong_credentials() {
  return Error::unauthenticated("identity.wrong_credentials",
                                "The e-mail address or the password is wrong. Check both and try again.");
}

// One log-in on its way from the request through the password pool and the writer to the answer.
struct LogIn : std::enable_shared_from_this<LogIn> {
  LogIn(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string email;
  bool remember = false;  // the browser keeps the session when it is closed
  Throttle::Attempt attempt;
  std::optional<User> user;  // known, active
  IssuedTokens issued;

  void run() {
    auto password = read_form();
    if (!password) return void(exchange.fail(password.error()));
    attempt = parts.throttle.begin(email, exchange.request().client_address());
    if (attempt.refused()) return refuse();
    std::string stored;
    if (auto read = find_account(stored); !read) return withdraw(read.error());
    auto queued = parts.passwords->verify(
        std::move(stored), std::move(*password),
        [self = shared_from_this()](Passwords::Verdict verdict) { self->judged(std::move(verdict)); });
    if (!queued) withdraw(queued.error());
  }

 private:
  Result<std::string> read_form() {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"email", "password"}, {"remember"}));
    remember = form.flag("remember");
    const std::string typed = form.required("email");
    std::string password = form.required("password");
    if (const auto normal = normal_email(typed))
      email = *normal;
    else if (!typed.empty())
      form.note(Error::invalid("identity.email_invalid",
                               "This is not an e-mail address. It reads like ada@example.org.")
                    .at("email"));
    TRY(form.verdict());
    return password;
  }

  Result<void> find_account(std::string& stored) {
    return parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(found, find_user_by_email(session, email));
      TRY_ASSIGN(hash, find_password_hash(session, found ? found->id : ""));
      if (!found || !found->active) return {};
      user = std::move(found);
      stored = std::move(hash);
      return {};
    });
  }

  void refuse() {
    log::warn("identity.login.throttled",
              {{"email", email}, {"address", exchange.request().client_address()}});
    if (attempt.worth_telling) parts.tell_alone(event("login.refused", "identity.too_many_attempts"));
    exchange.fail(throttled(attempt));
  }

  void withdraw(const Error& error) {
    parts.throttle.withdrawn(attempt);
    exchange.fail(error);
  }

  AuthEvent event(std::string_view action, std::string reason = {}) const {
    AuthEvent out = event_of(exchange.request(), action);
    out.email = email;
    if (user) out.user_id = user->id;
    out.reason = std::move(reason);
    return out;
  }

  void judged(Passwords::Verdict verdict) {
    if (verdict.answer == Answer::kFailed) return withdraw(hash_failed());
    if (verdict.answer == Answer::kWrong)
      return parts.tell_alone(event("login.failed", "identity.wrong_credentials"),
                              [self = shared_from_this()] { self->exchange.fail(wrong_credentials()); });
    parts.write([self = shared_from_this(), hash = std::move(verdict.rehashed)](
                    store::Transaction& transaction) { return self->open_session(transaction, hash); },
                [self = shared_from_this()](Result<void> result) { self->answer(std::move(result)); });
  }

  Result<void> open_session(store::Transaction& transaction, const std::string& rehashed) {
    TRY_ASSIGN(current, find_user(transaction, user->id));
    if (!current || !current->active)
      return fail(wrong_credentials());  // closed while the password was checked
    user = std::move(current);
    if (!rehashed.empty()) TRY(store_rehashed(transaction, user->id, rehashed));
    const http::Request& request = exchange.request();
    const SessionKind kind = is_web_client(request) ? SessionKind::kBrowser : SessionKind::kToken;
    TRY_ASSIGN(tokens, parts.sessions->start(transaction, *user, kind, client_of(request), remember));
    issued = std::move(tokens);
    AuthEvent told = event("login.succeeded");
    told.session_id = issued.session_id;
    parts.tell(transaction, told);
    return {};
  }

  void answer(Result<void> result) {
    if (!result && result.error().code == "identity.wrong_credentials")
      return void(exchange.fail(result.error()));
    if (!result) return withdraw(result.error());
    parts.throttle.succeeded(attempt);
    // The browser's earlier session is replaced, not left behind.
    const std::string& earlier = exchange.request().caller().session_id;
    if (issued.kind == SessionKind::kBrowser && !earlier.empty()) parts.sessions->end(earlier);
    exchange.respond(session_answer(parts, exchange.request(), 200, issued, *user));
  }
};

// The token to refresh: the body's, else the cookie's.
struct Presented {
  SessionKind kind = SessionKind::kToken;
  std::string token;
};

Result<Presented> presented_token(const Parts& parts, const http::Request& request) {
  if (request.body_size() > 0) {
    TRY_ASSIGN(form, Form::read(request, {"refresh_token"}));
    const auto token = form.optional("refresh_token");
    TRY(form.verdict());
    if (token) return Presented{SessionKind::kToken, *token};
  }
  const auto secret = request.cookie(kCookieName);
  if (!secret || secret->empty())
    return fail(
        Error::unauthenticated("identity.not_signed_in", "You are not signed in. Sign in, then try again."));
  if (!is_from_our_page(request, parts.options.public_url))
    return fail(Error::forbidden(
        "identity.foreign_request",
        "The request does not come from this application's own pages. Reload the page and try again."));
  return Presented{SessionKind::kBrowser, std::string(*secret)};
}

void refresh(Parts& parts, Exchange exchange) {
  auto presented = presented_token(parts, exchange.request());
  if (!presented) return void(exchange.fail(presented.error()));
  auto user = std::make_shared<std::optional<User>>();
  parts.sessions->refresh(
      presented->token, presented->kind,
      [user](store::Transaction& transaction, const IssuedTokens& issued) {
        if (auto found = find_user(transaction, issued.user_id)) *user = std::move(*found);
      },
      [&parts, exchange, user, guard = parts.in_flight.enter()](Result<IssuedTokens> issued) mutable {
        if (!issued) return void(exchange.fail(issued.error()));
        if (*user)
          return void(exchange.respond(session_answer(parts, exchange.request(), 200, *issued, **user)));
        exchange.respond(http::Response::json(
            200, "{}"));  // crossed with another refresh of the same page, which has the answer
      });
}

void log_out(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  auto response = http::Response::no_content();
  if (request.cookie(kCookieName) && is_from_our_page(request, parts.options.public_url))
    response.header("Set-Cookie", session_cookie("", {}, parts.https(request)));
  const Caller& caller = request.caller();
  if (caller.session_id.empty()) return void(exchange.respond(std::move(response)));
  AuthEvent event = event_of(request, "logout");
  event.user_id = caller.user_id;
  event.email = caller.email;
  event.session_id = caller.session_id;
  parts.tell_alone(std::move(event));
  parts.sessions->end(caller.session_id,
                      [exchange, response = std::move(response)](Result<void> result) mutable {
                        if (!result)
                          exchange.fail(result.error());
                        else
                          exchange.respond(std::move(response));
                      });
}

}  // namespace

Error throttled(const Throttle::Attempt& attempt) {
  const auto minutes = std::to_string((attempt.retry_after.count() + 59'999) / 60'000);
  return Error::make(ErrorKind::kTooMany, "identity.too_many_attempts",
                     "Too many attempts failed. Try again in " + minutes + " min.")
      .with("minutes", minutes)
      .retry_after(attempt.retry_after.count());
}

Error hash_failed() {
  return Error::unavailable("identity.hash_failed",
                            "The password could not be processed: the server lacks memory.")
      .retry_after(5'000);
}

void add_session_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](std::string_view pattern, std::function<void(Exchange)> handler) {
    http::Route route;
    route.method = http::Method::kPost;
    route.pattern = pattern;
    route.access = http::Access::open();
    route.limits.max_body = kMaxBody;
    route.handler = std::move(handler);
    routes.push_back(std::move(route));
  };
  add("/api/v1/auth/login",
      [&parts](Exchange exchange) { std::make_shared<LogIn>(parts, std::move(exchange))->run(); });
  add("/api/v1/auth/refresh", [&parts](Exchange exchange) { refresh(parts, std::move(exchange)); });
  add("/api/v1/auth/logout", [&parts](Exchange exchange) { log_out(parts, std::move(exchange)); });
}

}  // namespace opsflux::identity
