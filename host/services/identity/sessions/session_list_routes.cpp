// One's own open sessions, and those of others for administrators.
#include "host/base/json_writer.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/sessions/agent.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

Error no_session() {
  return Error::not_found("identity.no_session",
                          "There is no such open session. It may have ended meanwhile.");
}

void write_session(JsonWriter& json, const Parts& parts, const SessionView& session, std::string_view current,
                   std::string_view language) {
  const Agent agent = agent_of(session.user_agent);
  json.begin_object();
  json.key("id").string(session.id).key("current").boolean(session.id == current);
  json.key("kind").string(session.kind == SessionKind::kBrowser ? "browser" : "token");
  json.key("device").string(device_name(agent.kind));
  json.key("browser").string(agent.browser).key("system").string(agent.system);
  json.key("user_agent").string(session.user_agent);
  json.key("address").string(session.address);
  json.key("place").string(parts.places ? parts.places->of(session.address, language) : std::string());
  json.key("created_at").string(format_utc(session.created_at));
  json.key("last_used_at").string(format_utc(session.seen));
  json.key("expires_at").string(format_utc(session.expires));
  json.end_object();
}

void answer_list(Parts& parts, Exchange& exchange, std::string_view user_id) {
  const Caller& caller = exchange.request().caller();
  Sessions::Presence presence;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, parts.sessions->presence(session, user_id));
    presence = std::move(found);
    return {};
  });
  if (!read) return void(exchange.fail(read.error()));
  const auto time = [](JsonWriter& json, std::string_view key, const std::string& text) {
    json.key(key);
    if (text.empty())
      json.null();
    else
      json.string(text);
  };
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("data").begin_array();
  for (const SessionView& session : parts.sessions->list(user_id))
    write_session(json, parts, session, caller.session_id, caller.language);
  json.end_array().key("meta").begin_object();
  time(json, "last_login_at", presence.last_login_at);
  time(json, "last_seen_at", presence.last_seen_at);
  json.end_object().end_object();
  exchange.respond(http::Response::json(200, std::move(out)));
}

AuthEvent ended(const http::Request& request, std::string_view user_id, std::string_view session_id) {
  AuthEvent event = event_of(request, session_id.empty() ? "session.all_ended" : "session.ended");
  event.user_id = user_id;
  event.session_id = session_id;
  event.by = request.caller().user_id;
  return event;
}

void end_one(Parts& parts, Exchange exchange, std::string user_id, std::string session_id) {
  parts.write(
      [&parts, exchange, user_id, session_id](store::Transaction& transaction) -> Result<void> {
        TRY_ASSIGN(there, parts.sessions->end_of(transaction, user_id, session_id));
        if (!there) return fail(no_session());
        parts.tell(transaction, ended(exchange.request(), user_id, session_id));
        return {};
      },
      no_content(exchange));
}

// All of that user, but the caller's own.
void end_rest(Parts& parts, Exchange exchange, std::string user_id) {
  parts.write(
      [&parts, exchange, user_id](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        TRY(parts.sessions->end_all(transaction, user_id, request.caller().session_id));
        parts.tell(transaction, ended(request, user_id, ""));
        return {};
      },
      no_content(exchange));
}

}  // namespace

void add_session_list_routes(Parts& parts, std::vector<http::Route>& routes) {
  using enum http::Method;
  const auto add = [&](http::Method method, std::string_view pattern, http::Access access,
                       std::function<void(Exchange)> handler) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.access = std::move(access);
    route.handler = std::move(handler);
    routes.push_back(std::move(route));
  };
  const auto own = [](const Exchange& exchange) { return exchange.request().caller().user_id; };
  const auto param = [](const Exchange& exchange, std::string_view name) {
    return std::string(exchange.request().param(name));
  };
  const auto mine = http::Access::signed_in().own_only();
  const auto others = http::Access::permit(std::string(kSessionsPermission)).own_only();
  add(kGet, "/api/v1/auth/sessions", mine,
      [&parts, own](Exchange exchange) { answer_list(parts, exchange, own(exchange)); });
  add(kDelete, "/api/v1/auth/sessions/{id}", mine, [&parts, own, param](Exchange exchange) {
    end_one(parts, exchange, own(exchange), param(exchange, "id"));
  });
  add(kPost, "/api/v1/auth/sessions/end-others", mine,
      [&parts, own](Exchange exchange) { end_rest(parts, exchange, own(exchange)); });
  add(kGet, "/api/v1/identity/users/{id}/sessions", others,
      [&parts, param](Exchange exchange) { answer_list(parts, exchange, param(exchange, "id")); });
  add(kDelete, "/api/v1/identity/users/{id}/sessions", others,
      [&parts, param](Exchange exchange) { end_rest(parts, exchange, param(exchange, "id")); });
  add(kDelete, "/api/v1/identity/users/{id}/sessions/{session}", others, [&parts, param](Exchange exchange) {
    end_one(parts, exchange, param(exchange, "id"), param(exchange, "session"));
  });
}

}  // namespace opsflux::identity
