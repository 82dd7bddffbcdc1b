// The first administrator: by the one-time link, or unattended.
#include "host/base/json_writer.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/login/entry.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;
constexpr std::string_view kSetupAccount =
    "setup";  // what failed tokens are counted for; no address looks like it

Error already_set_up() {
  return Error::conflict("identity.already_set_up",
                         "This instance is set up already. Sign in with the administrator's account.");
}
Error wrong_token() {
  return Error::forbidden(
      "identity.setup_token_wrong",
      "The set-up link is not valid. Use the newest one: it is printed each time the server starts.");
}

User first_administrator(IdSource& ids, std::string email, std::string name, std::string language) {
  return {ids.next(),          std::move(email), std::move(name), std::string(kAdministrator),
          std::move(language), "auto",           "compact",       true};
}

// Refuses when there is a user; of two at once the database lets one through, and the other one sees this.
Result<void> make_first(Parts& parts, store::Transaction& transaction, const User& user,
                        std::string_view hash) {
  TRY_ASSIGN(any, any_user(transaction));
  if (any) return fail(already_set_up());
  TRY(transaction.execute("DELETE FROM identity_setup", {}));
  const UtcNs now = parts.clock.now();
  TRY(insert_user(transaction, user, now, user.id));
  return store_password_hash(transaction, user.id, hash, now);
}

AuthEvent completed(AuthEvent event, const User& user) {
  event.action = "setup.completed";
  event.user_id = user.id;
  event.email = user.email;
  return event;
}

struct SetUp : std::enable_shared_from_this<SetUp> {
  SetUp(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string token;
  User user;
  Throttle::Attempt attempt;
  Entry entry;

  void run() {
    auto password = read_form();
    if (!password) return void(exchange.fail(password.error()));
    attempt = parts.throttle.begin(kSetupAccount, exchange.request().client_address());
    if (attempt.refused())
      return void(
          exchange.fail(Error::make(ErrorKind::kTooMany, "identity.too_many_attempts",
                                    "Too many attempts failed. Try again later.")
                            .with("minutes", std::to_string((attempt.retry_after.count() + 59'999) / 60'000))
                            .retry_after(attempt.retry_after.count())));
    // Before the costly hash; decided again in the transaction.
    auto checked = parts.database.read([&](store::Session& session) { return check_token(session); });
    if (!checked) return refuse(checked.error());
    auto queued = parts.passwords->hash(
        std::move(*password),
        [self = shared_from_this()](Result<std::string> hash) { self->hashed(std::move(hash)); });
    if (!queued) refuse(queued.error());
  }

 private:
  Result<std::string> read_form() {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"token", "email", "password", "name", "language"}));
    token = form.required("token");
    const std::string typed = form.required("email");
    const auto email = normal_email(typed);
    if (!typed.empty() && !email)
      form.note(Error::invalid("identity.email_invalid",
                               "This is not an e-mail address. It reads like ada@example.org.")
                    .at("email"));
    std::string password = form.required("password");
    std::string name = form.required("name");
    if (!password.empty()) form.note(parts.policy.check(password, {name, typed}));
    if (!name.empty()) form.note(check_name(name));
    std::string language = form.optional("language").value_or("fr");
    form.note(check_choice("language", language, kLanguageNames));
    TRY(form.verdict());
    user = first_administrator(parts.ids, *email, std::string(trim(name)), std::move(language));
    return password;
  }

  Result<void> check_token(store::Session& session) {
    TRY_ASSIGN(any, any_user(session));
    if (any) return fail(already_set_up());
    std::string stored;
    TRY(session.query_one("SELECT token_hash FROM identity_setup WHERE id = 'first'", {},
                          [&](const store::Row& row) { stored = row.text(0); }));
    if (!equal_constant_time(stored, hex_of(digest_of(token)))) return fail(wrong_token());
    return {};
  }

  void refuse(const Error& error) {
    if (error.code == "identity.setup_token_wrong")
      log::warn("identity.setup.refused", {{"address", exchange.request().client_address()}});
    else
      parts.throttle.withdrawn(attempt);
    exchange.fail(error);
  }

  void hashed(Result<std::string> hash) {
    if (!hash) return refuse(hash.error());
    parts.write([self = shared_from_this(), hash = std::move(*hash)](
                    store::Transaction& transaction) { return self->create(transaction, hash); },
                [self = shared_from_this()](Result<void> result) { self->answer(std::move(result)); });
  }

  Result<void> create(store::Transaction& transaction, const std::string& hash) {
    TRY(check_token(transaction));
    TRY(make_first(parts, transaction, user, hash));
    const http::Request& request = exchange.request();
    parts.tell(transaction, completed(event_of(request, ""), user));
    entry = {};
    entry.user = user;
    entry.ticket.kind = is_web_client(request) ? SessionKind::kBrowser : SessionKind::kToken;
    // Whatever a log-in asks for, a second factor for instance, is asked for here too.
    return go_on(parts, transaction, request, entry);
  }

  void answer(Result<void> result) {
    if (!result && result.error().code == "store.unique") result = fail(already_set_up());
    if (!result) return refuse(result.error());
    parts.throttle.succeeded(attempt);
    parts.setup_needed = false;
    identity::answer(parts, exchange, entry, {}, 201);
  }
};

}  // namespace

Result<std::string> Identity::prepare_setup() {
  std::string token;
  auto written = parts_->database.write_now([&](store::Transaction& transaction) -> Result<void> {
    token.clear();
    TRY_ASSIGN(any, any_user(transaction));
    if (any) return {};
    token = new_setup_token();
    TRY(transaction.execute("DELETE FROM identity_setup", {}));
    TRY(transaction.execute(
        "INSERT INTO identity_setup (id, token_hash, created_at) VALUES ('first', $1, $2)",
        {hex_of(digest_of(token)), format_utc(parts_->clock.now())}));
    return {};
  });
  TRY(std::move(written));
  parts_->setup_needed = !token.empty();
  return token;
}

Result<bool> Identity::create_first_administrator(std::string_view email, std::string_view password) {
  const auto normal = normal_email(email);
  if (!normal)
    return fail(Error::invalid("identity.email_invalid",
                               "This is not an e-mail address. It reads like ada@example.org.")
                    .at("email"));
  TRY(parts_->policy.check(password, {{}, *normal}));
  TRY_ASSIGN(hash, parts_->passwords->hash_now(password));
  const User user = first_administrator(parts_->ids, *normal, normal->substr(0, normal->find('@')), "fr");
  auto made = parts_->database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(make_first(*parts_, transaction, user, hash));
    parts_->tell(transaction, completed({}, user));
    return {};
  });
  if (!made && made.error().code == "identity.already_set_up") return false;
  if (!made) return fail(std::move(made).error());
  parts_->setup_needed = false;
  return true;
}

void add_setup_routes(Parts& parts, std::vector<http::Route>& routes) {
  http::Route status;
  status.method = http::Method::kGet;
  status.pattern = "/api/v1/setup";
  status.access = http::Access::open();
  status.run = http::Run::kInline;
  status.handler = [&parts](Exchange exchange) {
    exchange.respond(
        http::Response::json(200, parts.setup_needed ? R"({"needed":true})" : R"({"needed":false})"));
  };
  routes.push_back(std::move(status));

  http::Route create;
  create.method = http::Method::kPost;
  create.pattern = "/api/v1/setup";
  create.access = http::Access::open();
  create.limits.max_body = kMaxBody;
  create.handler = [&parts](Exchange exchange) {
    std::make_shared<SetUp>(parts, std::move(exchange))->run();
  };
  routes.push_back(std::move(create));
}

}  // namespace opsflux::identity
