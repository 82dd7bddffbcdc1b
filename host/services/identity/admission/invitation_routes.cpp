// POST /api/v1/identity/invitations/{id}/send; POST /api/v1/auth/invitation, /api/v1/auth/invitation/accept.
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/login/entry.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

Error no_invitation() {
  return Error::not_found("identity.no_invitation", "There is no such invitation, or it was accepted.");
}

// One that can be accepted: neither deleted nor accepted; whether it has ended is for the ticket to say.
Result<std::optional<Invitation>> find_invitation(store::Session& session, std::string_view id) {
  std::optional<Invitation> out;
  TRY(
      session.query_one("SELECT id, email, role, language, message, expires_at, created_by FROM "
                        "identity_invitation WHERE id = $1 "
                        "AND deleted_at IS NULL AND accepted_at IS NULL",
                        {id}, [&](const store::Row& row) {
                          out = Invitation{row.string(0), row.string(1), row.string(2), row.string(3),
                                           row.string(4), row.string(5), row.string(6)};
                        }));
  return out;
}

// The invitation behind a link.
Result<Invitation> invitation_of(store::Session& session, const Parts& parts, std::string_view token,
                                 std::string* ticket_id = nullptr) {
  TRY_ASSIGN(ticket, find_mail_ticket(session, MailTicketPurpose::kInvite, token, parts.clock.now()));
  if (!ticket) return fail(link_over());
  TRY_ASSIGN(found, find_invitation(session, ticket->subject));
  if (!found || found->expires_at <= format_utc(parts.clock.now())) return fail(link_over());
  if (ticket_id != nullptr) *ticket_id = ticket->id;
  return *std::move(found);
}

// What an administrator has promised holds only as long as he is one.
Result<User> inviter_of(store::Session& session, const Invitation& invitation) {
  TRY_ASSIGN(user, find_user(session, invitation.invited_by));
  if (user && user->active && user->role == kAdministrator) return *std::move(user);
  return fail(Error::conflict("identity.invitation_void",
                              "Whoever invited you may not do so any more. Ask for a new invitation."));
}

void send_again(Identity& identity, Parts& parts, Exchange exchange) {
  parts.write(
      [&identity, &parts, exchange](store::Transaction& transaction) mutable -> Result<void> {
        const std::string id(exchange.request().param("id"));
        TRY_ASSIGN(found, find_invitation(transaction, id));
        if (!found) return fail(no_invitation());
        found->invited_by = exchange.request().caller().user_id;
        TRY(identity.send_invitation(transaction, *found));
        const std::string now = format_utc(parts.clock.now());
        TRY(transaction.execute(
            "UPDATE identity_invitation SET sent_at = $2, created_by = $3, version = version + 1 "
            "WHERE id = $1",
            {std::string_view(id), std::string_view(now), std::string_view(found->invited_by)}));
        AuthEvent event = event_of(exchange.request(), "invitation.sent");
        event.by = exchange.request().caller().user_id;
        event.user_id = id;
        event.email = found->email;
        parts.tell(transaction, event);
        return {};
      },
      [exchange](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(http::Response::no_content());
      });
}

void show(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  const auto made = [&]() -> Result<Json> {
    TRY_ASSIGN(form, Form::read(request, {"token"}));
    const std::string token = form.required("token");
    TRY(form.verdict());
    TRY_ASSIGN(attempt, parts.link_limits.follow(request.client_address()));
    Json out;
    TRY(parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(invitation, invitation_of(session, parts, token));
      TRY_ASSIGN(inviter, inviter_of(session, invitation));
      out = {{"email", invitation.email},
             {"role", invitation.role},
             {"language", invitation.language},
             {"inviter", inviter.name},
             {"expires_at", invitation.expires_at}};
      return {};
    }));
    parts.link_limits.followed(attempt);
    return out;
  }();
  if (made)
    exchange.respond(http::Response::json(200, to_text(*made)));
  else
    exchange.fail(made.error());
}

struct Acceptance : std::enable_shared_from_this<Acceptance> {
  Acceptance(Parts& parts, Exchange exchange) : parts(parts), exchange(std::move(exchange)) {}

