#include "host/services/modules/present.hpp"

#include <nlohmann/json.hpp>

#include "host/modules/planner.hpp"

namespace opsflux::module_admin {
namespace {

std::string in_language(const Json& texts, i18n::Language language, const std::string& fallback) {
  if (!texts.is_object()) return fallback;
  for (const std::string_view tag : {i18n::language_tag(language), std::string_view("en")})
    if (const auto it = texts.find(std::string(tag)); it != texts.end() && it->is_string())
      return it->get<std::string>();
  return fallback;
}

// Replaces a member with texts in all languages by one with the reader's.
void localise(Json& object, const char* all, const char* one, i18n::Language language,
              const std::string& fallback) {
  object[one] = in_language(object.value(all, Json()), language, fallback);
  object.erase(all);
}

std::string service_text(const i18n::Catalog& texts, i18n::Language language, const std::string& service,
                         const char* what) {
  // "opsflux.db/1" -> "modules.service.db.label"
  const auto dot = service.find('.'), slash = service.find('/');
  const std::string name = dot == std::string::npos ? service : service.substr(dot + 1, slash - dot - 1);
  const std::string key = "modules.service." + name + "." + what;
  const std::string text = texts.text(language, key);
  return text == key ? std::string() : text;
}

modules::TextParams params_of(const Json& params) {
  modules::TextParams out;
  for (const auto& [key, value] : params.items())
    out.emplace_back(key, value.is_string() ? value.get<std::string>() : value.dump());
  return out;
}

}  // namespace

Json present_plan(const Json& plan, const i18n::Catalog& texts, i18n::Language language) {
  Json out = plan;
  const std::string id = out["module"].value("id", "");
  localise(out["module"], "names", "name", language, id);
  localise(out["module"], "descriptions", "description", language, "");
  for (Json& permission : out["permissions"]) {
    const std::string name = permission.value("id", "");
    if (permission.value("kind", "") == "service") {
      permission["label"] = service_text(texts, language, name, "label");
      permission["detail"] = service_text(texts, language, name, "detail");
    } else {
      localise(permission, "labels", "label", language, name);
    }
  }
  for (Json& entity : out["entities"])
    localise(entity, "labels", "label", language, entity.value("name", ""));
  for (Json& menu : out["menus"]) {
    const std::string path = menu.value("id", "");
    const std::string group = in_language(menu.value("menu_labels", Json()), language, id);
    localise(menu, "labels", "label", language, path);
    menu["label"] = group + " › " + menu["label"].get<std::string>();
    menu.erase("menu_labels");
  }
  for (Json& setting : out["settings"])
    localise(setting, "labels", "label", language, setting.value("key", ""));
  return out;
}

Json present_operation(const modules::Operation& operation, const i18n::Catalog& texts,
                       i18n::Language language) {
  Json out = modules::to_json(operation);
  for (Json& stage : out["stages"])
    for (Json& line : stage["lines"])
      line["text"] =
          texts.text(language, "modules.line." + line["code"].get<std::string>(), params_of(line["params"]));
  if (out["error"].is_object()) {
    Error error =
        Error::invalid(get_string_or(out["error"], "code", ""), get_string_or(out["error"], "detail", ""));
    error.field = get_string_or(out["error"], "field", "");
    error.params = params_of(out["error"].value("params", Json::object()));
    out["error"]["message"] = error.message;
    out["error"]["detail"] = texts.sentence(language, error);
  }
  out["started_by"] = {{"id", operation.started_by}, {"name", operation.started_by_name}};
  out.erase("started_by_name");
  if (operation.finished_at.empty()) out["finished_at"] = nullptr;
  for (Json& stage : out["stages"])
    if (stage["started_at"] == "") stage["started_at"] = nullptr;
  return out;
}

Json present_module(const modules::InstalledModule& module,
                    const std::vector<modules::ModuleVersion>& versions, const modules::ModuleFace* face,
                    const i18n::Catalog& texts, i18n::Language language) {
  Json listed = Json::array();
  for (const auto& version : versions)
    listed.push_back({{"version", version.version},
                      {"digest", version.digest},
                      {"installed_at", version.installed_at},
                      {"current", version.digest == module.digest},
                      {"previous", version.digest == module.previous_digest}});
  const auto text = [&](const std::string& key, const std::string& fallback) {
    if (face == nullptr) return fallback;
    for (const std::string_view tag : {i18n::language_tag(language), std::string_view("en")})
      if (const auto all = face->translations.find(std::string(tag)); all != face->translations.end())
        if (const auto found = all->second.find(key); found != all->second.end()) return found->second;
    return fallback;
  };
  Json out = {{"id", module.id},
              {"version", module.version},
              {"digest", module.digest},
              {"state", module.state},
              {"name", text("module.name", module.id)},
              {"description", text("module.description", "")},
              {"trust", module.trust},
              {"key_id", module.key_id},
              {"signer", module.signer},
              {"installed_at", module.installed_at},
              {"updated_at", module.updated_at},
              {"versions", listed},
              {"publisher", module.signer},
              {"permissions", Json::array()}};
  if (face == nullptr) return out;
  out["icon"] = face->manifest->icon;
  out["publisher"] = {{"id", face->manifest->publisher.id}, {"name", face->manifest->publisher.name}};
  for (const std::string& service : face->manifest->services)
    out["permissions"].push_back({{"id", service},
                                  {"change", "="},
                                  {"risk", modules::service_risk(service)},
                                  {"label", service_text(texts, language, service, "label")},
                                  {"detail", service_text(texts, language, service, "detail")}});
  return out;
}

}  // namespace opsflux::module_admin
