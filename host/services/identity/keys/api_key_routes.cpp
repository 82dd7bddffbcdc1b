// POST /api/v1/identity/api_keys/{id}/secret: the first secret of a key, and each one after it.
#include "host/base/json_writer.hpp"
#include "host/services/identity/form.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

using http::Exchange;
using Parts = Identity::Parts;

constexpr std::int64_t kMaxOverlapHours = 7 * 24;

Error no_key() { return Error::not_found("identity.no_key", "There is no such API key."); }

// {"overlap_hours": 24}: how long the secret before stays valid.
Result<std::chrono::milliseconds> read_overlap(const http::Request& request) {
  if (request.body_size() == 0) return std::chrono::milliseconds(0);
  TRY_ASSIGN(body, http::json_body(request));
  const Error wrong =
      Error::invalid("identity.overlap_wrong", "The overlap is a whole number of hours from 0 to " +
                                                   std::to_string(kMaxOverlapHours) + ".")
          .at("overlap_hours")
          .with("max", std::to_string(kMaxOverlapHours));
  if (!body.is_object()) return fail(wrong);
  std::int64_t hours = 0;
  for (const auto& [name, value] : body.items()) {
    if (name != "overlap_hours" || !value.is_number_integer()) return fail(wrong);
    hours = value.get<std::int64_t>();
  }
  if (hours < 0 || hours > kMaxOverlapHours) return fail(wrong);
  return std::chrono::hours(hours);
}

// Whoever may not see the key is told that there is none.
Result<void> may_give(store::Session& session, const Caller& caller, std::string_view id) {
  std::string owner;
  bool found = false;
  TRY(session.query("SELECT owner FROM identity_api_key WHERE id = $1 AND deleted_at IS NULL", {id},
                    [&](const store::Row& row) {
                      found = true;
                      owner = row.string(0);
                      return true;
                    }));
  if (!found || (owner != caller.user_id && !caller.administrator())) return fail(no_key());
  return {};
}

void give_secret(Parts& parts, Exchange exchange) {
  auto overlap = read_overlap(exchange.request());
  if (!overlap) return void(exchange.fail(overlap.error()));
  auto text = std::make_shared<std::string>();
  parts.write(
      [&parts, exchange, text, overlap = *overlap](store::Transaction& transaction) -> Result<void> {
        const http::Request& request = exchange.request();
        TRY(may_give(transaction, request.caller(), request.param("id")));
        TRY_ASSIGN(secret, parts.api_keys.new_secret(transaction, request.param("id"), overlap));
        *text = std::move(secret);
        AuthEvent event = event_of(request, "api_key.secret");
        event.user_id = request.caller().user_id;
        event.session_id = request.caller().session_id;
        event.by = request.caller().user_id;
        parts.tell(transaction, event);
        return {};
      },
      [&parts, exchange, text](Result<void> result) mutable {
        if (!result) return void(exchange.fail(result.error()));
        // Answered once the secret is taken.
        parts.reload_keys([exchange, text]() mutable {
          std::string out;
          JsonWriter(out).begin_object().key("key").string(*text).end_object();
          exchange.respond(http::Response::json(201, std::move(out)));
        });
      });
}

}  // namespace

void add_api_key_routes(Parts& parts, std::vector<http::Route>& routes) {
  http::Route route;
  route.method = http::Method::kPost;
  route.pattern = "/api/v1/identity/api_keys/{id}/secret";
  route.access = http::Access::signed_in().own_only();
  route.limits.max_body = 1 << 10;
  route.handler = [&parts](Exchange exchange) { give_secret(parts, std::move(exchange)); };
  routes.push_back(std::move(route));
}

}  // namespace opsflux::identity
