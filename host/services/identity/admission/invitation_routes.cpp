// What administrators do with invitations: POST /api/v1/identity/invitations/{id}/send, …/link, …/revoke.
#include "host/base/json_writer.hpp"
#include "host/services/identity/admission/admission.hpp"
#include "host/services/identity/admission/invited.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::size_t kEdit = 2;  // of entities::kActions

Error no_invitation() {
  return Error::not_found("identity.no_invitation",
                          "There is no such invitation, or it was used up or revoked.");
}

// One that the caller may change: a role in a company reaches no other company's.
Result<Invitation> open_one(store::Session& session, const Parts& parts, const http::Request& request) {
  const std::string_view id = request.param("id");
  auto may = parts.options.records.require(session, kInvitation, id, kEdit, request.caller());
  if (!may && may.error().kind == ErrorKind::kNotFound) return fail(no_invitation());
  TRY(std::move(may));
  TRY_ASSIGN(found, find_invitation(session, id));
  if (!found) return fail(no_invitation());
  return *std::move(found);
}

void tell(const Parts& parts, store::Transaction& transaction, const http::Request& request,
          std::string_view action, const Invitation& invitation) {
  AuthEvent event = event_of(request, action);
  event.by = request.caller().user_id;
  event.user_id = invitation.id;
  event.email = invitation.email;
  parts.tell(transaction, event);
}

// Whoever sends it stands for it from now on.
Result<void> take_over(const Parts& parts, store::Transaction& transaction, const http::Request& request,
                       Invitation& invitation, bool sent) {
  invitation.invited_by = request.caller().user_id;
  const std::string now = format_utc(parts.clock.now());
  TRY(transaction.execute(
      "UPDATE identity_invitation SET sent_at = COALESCE($2, sent_at), created_by = $3, "
      "version = version + 1 WHERE id = $1",
      {invitation.id, store::text_or_null(std::string_view(sent ? now : "")), invitation.invited_by}));
  TRY(inviter_of(transaction, parts, invitation));
  return {};
}

void send_again(Identity& identity, Parts& parts, Exchange exchange) {
  parts.write(
      [&identity, &parts, exchange](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        TRY_ASSIGN(invitation, open_one(transaction, parts, request));
        if (invitation.email.empty())
          return fail(Error::conflict("identity.no_address",
                                      "This invitation has no address. Take its link and hand it over."));
        TRY(take_over(parts, transaction, request, invitation, true));
        TRY(identity.send_invitation(transaction, invitation));
        tell(parts, transaction, request, "invitation.sent", invitation);
        return {};
      },
      [exchange](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(http::Response::no_content());
      });
}

// The link is shown once; the one before ends.
void make_link(Parts& parts, Exchange exchange) {
  auto link = std::make_shared<std::string>();
  parts.write(
      [&parts, exchange, link](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        TRY_ASSIGN(invitation, open_one(transaction, parts, request));
        TRY(take_over(parts, transaction, request, invitation, false));
        TRY_ASSIGN(text, invitation_link(transaction, parts, invitation));
        *link = std::move(text);
        tell(parts, transaction, request, "invitation.sent", invitation);
        return {};
      },
      [exchange, link](Result<void> result) mutable {
        if (!result) return void(exchange.fail(result.error()));
        std::string out;
        JsonWriter(out).begin_object().key("path").string(*link).end_object();
        exchange.respond(http::Response::json(201, std::move(out)));
      });
}

void revoke(Parts& parts, Exchange exchange) {
  parts.write(
      [&parts, exchange](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        TRY_ASSIGN(invitation, open_one(transaction, parts, request));
        TRY(end_mail_tickets(transaction, invitation.id, MailTicketPurpose::kInvite, parts.clock.now()));
        return parts.options.records.update(
            transaction, "identity.invitation", invitation.id, {{"status", "revoked"}},
            host_caller(request.caller().user_id, "invitation", request.caller().name));
      },
      [exchange](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(http::Response::no_content());
      });
}

}  // namespace

void add_invitation_routes(Identity& identity, Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](std::string_view pattern, std::function<void(Exchange)> handler) {
    http::Route route = open_route(http::Method::kPost, pattern, std::move(handler));
    route.access = http::Access::permit("identity.invitation.edit").confirm();
    routes.push_back(std::move(route));
  };
  add("/api/v1/identity/invitations/{id}/send",
      [&identity, &parts](Exchange exchange) { send_again(identity, parts, std::move(exchange)); });
  add("/api/v1/identity/invitations/{id}/link",
      [&parts](Exchange exchange) { make_link(parts, std::move(exchange)); });
  add("/api/v1/identity/invitations/{id}/revoke",
      [&parts](Exchange exchange) { revoke(parts, std::move(exchange)); });
  add_acceptance_routes(parts, routes);
}

}  // namespace opsflux::identity
