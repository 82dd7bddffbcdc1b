#include "host/services/settings/setting_routes.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/http/exchange.hpp"
#include "host/services/settings/present_settings.hpp"
#include "host/services/settings/setting_file.hpp"

namespace opsflux::settings_service {
namespace {

using http::Request;
using http::Response;

constexpr std::int64_t kPage = 50, kMaxPage = 1000;

// Core services first; those without settings as well. Each keeps itself alive.
Manifests manifests_of(const SettingParts& parts) {
  Manifests out;
  const auto registry = parts.registry.current();
  for (const auto& service : registry->core())
    if (service.manifest) out.push_back(service.manifest);
  for (const auto& module : registry->modules()) out.push_back(module->manifest);
  return out;
}

Result<std::shared_ptr<const package::Manifest>> manifest_of(const SettingParts& parts,
                                                             std::string_view module) {
  for (auto& manifest : manifests_of(parts))
    if (manifest->id == module) return std::move(manifest);
  return fail(
      Error::not_found("setting.no_module", "No active module " + std::string(module) + " has settings.")
          .with("module", module));
}

Response json(const Json& document) { return Response::json(200, to_text(document)); }

Result<Response> list(const SettingParts& parts, const Request& request) {
  Json data = Json::array();
  const auto texts = parts.translator.catalog();
  const auto language = i18n::language_of(&request);
  const std::size_t core = parts.registry.current()->core().size();
  const Manifests all = manifests_of(parts);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]->settings.empty()) continue;
    Json settings = present_settings(*all[i], parts.settings, *texts, language)["data"];
    data.push_back({{"module", all[i]->id},
                    {"name", module_name(*all[i], *texts, language)},
                    {"icon", all[i]->icon},
                    {"core", i < core},
                    {"settings", std::move(settings)}});
  }
  return json({{"data", std::move(data)}});
}

Result<Response> read(const SettingParts& parts, const Request& request) {
  TRY_ASSIGN(manifest, manifest_of(parts, request.param("module")));
  return json(
      present_settings(*manifest, parts.settings, *parts.translator.catalog(), i18n::language_of(&request)));
}

Result<Response> change(const SettingParts& parts, const Request& request) {
  TRY_ASSIGN(manifest, manifest_of(parts, request.param("module")));
  TRY_ASSIGN(body, http::json_body(request));
  TRY(parts.settings.change(*manifest, body, request.caller()));
  return read(parts, request);
}

Error bad_parameter(std::string_view name, std::string_view value, std::string_view expected) {
  return Error::malformed("entity.bad_parameter",
                          "The parameter " + std::string(name) + " must be " + std::string(expected) + ".")
      .at(name)
      .with("name", name)
      .with("value", value)
      .with("expected", expected);
}

struct HistoryQuery {
  std::string key, before;
  std::int64_t limit = kPage;
};

Result<HistoryQuery> history_query(const Request& request) {
  HistoryQuery out;
  for (const auto& [name, value] : request.query_all()) {
    if (name == "key") {
      out.key = value;
    } else if (name == "before") {
      if (!is_uuid(value)) return fail(bad_parameter(name, value, "the id of a change"));
      out.before = value;
    } else if (name == "limit") {
      const auto number = parse_int(value);
      if (!number || *number < 1 || *number > kMaxPage)
        return fail(bad_parameter(name, value, "a whole number from 1 to 1000"));
      out.limit = *number;
    } else {
      return fail(Error::malformed("entity.unknown_parameter",
                                   "There is no parameter \"" + name + "\"; there are key, before and limit.")
                      .at(name)
                      .with("name", name));
    }
  }
  return out;
}

Result<Response> history(const SettingParts& parts, const Request& request) {
  TRY_ASSIGN(manifest, manifest_of(parts, request.param("module")));
  TRY_ASSIGN(query, history_query(request));
  TRY_ASSIGN(changes,
             parts.settings.history(manifest->id, query.key, query.before, static_cast<int>(query.limit)));
  Json data = Json::array();
  for (const auto& change : changes)
    data.push_back(
        present_change(change, *manifest, *parts.translator.catalog(), i18n::language_of(&request)));
  const bool more = static_cast<std::int64_t>(changes.size()) == query.limit;
  return json({{"data", std::move(data)}, {"meta", {{"next", more ? Json(changes.back().id) : Json()}}}});
}

Result<Response> undo(const SettingParts& parts, const Request& request) {
  TRY_ASSIGN(change, parts.settings.find_change(request.param("id")));
  TRY_ASSIGN(manifest, manifest_of(parts, change.module));
  TRY(parts.settings.undo(*manifest, change.id, request.caller()));
  return json(
      present_settings(*manifest, parts.settings, *parts.translator.catalog(), i18n::language_of(&request)));
}

Result<Response> export_file(const SettingParts& parts, const Request&) {
  Response response =
      Response::json(200, export_settings(manifests_of(parts), parts.settings).dump(2) + "\n");
  response.header("Content-Disposition", "attachment; filename=\"opsflux-settings.json\"");
  return response;
}

Result<Response> import_file(const SettingParts& parts, const Request& request) {
  TRY_ASSIGN(body, http::json_body(request));
  TRY_ASSIGN(count, import_settings(body, manifests_of(parts), parts.settings, request.caller()));
  return json({{"count", count}});
}

}  // namespace

std::vector<http::Route> setting_routes(const SettingParts& parts) {
  std::vector<http::Route> out;
  const auto add = [&](http::Method method, const std::string& path, std::string_view permission,
                       Result<Response> (*handler)(const SettingParts&, const Request&)) {
    out.push_back({method,
                   "/api/v1/settings" + path,
                   permission == kManage ? http::Access::permit(std::string(permission)).confirm()
                                         : http::Access::permit(std::string(permission)),
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
  using http::Method;
  add(Method::kGet, "", kView, list);
  add(Method::kGet, "/{module}", kView, read);
  add(Method::kPatch, "/{module}", kManage, change);
  add(Method::kGet, "/{module}/history", kView, history);
  add(Method::kPost, "/history/{id}/undo", kManage, undo);
  add(Method::kGet, "/export", kManage, export_file);
  add(Method::kPost, "/import", kManage, import_file);
  return out;
}

}  // namespace opsflux::settings_service
