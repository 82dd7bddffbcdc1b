// POST /api/v1/auth/magic, /api/v1/auth/magic/confirm: signing in by a link that was mailed.
//
// The link works only in the browser that asked for it: the answer leaves a cookie there, and both must come
// together. So a link that is read in transit, or forwarded, opens nothing.
#include "host/base/text.hpp"
#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/login/entry.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::string_view kCookie = "opsflux_magic";
constexpr std::chrono::minutes kLifetime{15};

bool is_on(const Parts& parts) {
  return parts.options.magic_link && parts.options.magic_link() && parts.options.notices.links();
}

Error magic_off() {
  return Error::not_found("identity.magic_off",
                          "Signing in by a link is not turned on here. Use your password.");
}

std::string cookie_of(std::string_view secret, bool https_only) {
  const auto seconds = secret.empty() ? 0 : std::chrono::seconds(kLifetime).count();
  return std::string(kCookie) + "=" + std::string(secret) +
         "; Path=/api/v1/auth/magic; Max-Age=" + std::to_string(seconds) + "; HttpOnly; SameSite=Strict" +
         (https_only ? "; Secure" : "");
}

void ask(Parts& parts, Exchange exchange) {
  if (!is_on(parts)) return void(exchange.fail(magic_off()));
  const http::Request& request = exchange.request();
  auto email = read_email(request);
  if (!email) return void(exchange.fail(email.error()));
  if (auto allowed = parts.link_limits.ask(*email, request.client_address()); !allowed)
    return void(exchange.fail(allowed.error()));
  LinkWanted wanted;
  wanted.purpose = MailTicketPurpose::kMagic;
  wanted.kind = "magic_link";
  wanted.action = "magic.requested";
  wanted.path = "/magic#token=";
  wanted.lifetime = kLifetime;
  wanted.binding = new_mail_ticket_text();
  http::Response response = http::Response::json(202, "{}");
  response.header("Set-Cookie", cookie_of(wanted.binding, parts.https(request)));
  send_link(parts, request, std::move(*email), std::move(wanted));
  exchange.respond(std::move(response));
}

struct MagicLogIn : std::enable_shared_from_this<MagicLogIn> {
  MagicLogIn(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string token, binding;
  Throttle::Attempt attempt;
  Entry entry;

  void run() {
    if (!is_on(parts)) return void(exchange.fail(magic_off()));
    const http::Request& request = exchange.request();
    if (auto read = read_form(request); !read) return void(exchange.fail(read.error()));
    auto allowed = parts.link_limits.follow(request.client_address());
    if (!allowed) return void(exchange.fail(allowed.error()));
    attempt = std::move(*allowed);
    parts.write([self = shared_from_this()](
                    store::Transaction& transaction) { return self->open_session(transaction); },
                [self = shared_from_this()](Result<void> result) { self->answer(std::move(result)); });
  }

 private:
  Result<void> read_form(const http::Request& request) {
    TRY_ASSIGN(form, Form::read(request, {"token"}));
    token = form.required("token");
    binding = request.cookie(kCookie).value_or("");
    return form.verdict();
  }

  Result<void> open_session(store::Transaction& transaction) {
    const UtcNs now = parts.clock.now();
    TRY_ASSIGN(ticket, find_mail_ticket(transaction, MailTicketPurpose::kMagic, token, now));
    if (!ticket) return fail(link_over());
    if (!equal_constant_time(ticket->binding_hash, hex_of(digest_of(binding))))
      return fail(Error::unauthenticated("identity.other_browser",
                                         "This link works only in the browser in which it was asked for. "
                                         "Open it there, or ask for a new one "
                                         "here."));
    TRY_ASSIGN(used, use_mail_ticket(transaction, ticket->id, now));
    if (!used) return fail(link_over());
    TRY_ASSIGN(found, find_user(transaction, ticket->subject));
    if (!found || !found->active) return fail(link_over());
    const http::Request& request = exchange.request();
    entry = {};
    entry.user = std::move(*found);
    entry.ticket.kind = is_web_client(request) ? SessionKind::kBrowser : SessionKind::kToken;
    // The link stands for the password; whatever else is asked for is asked for here too.
    return go_on(parts, transaction, request, entry);
  }

  void answer(Result<void> result) {
    if (!result) return void(exchange.fail(result.error()));
    parts.link_limits.followed(attempt);
    identity::answer(parts, exchange, entry, {cookie_of("", parts.https(exchange.request()))});
  }
};

}  // namespace

void add_magic_routes(Parts& parts, std::vector<http::Route>& routes) {
  routes.push_back(open_route(http::Method::kPost, "/api/v1/auth/magic",
                              [&parts](Exchange exchange) { ask(parts, std::move(exchange)); }));
  routes.push_back(open_route(http::Method::kPost, "/api/v1/auth/magic/confirm", [&parts](Exchange exchange) {
    std::make_shared<MagicLogIn>(parts, std::move(exchange))->run();
  }));
}

}  // namespace opsflux::identity
