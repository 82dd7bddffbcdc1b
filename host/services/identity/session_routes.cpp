// POST /api/v1/auth/refresh, /logout.
#include "host/base/log.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/next_step.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;

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
  const std::string_view secret = session_secret(request, parts.options.public_url);
  if (secret.empty())
    return fail(
        Error::unauthenticated("identity.not_signed_in", "You are not signed in. Sign in, then try again."));
  if (!is_from_our_page(request, parts.options.public_url)) return fail(foreign_request());
  return Presented{SessionKind::kBrowser, std::string(secret)};
}

// A role may have become obliged to a second factor since the log-in.
bool must_enrol(const Parts& parts, store::Transaction& transaction, const User& user) {
  const auto state = account_state_of(transaction, user, *parts.standings.of(user.id, user.role).rights,
                                      parts.options.rules(), parts.clock.now());
  return state && next_step(*state, true) == LogInStep::kEnrol;
}

Error factor_due() {
  return Error::unauthenticated("identity.factor_due",
                                "Your role needs a second factor now. Sign in again to set one up.");
}

struct Refreshed {
  std::optional<User> user;
  bool must_enrol = false;
};

void refresh(Parts& parts, Exchange exchange) {
  auto presented = presented_token(parts, exchange.request());
  if (!presented) return void(exchange.fail(presented.error()));
  auto state = std::make_shared<Refreshed>();
  parts.sessions->refresh(
      presented->token, presented->kind,
      [&parts, state](store::Transaction& transaction, const IssuedTokens& issued) {
        if (auto found = find_user(transaction, issued.user_id)) state->user = std::move(*found);
        if (state->user) state->must_enrol = must_enrol(parts, transaction, *state->user);
      },
      [&parts, exchange, state, guard = parts.in_flight.enter()](Result<IssuedTokens> issued) mutable {
        if (!issued) return void(exchange.fail(issued.error()));
        if (state->must_enrol) {
          parts.sessions->end(issued->session_id);
          return void(exchange.fail(factor_due()));
        }
        if (state->user)
          return void(
              exchange.respond(session_answer(parts, exchange.request(), 200, *issued, *state->user)));
        exchange.respond(http::Response::json(
            200, "{}"));  // crossed with another refresh of the same page, which has the answer
      },
      exchange.request().client_address());
}

void log_out(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  auto response = http::Response::no_content();
  if (!session_secret(request, parts.options.public_url).empty() &&
      is_from_our_page(request, parts.options.public_url))
    response.header("Set-Cookie", session_cookie("", {}, parts.https(request)));
  const Caller& caller = request.caller();
  if (caller.session_id.empty()) return void(exchange.respond(std::move(response)));
  AuthEvent event = event_of(request, "logout");
  event.user_id = caller.actor_id.empty() ? caller.user_id : caller.actor_id;
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

Error foreign_request() {
  return Error::forbidden(
      "identity.foreign_request",
      "The request does not come from this application's own pages. Reload the page and try again.");
}

std::string login_fields(const ThrottleOptions& options, const Throttle::Attempt& attempt) {
  using std::chrono::seconds;
  const LimitPolicy policy{"login", static_cast<std::uint32_t>(options.limit.get()),
                           std::chrono::duration_cast<seconds>(options.window.get())};
  const auto wait = attempt.refused() ? attempt.retry_after : options.window.get();
  return rate_limit_fields(policy, {attempt.refused(), static_cast<std::uint32_t>(attempt.left),
                                    std::chrono::ceil<seconds>(wait)});
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
  add("/api/v1/auth/refresh", [&parts](Exchange exchange) { refresh(parts, std::move(exchange)); });
  add("/api/v1/auth/logout", [&parts](Exchange exchange) { log_out(parts, std::move(exchange)); });
}

}  // namespace opsflux::identity
