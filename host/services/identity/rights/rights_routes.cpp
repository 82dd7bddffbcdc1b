#include "host/services/identity/rights/rights_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/http/exchange.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/identity/rights/matrix.hpp"
#include "host/services/identity/rights/person_rights.hpp"

namespace opsflux::identity {
namespace {

using http::Request;
using http::Response;

constexpr const char* kViewRoles = "identity.role.view";
constexpr const char* kEditRoles = "identity.role.edit";

Response json(const Json& document) { return Response::json(200, to_text(document)); }

Result<Response> permissions(const RightsParts& parts, const Request& request) {
  const auto registry = parts.registry.current();
  return json(
      {{"data", permission_list(*registry, *parts.translator.catalog(), i18n::language_of(&request))}});
}

Result<Response> matrix(const RightsParts& parts, const Request&) {
  Json data;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(read, read_matrix(session, parts.standings.now()));
    data = std::move(read);
    return {};
  }));
  return json({{"data", std::move(data)}});
}

Result<Response> put_matrix(const RightsParts& parts, const Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY_ASSIGN(changes, parse_matrix_changes(body));
  const auto registry = parts.registry.current();
  TRY(parts.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    entities::WriteContext write{transaction, registry->catalog(), request.caller()};
    transaction.on_commit([registry] {});  // callbacks of the engine may name its entities
    return change_matrix(parts.engine, write, changes);
  }));
  return matrix(parts, request);
}

Result<Response> rights(const RightsParts& parts, const Request& request) {
  TRY_ASSIGN(out, rights_of_person(parts, request.caller(), std::string(request.param("id"))));
  return json(out);
}

Result<Response> why(const RightsParts& parts, const Request& request) {
  std::string permission, record;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "permission") {
      permission = value;
    } else if (name == "record") {
      record = value;
    } else {
      return fail(Error::malformed("entity.unknown_parameter",
                                   "There is no parameter \"" + name + "\"; there are permission and record.")
                      .at(name)
                      .with("name", name));
    }
  }
  TRY_ASSIGN(out, explain_to(parts, request.caller(), std::string(request.param("id")), permission, record));
  return json(out);
}

}  // namespace

std::vector<http::Route> rights_routes(const RightsParts& parts) {
  std::vector<http::Route> out;
  const auto add = [&](http::Method method, const char* path, http::Access access,
                       Result<Response> (*handler)(const RightsParts&, const Request&)) {
    out.push_back({method,
                   std::string("/api/v1/identity") + path,
                   std::move(access),
                   http::Run::kPooled,
                   {},
                   [parts, handler](http::Exchange exchange) {
                     auto answer = handler(parts, exchange.request());
                     if (answer)
                       exchange.respond(std::move(*answer));
                     else
                       exchange.fail(answer.error());
                   }});
  };
  using http::Access, http::Method;
  add(Method::kGet, "/permissions", Access::permit(kViewRoles), permissions);
  add(Method::kGet, "/roles/matrix", Access::permit(kViewRoles), matrix);
  add(Method::kPut, "/roles/matrix", Access::permit(kEditRoles), put_matrix);
  // One's own are for everybody; see person_rights.hpp.
  add(Method::kGet, "/users/{id}/rights", Access::signed_in(), rights);
  add(Method::kGet, "/users/{id}/rights/explain", Access::signed_in(), why);
  return out;
}

}  // namespace opsflux::identity
