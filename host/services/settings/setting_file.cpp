#include "host/services/settings/setting_file.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::settings_service {
namespace {

constexpr const char* kFormat = "opsflux-settings";

Error bad_file() {
  return Error::invalid("setting.bad_file",
                        "The file must be JSON with \"format\": \"opsflux-settings\", \"version\": 1 and "
                        "\"settings\", an object of modules and their settings.");
}

const package::Manifest* find_manifest(const Manifests& manifests, const std::string& module) {
  for (const auto& manifest : manifests)
    if (manifest->id == module && !manifest->settings.empty()) return manifest.get();
  return nullptr;
}

void refuse_secrets(const package::Manifest& manifest, const Json& values, std::vector<Error>& errors) {
  for (const package::ManifestSetting& setting : manifest.settings)
    if (setting.secret && values.is_object() && values.contains(setting.key))
      errors.push_back(Error::invalid("setting.secret_in_file",
                                      "Secrets are not imported: remove " + setting.key + " from the file.")
                           .at(manifest.id + "." + setting.key)
                           .with("key", setting.key));
}

Result<void> all_or_none(std::vector<Error> errors) {
  if (errors.empty()) return {};
  if (errors.size() == 1) return fail(std::move(errors.front()));
  Error all = Error::invalid("entity.invalid", std::to_string(errors.size()) + " fields are wrong.")
                  .with("count", std::to_string(errors.size()));
  all.causes = std::move(errors);
  return fail(std::move(all));
}

}  // namespace

Json export_settings(const Manifests& manifests, const modules::Settings& settings) {
  Json out = Json::object();
  for (const auto& manifest : manifests)
    for (const package::ManifestSetting& setting : manifest->settings) {
      if (setting.secret) continue;
      const modules::HeldSetting held = settings.held(manifest->id, setting);
      if (held.source != modules::SettingSource::kSet) continue;
      if (auto value = parse_json(held.value)) out[manifest->id][setting.key] = std::move(*value);
    }
  return {{"format", kFormat}, {"version", 1}, {"settings", std::move(out)}};
}

Result<std::size_t> import_settings(const Json& file, const Manifests& manifests, modules::Settings& settings,
                                    const Caller& caller) {
  if (!file.is_object() || get_string_or(file, "format", "") != kFormat ||
      get_int_or(file, "version", 0) != 1)
    return fail(bad_file());
  const auto found = file.find("settings");
  if (found == file.end() || !found->is_object()) return fail(bad_file());
  std::vector<modules::SettingChanges> changes;
  std::vector<Error> errors;
  std::size_t count = 0;
  for (const auto& [module, values] : found->items()) {
    const package::Manifest* manifest = find_manifest(manifests, module);
    if (manifest == nullptr) {
      errors.push_back(Error::invalid("setting.no_module", "No active module " + module + " has settings.")
                           .at(module)
                           .with("module", module));
      continue;
    }
    refuse_secrets(*manifest, values, errors);
    changes.push_back({manifest, &values});
    count += values.size();
  }
  TRY(all_or_none(std::move(errors)));
  TRY(settings.change_all(changes, caller));
  return count;
}

}  // namespace opsflux::settings_service
