// GET /api/v1/auth/devices, DELETE /api/v1/auth/devices/{id}: one's own trusted devices.
#include "host/base/json_writer.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/login/cookies.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/tokens.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

void get_devices(Parts& parts, Exchange exchange) {
  const http::Request& request = exchange.request();
  std::vector<Device> devices;
  auto read = parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, devices_of(session, request.caller().user_id, parts.clock.now()));
    devices = std::move(found);
    return {};
  });
  if (!read) return void(exchange.fail(read.error()));
  const auto secret = read_cookie(request, kDeviceCookie, parts.https(request));
  const std::string current = secret ? hex_of(digest_of(*secret)) : "";
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("data").begin_array();
  for (const Device& device : devices) {
    json.begin_object().key("id").string(device.id).key("agent").string(device.agent);
    json.key("first_seen").string(device.first_seen).key("last_seen").string(device.last_seen);
    json.key("trusted_until").string(device.trusted_until);
    json.key("current").boolean(device.secret_hash == current).end_object();
  }
  json.end_array().end_object();
  exchange.respond(http::Response::json(200, std::move(out)));
}

void delete_device(Parts& parts, Exchange exchange) {
  parts.write(
      [exchange](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        TRY_ASSIGN(removed, remove_device(transaction, request.caller().user_id, request.param("id")));
        if (removed) return {};
        return fail(Error::not_found("identity.device_missing",
                                     "There is no such device. It may have been removed meanwhile."));
      },
      [exchange](Result<void> result) mutable {
        if (!result)
          exchange.fail(result.error());
        else
          exchange.respond(http::Response::no_content());
      });
}

}  // namespace

void add_device_routes(Parts& parts, std::vector<http::Route>& routes) {
  const auto add = [&](http::Method method, std::string_view pattern, void (*handler)(Parts&, Exchange)) {
    http::Route route;
    route.method = method;
    route.pattern = pattern;
    route.access = http::Access::signed_in().own_only();
    route.handler = [&parts, handler](Exchange exchange) { handler(parts, std::move(exchange)); };
    routes.push_back(std::move(route));
  };
  add(http::Method::kGet, "/api/v1/auth/devices", get_devices);
  add(http::Method::kDelete, "/api/v1/auth/devices/{id}", delete_device);
}

}  // namespace opsflux::identity
