// GET /api/v1/auth/options, and how links are mailed.
#include "host/services/identity/admission/admission.hpp"

#include "host/base/log.hpp"

namespace opsflux::identity {
namespace {

using Parts = Identity::Parts;

constexpr std::size_t kMaxBody = 16 << 10;

// Earlier links of the same kind end, so that one mailbox holds one that works.
Result<void> mail_link(Parts& parts, const std::string& email, const LinkWanted& wanted,
                       const AuthEvent& event) {
  return parts.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(user, find_user_by_email(transaction, email));
    if (!user || !user->active) {
      log::info("identity.link_for_nobody", {{"kind", wanted.kind}, {"address", event.address}});
      return {};
    }
    TRY(end_mail_tickets(transaction, user->id, wanted.purpose, parts.clock.now()));
    TRY_ASSIGN(text, issue_mail_ticket(
                         transaction, parts.clock, parts.ids,
                         {wanted.purpose, user->id, wanted.lifetime, wanted.binding, "{}", event.address}));
    TRY(parts.options.notices.send(transaction, {wanted.kind,
                                                 user->id,
                                                 user->email,
                                                 user->name,
                                                 user->language,
                                                 {{"minutes", std::to_string(wanted.lifetime.count())}},
                                                 wanted.path + text}));
    AuthEvent told = event;
    told.action = wanted.action;
    told.user_id = user->id;
    parts.tell(transaction, told);
    return {};
  });
}

}  // namespace

Error link_over() {
  return Error::unauthenticated("identity.link_over",
                                "This link was used, has ended, or is not complete. Ask for a new one.");
}

Error mail_off() {
  return Error::not_found("identity.mail_off",
                          "This instance sends no links by mail. Ask an administrator for a new password.");
}

Result<std::string> read_email(const http::Request& request) {
  TRY_ASSIGN(form, Form::read(request, {"email"}));
  const std::string typed = form.required("email");
  const auto email = normal_email(typed);
  if (!email && !typed.empty())
    form.note(Error::invalid("identity.email_invalid",
                             "This is not an e-mail address. It reads like ada@example.org.")
                  .at("email"));
  TRY(form.verdict());
  return *email;
}

void send_link(Parts& parts, const http::Request& request, std::string email, LinkWanted wanted) {
  AuthEvent event = event_of(request, "");
  event.email = email;
  const bool taken = parts.chores.post(
      [&parts, email = std::move(email), wanted = std::move(wanted), event = std::move(event)] {
        if (auto sent = mail_link(parts, email, wanted, event); !sent)
          log::error("identity.link_not_sent", sent.error());
      });
  if (!taken) log::error("identity.link_not_sent", {{"reason", "too many wait"}});
}

http::Route open_route(http::Method method, std::string_view pattern,
                       std::function<void(http::Exchange)> handler) {
  http::Route route;
  route.method = method;
  route.pattern = pattern;
  route.access = http::Access::open();
  route.limits.max_body = kMaxBody;
  route.handler = std::move(handler);
  return route;
}

void add_admission_routes(Parts& parts, std::vector<http::Route>& routes) {
  routes.push_back(open_route(http::Method::kGet, "/api/v1/auth/options", [&parts](http::Exchange exchange) {
    const bool links = parts.options.notices.links();
    const bool closed = links && parts.options.closed && parts.options.closed();
    const bool magic = links && parts.options.magic_link && parts.options.magic_link();
    exchange.respond(http::Response::json(200, std::string(R"({"reset":)") + (links ? "true" : "false") +
                                                   R"(,"magic":)" + (magic ? "true" : "false") +
                                                   R"(,"closed":)" + (closed ? "true" : "false") + "}"));
  }));
  add_reset_routes(parts, routes);
  add_magic_routes(parts, routes);
}

}  // namespace opsflux::identity
