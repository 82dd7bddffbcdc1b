#include "host/services/preferences/preference_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/http/exchange.hpp"

namespace opsflux::preferences {
namespace {

Json to_json(const std::vector<Preference>& preferences) {
  Json out = Json::object();
  for (const Preference& one : preferences) {
    auto value = parse_json(one.value);
    out[one.name] = {{"value", value ? std::move(*value) : Json()}, {"changed_at", one.changed_at}};
  }
  return out;
}

void answer(http::Exchange& exchange, const Result<std::vector<Preference>>& preferences) {
  if (preferences)
    exchange.respond(http::Response::json(200, to_text({{"data", to_json(*preferences)}})));
  else
    exchange.fail(preferences.error());
}

}  // namespace

Preferences::OnChange tell_devices(live::LiveHub& hub) {
  return [&hub](const std::string& user_id, const std::vector<Preference>& changed) {
    if (!hub.anybody()) return;
    hub.publish("preferences", to_text({{"values", to_json(changed)}}),
                [&](const Caller& caller) { return caller.user_id == user_id; });
  };
}

std::vector<http::Route> preference_routes(const Preferences& preferences) {
  std::vector<http::Route> out;
  out.push_back({http::Method::kGet,
                 "/api/v1/preferences",
                 http::Access::signed_in(),
                 http::Run::kPooled,
                 {},
                 [&preferences](http::Exchange exchange) {
                   answer(exchange, preferences.all(exchange.request().caller().user_id));
                 }});
  out.push_back({http::Method::kPatch,
                 "/api/v1/preferences",
                 http::Access::signed_in(),
                 http::Run::kPooled,
                 {},
                 [&preferences](http::Exchange exchange) {
                   auto body = http::json_body(exchange.request());
                   if (!body) return void(exchange.fail(body.error()));
                   const Caller& caller = exchange.request().caller();
                   answer(exchange, preferences.change(caller.user_id, caller.session_id, *body));
                 }});
  return out;
}

}  // namespace opsflux::preferences
