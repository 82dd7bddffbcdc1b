#include "host/services/identity/rights/rights_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/http/exchange.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/identity/rights/every_company.hpp"
#include "host/services/identity/rights/matrix.hpp"
#include "host/services/identity/rights/person_rights.hpp"
#include "host/services/identity/rights/photo.hpp"
#include "host/services/identity/rights/role_file.hpp"
#include "host/services/identity/rights/who_may.hpp"

namespace opsflux::identity {
namespace {

using http::Request;
using http::Response;

constexpr const char* kViewRoles = "identity.role.view";
constexpr const char* kEditRoles = "identity.role.edit";
constexpr std::string_view kTried = "identity.tried";  // never leaves this file
constexpr std::size_t kMaxFile = 4 << 20;

Response json(const Json& document) { return Response::json(200, to_text(document)); }

Result<Response> permissions(const RightsParts& parts, const Request& request) {
  const auto registry = parts.registry.current();
  return json(
      {{"data", permission_list(*registry, *parts.translator.catalog(), i18n::language_of(&request))}});
}

Result<Response> matrix(const RightsParts& parts, const Request& request) {
  const auto registry = parts.registry.current();
  Json data;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(seen, people_seen(session, registry->catalog(), request.caller()));
    TRY_ASSIGN(read, read_matrix(session, parts.standings.now(), seen));
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
  std::string company;
  for (const auto& [name, value] : request.query_all()) {
    if (name != "company")
      return fail(Error::malformed("entity.unknown_parameter",
                                   "There is no parameter \"" + name + "\"; there is company.")
                      .at(name)
                      .with("name", name));
    company = value;
  }
  TRY_ASSIGN(out, rights_of_person(parts, request.caller(), std::string(request.param("id")), company));
  return json(out);
}

Result<Response> why(const RightsParts& parts, const Request& request) {
  std::string permission, company, record;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "permission") {
      permission = value;
    } else if (name == "company") {
      company = value;
    } else if (name == "record") {
      record = value;
    } else {
      return fail(Error::malformed(
                      "entity.unknown_parameter",
                      "There is no parameter \"" + name + "\"; there are permission, company and record.")
                      .at(name)
                      .with("name", name));
    }
  }
  TRY_ASSIGN(out, explain_to(parts, request.caller(), std::string(request.param("id")), company, permission,
                             record));
  return json(out);
}

Result<Response> people(const RightsParts& parts, const Request& request) {
  std::string record;
  for (const auto& [name, value] : request.query_all()) {
    if (name != "record")
      return fail(Error::malformed("entity.unknown_parameter",
                                   "There is no parameter \"" + name + "\"; there is record.")
                      .at(name)
                      .with("name", name));
    record = value;
  }
  TRY_ASSIGN(out, who_may(parts, request.caller(), std::string(request.param("id")), record));
  return json(out);
}

Result<Response> every_company(const RightsParts& parts, const Request& request) {
  TRY_ASSIGN(out, sees_every_company(parts, request.caller()));
  return json(out);
}

Result<Response> export_roles(const RightsParts& parts, const Request&) {
  Json file;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(roles, roles_to_file(session));
    file = write_role_file(roles);
    return {};
  }));
  Response response = Response::json(200, file.dump(2) + "\n");
  response.header("Content-Disposition", "attachment; filename=\"opsflux-roles.json\"");
  return response;
}

Result<bool> is_trial(const Request& request) {
  bool out = false;
  for (const auto& [name, value] : request.query_all()) {
    if (name != "trial")
      return fail(Error::malformed("entity.unknown_parameter",
                                   "There is no parameter \"" + name + "\"; there is trial.")
                      .at(name)
                      .with("name", name));
    if (value != "true" && value != "false")
      return fail(Error::malformed("entity.bad_parameter", "The parameter trial must be true or false.")
                      .at(name)
                      .with("name", name)
                      .with("value", value)
                      .with("expected", "true or false"));
    out = value == "true";
  }
  return out;
}

// What a trial did is undone, whatever comes of it.
Result<Response> import_roles(const RightsParts& parts, const Request& request) {
  TRY_ASSIGN(trial, is_trial(request));
  TRY_ASSIGN(body, http::json_body(request));
  TRY_ASSIGN(roles, parse_role_file(body));
  const auto registry = parts.registry.current();
  Json report;
  auto done = parts.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    entities::WriteContext write{transaction, registry->catalog(), request.caller()};
    write.trial = trial;
    transaction.on_commit([registry] {});  // callbacks of the engine may name its entities
    TRY_ASSIGN(made, roles_from_file(parts.engine, write, roles));
    report = std::move(made);
    if (!trial) return {};
    return fail(Error::make(ErrorKind::kCancelled, kTried, "Only tried."));
  });
  if (!done && !(trial && done.error().code == kTried)) return fail(std::move(done.error()));
  const auto texts = parts.translator.catalog();
  for (Json& role : report["roles"])
    for (Json& right : role["rights"])
      right["label"] = texts->permission_words(i18n::language_of(&request), right["permission"]);
  return json(report);
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
  add(Method::kGet, "/permissions/{id}/people", Access::permit(kViewRoles), people);
  add(Method::kGet, "/every-company", Access::permit(kViewRoles), every_company);
  add(Method::kGet, "/roles/matrix", Access::permit(kViewRoles), matrix);
  add(Method::kPut, "/roles/matrix", Access::permit(kEditRoles).confirm(), put_matrix);
  add(Method::kGet, "/roles/file", Access::permit(kViewRoles), export_roles);
  add(Method::kPost, "/roles/file", Access::permit(kEditRoles).confirm(), import_roles);
  out.back().limits.max_body = kMaxFile;
  // One's own are for everybody; see person_rights.hpp.
  add(Method::kGet, "/users/{id}/rights", Access::signed_in(), rights);
  add(Method::kGet, "/users/{id}/rights/explain", Access::signed_in(), why);
  add(Method::kGet, "/users/{id}/photo", Access::signed_in(), photo_of);
  return out;
}

}  // namespace opsflux::identity