  Parts& parts;
  Exchange exchange;
  std::string token, name, password, language;
  Throttle::Attempt attempt;
  User user;
  Entry entry;

  void run() {
    if (auto read = read_form(); !read) return void(exchange.fail(read.error()));
    auto allowed = parts.link_limits.follow(exchange.request().client_address());
    if (!allowed) return void(exchange.fail(allowed.error()));
    attempt = std::move(*allowed);
    auto known = parts.database.read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(invitation, invitation_of(session, parts, token));
      return parts.policy.check(password, {name, invitation.email});
    });
    if (!known) return void(exchange.fail(known.error()));
    auto queued = parts.passwords->hash(
        std::move(password),
        [self = shared_from_this()](Result<std::string> hash) { self->hashed(std::move(hash)); });
    if (!queued) exchange.fail(queued.error());
  }

 private:
  Result<void> read_form() {
    TRY_ASSIGN(form, Form::read(exchange.request(), {"token", "name", "password", "language"}));
    token = form.required("token");
    name = form.required("name");
    password = form.required("password");
    language = form.required("language");
    if (!name.empty()) form.note(check_name(name));
    if (!password.empty()) form.note(Passwords::check(password));
    if (!language.empty()) form.note(check_choice("language", language, kLanguageNames));
    return form.verdict();
  }

  void hashed(Result<std::string> hash) {
    if (!hash) return void(exchange.fail(hash.error()));
    parts.write([self = shared_from_this(), hash = std::move(*hash)](
                    store::Transaction& transaction) { return self->accept(transaction, hash); },
                [self = shared_from_this()](Result<void> result) { self->answer(std::move(result)); });
  }

  Result<void> accept(store::Transaction& transaction, const std::string& hash) {
    std::string ticket;
    TRY_ASSIGN(invitation, invitation_of(transaction, parts, token, &ticket));
    TRY_ASSIGN(inviter, inviter_of(transaction, invitation));
    TRY_ASSIGN(taken, find_user_by_email(transaction, invitation.email));
    if (taken) return fail(email_taken());
    const UtcNs now = parts.clock.now();
    TRY_ASSIGN(used, use_mail_ticket(transaction, ticket, now));
    if (!used) return fail(link_over());
    User wanted{"",  invitation.email, std::string(trim(name)), invitation.role, language, "auto", "compact",
                true};
    TRY_ASSIGN(id, parts.options.make_person(transaction, wanted, inviter.id));
    wanted.id = id;
    user = std::move(wanted);
    TRY(store_password_hash(transaction, user.id, hash, now));
    TRY(transaction.execute(
        "UPDATE identity_invitation SET accepted_at = $2, version = version + 1 WHERE id = $1",
        {std::string_view(invitation.id), std::string_view(format_utc(now))}));
    const http::Request& request = exchange.request();
    AuthEvent event = event_of(request, "invitation.accepted");
    event.user_id = user.id;
    event.email = user.email;
    parts.tell(transaction, event);
    entry = {};
    entry.user = user;
    entry.ticket.kind = is_web_client(request) ? SessionKind::kBrowser : SessionKind::kToken;
    return go_on(parts, transaction, request, entry);
  }

  void answer(Result<void> result) {
    if (!result) return void(exchange.fail(result.error()));
    parts.link_limits.followed(attempt);
    identity::answer(parts, exchange, entry, {}, 201);
  }
};

}  // namespace

void add_invitation_routes(Identity& identity, Parts& parts, std::vector<http::Route>& routes) {
  http::Route again = open_route(
      http::Method::kPost, "/api/v1/identity/invitations/{id}/send",
      [&identity, &parts](Exchange exchange) { send_again(identity, parts, std::move(exchange)); });
  again.access = http::Access::permit("identity.invitation.edit").confirm();
  routes.push_back(std::move(again));
  routes.push_back(open_route(http::Method::kPost, "/api/v1/auth/invitation",
                              [&parts](Exchange exchange) { show(parts, std::move(exchange)); }));
  routes.push_back(open_route(
      http::Method::kPost, "/api/v1/auth/invitation/accept",
      [&parts](Exchange exchange) { std::make_shared<Acceptance>(parts, std::move(exchange))->run(); }));
}

}  // namespace opsflux::identity
