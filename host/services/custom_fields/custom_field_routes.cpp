#include "host/services/custom_fields/custom_field_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/http/exchange.hpp"
#include "host/services/custom_fields/changes.hpp"
#include "host/services/i18n/problem.hpp"

namespace opsflux::custom_fields {
namespace {

using entities::CustomField;
using http::Exchange;
using http::Method;

Json to_json(const CustomField& custom) {
  Json field = custom.field;
  field.erase("name");
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  return {{"id", custom.id},
          {"entity", custom.entity},
          {"name", custom.name},
          {"field", std::move(field)},
          {"texts", custom.texts},
          {"section", text(custom.section)},
          {"search", custom.search},
          {"state", custom.removed_at.empty() ? (custom.problem.empty() ? "in_use" : "left_out") : "removed"},
          {"problem", text(custom.problem)},
          {"created_at", custom.created_at},
          {"created_by", text(custom.created_by)},
          {"removed_at", text(custom.removed_at)}};
}

Result<http::Response> show(const Parts& parts, std::string_view id, int status) {
  const auto fields = parts.installer.registry().current()->custom_fields();
  const CustomField* found = fields->find(id);
  if (found == nullptr) return fail(Error::not_found("custom_field.not_found", "There is no such field."));
  Json out = to_json(*found);
  TRY(parts.installer.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(count, count_custom_values(session, *found));
    out["records"] = count;
    return {};
  }));
  return http::Response::json(status, to_text(out));
}

void list(const Parts& parts, Exchange exchange) {
  const auto fields = parts.installer.registry().current()->custom_fields();
  const auto entity = exchange.request().query("entity");
  Json data = Json::array();
  for (const CustomField& field : fields->all())
    if (!entity || *entity == field.entity) data.push_back(to_json(field));
  exchange.respond(http::Response::json(200, to_text({{"data", std::move(data)}})));
}

void answer(Exchange& exchange, Result<http::Response> made) {
  if (made)
    exchange.respond(std::move(*made));
  else
    exchange.fail(made.error());
}

using Change = Result<std::string> (*)(Changes&, const http::Request&, const Json&);

// `status` 204: answers with nothing.
void carry_out(const std::shared_ptr<const Parts>& parts, Exchange exchange, Change change, int status,
               bool with_body) {
  Json body;
  if (with_body) {
    auto read = http::json_body(exchange.request());
    if (!read) return void(exchange.fail(read.error()));
    body = std::move(*read);
  }
  const auto work = [parts, exchange, change, status, body = std::move(body)]() mutable {
    Changes changes(*parts, exchange.request().caller());
    auto id = change(changes, exchange.request(), body);
    if (!id) return void(exchange.fail(id.error()));
    if (status == 204) return void(exchange.respond(http::Response::no_content()));
    answer(exchange, show(*parts, *id, status));
  };
  if (!parts->installer.on_control(work))
    exchange.fail(Error::unavailable("store.stopped", "The server is stopping."));
}

std::string id_of(const http::Request& request) { return std::string(request.param("id")); }

}  // namespace

std::vector<http::Route> custom_field_routes(const Parts& given) {
  const auto parts = std::make_shared<const Parts>(given);
  std::vector<http::Route> out;
  const auto add = [&](Method method, const std::string& path, std::function<void(Exchange)> handler) {
    out.push_back({method,
                   "/api/v1/custom-fields" + path,
                   http::Access::permit(std::string(kPermission)),
                   http::Run::kPooled,
                   {.deadline = std::chrono::minutes(2)},
                   std::move(handler)});
  };
  const auto add_change = [&](Method method, const std::string& path, int status, bool with_body,
                              Change change) {
    add(method, path, [parts, change, status, with_body](Exchange exchange) {
      carry_out(parts, std::move(exchange), change, status, with_body);
    });
  };
  add(Method::kGet, "", [parts](Exchange exchange) { list(*parts, std::move(exchange)); });
  add(Method::kGet, "/{id}",
      [parts](Exchange exchange) { answer(exchange, show(*parts, exchange.request().param("id"), 200)); });
  add_change(Method::kPost, "", 201, true, [](Changes& changes, const auto& request, const Json& body) {
    return changes.add(body, i18n::language_of(&request));
  });
  add_change(Method::kPost, "/order", 204, true,
             [](Changes& changes, const auto&, const Json& body) -> Result<std::string> {
               TRY(changes.reorder(body));
               return std::string();
             });
  add_change(Method::kPatch, "/{id}", 200, true, [](Changes& changes, const auto& request, const Json& body) {
    return changes.change(id_of(request), body);
  });
  add_change(Method::kDelete, "/{id}", 204, false, [](Changes& changes, const auto& request, const Json&) {
    return changes.remove(id_of(request));
  });
  add_change(
      Method::kPost, "/{id}/restore", 200, false,
      [](Changes& changes, const auto& request, const Json&) { return changes.restore(id_of(request)); });
  add_change(
      Method::kPost, "/{id}/purge", 204, false,
      [](Changes& changes, const auto& request, const Json&) { return changes.purge(id_of(request)); });
  return out;
}

}  // namespace opsflux::custom_fields
