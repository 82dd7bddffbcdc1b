// POST /api/v1/identity/users/{id}/see-as and …/act-as, DELETE /api/v1/auth/see-as: to see for a while what
// somebody else sees, and with the other right to act so. The trail names who it was in truth.
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

// Nobody takes the place of one who may do more than he, nor of an administrator: what such a one does is to
// be his own work.
Result<User> seen(Parts& parts, store::Transaction& transaction, const http::Request& request) {
  const Caller& caller = request.caller();
  TRY_ASSIGN(user, find_user(transaction, request.param("id")));
  if (!user || !user->active) return fail(user_missing());
  if (user->id == caller.user_id)
    return fail(Error::conflict("identity.see_as_oneself", "You see as yourself already."));
  const RightsPtr rights = parts.standings.anywhere(user->id, user->role);
  if (rights->administrator)
    return fail(Error::forbidden("identity.see_as_administrator", "Nobody sees as an administrator."));
  if (!may_give(caller, *rights))
    return fail(Error::forbidden("identity.sees_more", "This person has rights that you do not have."));
  return std::move(*user);
}

AuthEvent about(const http::Request& request, std::string_view action, const std::string& person,
                const std::string& by) {
  AuthEvent event = event_of(request, action);
  event.user_id = person;
  event.session_id = request.caller().session_id;
  event.by = by;
  return event;
}

void begin(Parts& parts, Exchange exchange, bool writes) {
  parts.write(
      [&parts, exchange, writes](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        const Caller& caller = request.caller();
        TRY_ASSIGN(person, seen(parts, transaction, request));
        const UtcNs until = parts.clock.now() + std::chrono::nanoseconds(parts.see_as_lifetime.get()).count();
        AuthEvent event = about(request, writes ? "act_as.begun" : "see_as.begun", person.id, caller.user_id);
        event.email = person.email;
        parts.tell(transaction, event);
        return parts.sessions->see_as(transaction, caller.session_id,
                                      SeenAs{std::move(person), writes, until});
      },
      no_content(exchange));
}

void end(Parts& parts, Exchange exchange) {
  parts.write(
      [&parts, exchange](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        const Caller& caller = request.caller();
        if (caller.actor_id.empty()) return {};
        parts.tell(transaction, about(request, "see_as.ended", caller.user_id, caller.actor_id));
        return parts.sessions->see_as(transaction, caller.session_id, std::nullopt);
      },
      no_content(exchange));
}

}  // namespace

void add_see_as_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](http::Method method, std::string_view pattern, http::Access access,
                       std::function<void(Exchange)> handler) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.access = std::move(access);
    route.handler = std::move(handler);
    routes.push_back(std::move(route));
  };
  using http::Access;
  add(http::Method::kPost, "/api/v1/identity/users/{id}/see-as",
      Access::permit(std::string(kSeeAsPermission)).own_only().confirm(),
      [&parts](Exchange exchange) { begin(parts, std::move(exchange), false); });
  add(http::Method::kPost, "/api/v1/identity/users/{id}/act-as",
      Access::permit(std::string(kActAsPermission)).own_only().confirm(),
      [&parts](Exchange exchange) { begin(parts, std::move(exchange), true); });
  add(http::Method::kDelete, "/api/v1/auth/see-as", Access::signed_in().reading(),
      [&parts](Exchange exchange) { end(parts, std::move(exchange)); });
}

}  // namespace opsflux::identity
