// POST /api/v1/auth/login.
#include "host/base/log.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/cookies.hpp"
#include "host/services/identity/login/entry.hpp"
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
  Throttle::Attempt attempt;
  std::optional<User> user;  // known, active
  Entry entry;

  void run() {
    auto password = read_form();
    if (!password) return void(exchange.fail(password.error()));
    attempt = parts.throttle.begin(email, exchange.request().client_address());
    exchange.add_fields(login_fields(parts.throttle.options(), attempt));
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
    // The browser keeps the session when it is closed.
    entry.ticket.remember = form.flag("remember");
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
                    store::Transaction& transaction) { return self->enter(transaction, hash); },
                [self = shared_from_this()](Result<void> result) { self->answered(std::move(result)); });
  }

  Result<void> enter(store::Transaction& transaction, const std::string& rehashed) {
    TRY_ASSIGN(current, find_user(transaction, user->id));
    if (!current || !current->active)
      return fail(wrong_credentials());  // closed while the password was checked
    user = std::move(current);
    if (!rehashed.empty()) TRY(store_rehashed(transaction, user->id, rehashed));
    const http::Request& request = exchange.request();
    entry.user = *user;
    entry.ticket.kind = is_web_client(request) ? SessionKind::kBrowser : SessionKind::kToken;
    TRY_ASSIGN(trusted, is_trusted(transaction));
    entry.ticket.proved = trusted;
    return go_on(parts, transaction, request, entry);
  }

  // A device is trusted for the one who proved himself on it, and no longer than the rules say now.
  Result<bool> is_trusted(store::Transaction& transaction) {
    const http::Request& request = exchange.request();
    const auto secret = read_cookie(request, kDeviceCookie, parts.https(request));
    if (!secret || entry.ticket.kind != SessionKind::kBrowser) return false;
    const UtcNs now = parts.clock.now();
    TRY_ASSIGN(device, find_device(transaction, user->id, *secret, now));
    if (!device) return false;
    const auto longest = std::chrono::nanoseconds(parts.options.rules().factors.trusted_device).count();
    if (parse_utc(device->first_seen).value_or(0) + longest <= now) return false;
    TRY(touch_device(transaction, device->id, now));
    return true;
  }

  void answered(Result<void> result) {
    if (!result && result.error().code == "identity.wrong_credentials")
      return void(exchange.fail(result.error()));
    if (!result) return withdraw(result.error());
    parts.throttle.succeeded(attempt);
    answer(parts, exchange, entry);
  }
};

}  // namespace

void add_login_route(Parts& parts, std::vector<http::Route>& routes) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/auth/login";
  route.access = http::Access::open();
  route.limits.max_body = kMaxBody;
  route.handler = [&parts](Exchange exchange) { std::make_shared<LogIn>(parts, std::move(exchange))->run(); };
  routes.push_back(std::move(route));
}

}  // namespace opsflux::identity
