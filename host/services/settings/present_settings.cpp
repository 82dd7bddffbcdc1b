#include "host/services/settings/present_settings.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::settings_service {
namespace {

using i18n::Catalog;
using i18n::Language;
using package::ManifestSetting;

std::string text_of(const Catalog& texts, Language language, const package::Manifest& manifest,
                    const std::string& key, const std::string& fallback) {
  const std::string* found = texts.find(language, manifest.id + "." + key);
  return found == nullptr ? fallback : *found;
}

Json json_of(const std::string& value) {
  auto parsed = parse_json(value.empty() ? "null" : value);
  return parsed ? std::move(*parsed) : Json();
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json present(const ManifestSetting& setting, const package::Manifest& manifest,
             const modules::HeldSetting& held, const Catalog& texts, Language language) {
  const std::string name = "setting." + setting.key;
  const auto text = [&](const std::string& key, const std::string& fallback) {
    return text_of(texts, language, manifest, key, fallback);
  };
  Json out = {{"key", setting.key},
              {"type", package::to_string(setting.type)},
              {"label", text(name + ".label", setting.key)},
              {"help", text(name + ".help", "")},
              {"default", json_of(setting.default_json)},
              {"value", setting.secret ? Json() : json_of(held.value)},
              {"is_set", held.source != modules::SettingSource::kDefault},
              {"source", modules::to_string(held.source)},
              {"place", text_or_null(held.place)},
              {"category", text_or_null(setting.category)},
              {"secret", setting.secret}};
  if (!setting.category.empty())
    out["category_label"] = text("setting_category." + setting.category, setting.category);
  if (setting.min) out["min"] = *setting.min;
  if (setting.max) out["max"] = *setting.max;
  for (const std::string& value : setting.values)
    out["values"].push_back({{"value", value}, {"label", text(name + ".value." + value, value)}});
  return out;
}

}  // namespace

Json present_settings(const package::Manifest& manifest, const modules::Settings& settings,
                      const Catalog& texts, Language language) {
  Json data = Json::array();
  for (const ManifestSetting& setting : manifest.settings)
    data.push_back(present(setting, manifest, settings.held(manifest.id, setting), texts, language));
  return {{"data", std::move(data)}};
}

std::string module_name(const package::Manifest& manifest, const Catalog& texts, Language language) {
  return text_of(texts, language, manifest, "module.name", manifest.id);
}

Json present_change(const modules::SettingChange& change, const package::Manifest& manifest,
                    const Catalog& texts, Language language) {
  return {{"id", change.id},
          {"key", change.key},
          {"label", text_of(texts, language, manifest, "setting." + change.key + ".label", change.key)},
          {"before", json_of(change.before)},
          {"after", json_of(change.after)},
          {"at", change.at},
          {"by", {{"id", text_or_null(change.by_id)}, {"name", text_or_null(change.by_name)}}},
          {"via", text_or_null(change.via)},
          {"undone_by", text_or_null(change.undone_by)},
          {"current", change.current}};
}

}  // namespace opsflux::settings_service
