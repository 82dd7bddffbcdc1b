// POST /api/v1/auth/reset, /api/v1/auth/reset/confirm: a new password by a link that was mailed.
#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/passwords/new_password.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

void ask(Parts& parts, Exchange exchange) {
  if (!parts.options.notices.links()) return void(exchange.fail(mail_off()));
  const http::Request& request = exchange.request();
  auto email = read_email(request);
  if (!email) return void(exchange.fail(email.error()));
  if (auto allowed = parts.link_limits.ask(*email, request.client_address()); !allowed)
    return void(exchange.fail(allowed.error()));
  LinkWanted wanted;
  wanted.purpose = MailTicketPurpose::kReset;
  wanted.kind = "password_reset";
  wanted.action = "reset.requested";
  wanted.path = "/reset#token=";
  wanted.lifetime = std::chrono::minutes(60);
  send_link(parts, request, std::move(*email), std::move(wanted));
  exchange.respond(http::Response::json(202, "{}"));
}

// One new password on its way from the request through the password pool to the writer.
struct Reset : std::enable_shared_from_this<Reset> {
  Reset(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string token, password;
  Throttle::Attempt attempt;

  void run() {
    if (auto read = read_form(); !read) return void(exchange.fail(read.error()));
    auto allowed = parts.link_limits.follow(exchange.request().client_address());
    if (!allowed) return void(exchange.fail(allowed.error()));
    attempt = std::move(*allowed);
    auto user = find();
    if (!user) return void(exchange.fail(user.error()));
    make_password(parts, *user, std::move(password), "new_password",
                  [self = shared_from_this()](Result<std::string> hash) { self->hashed(std::move(hash)); });
  }

 private:
  Result<void> read_form() {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"token", "new_password"}));
    token = form.required("token");
    password = form.required("new_password");
    return form.verdict();
  }

  // Before the costly hash, so that nobody has the server work with made-up links.
  Result<User> find() const {
    std::optional<User> user;
    TRY(parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(found, find_mail_ticket(session, MailTicketPurpose::kReset, token, parts.clock.now()));
      if (!found) return {};
      TRY_ASSIGN(known, find_user(session, found->subject));
      user = std::move(known);
      return {};
    }));
    if (!user || !user->active) return fail(link_over());
    return *std::move(user);
  }

  void hashed(Result<std::string> hash) {
    if (!hash) return void(exchange.fail(hash.error()));
    parts.write([self = shared_from_this(), hash = std::move(*hash)](
                    store::Transaction& transaction) { return self->store(transaction, hash); },
                [self = shared_from_this()](Result<void> result) {
                  if (!result) return void(self->exchange.fail(result.error()));
                  self->parts.link_limits.followed(self->attempt);
                  self->exchange.respond(http::Response::no_content());
                });
  }

  // Whoever was signed in, or held another link, is out; so the person signs in with the new password.
  Result<void> store(store::Transaction& transaction, const std::string& hash) const {
    const UtcNs now = parts.clock.now();
    TRY_ASSIGN(ticket, find_mail_ticket(transaction, MailTicketPurpose::kReset, token, now));
    if (!ticket) return fail(link_over());
    TRY_ASSIGN(used, use_mail_ticket(transaction, ticket->id, now));
    if (!used) return fail(link_over());
    TRY_ASSIGN(user, find_user(transaction, ticket->subject));
    if (!user || !user->active) return fail(link_over());
    return set_password(parts, transaction, exchange.request(), {.user_id = user->id}, hash, false);
  }
};

}  // namespace

void add_reset_routes(Parts& parts, std::vector<http::Route>& routes) {
  routes.push_back(open_route(http::Method::kPost, "/api/v1/auth/reset",
                              [&parts](Exchange exchange) { ask(parts, std::move(exchange)); }));
  routes.push_back(open_route(http::Method::kPost, "/api/v1/auth/reset/confirm", [&parts](Exchange exchange) {
    std::make_shared<Reset>(parts, std::move(exchange))->run();
  }));
}

}  // namespace opsflux::identity
