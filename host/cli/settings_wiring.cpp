#include "host/cli/settings_wiring.hpp"

#include <nlohmann/json.hpp>

#include "host/base/files.hpp"

namespace opsflux::cli {

using namespace std::chrono_literals;

modules::SettingOverrides setting_overrides(const Config& config) {
  modules::SettingOverrides out;
  const auto given = [&](std::string_view key, const char* setting, double value) {
    const auto origin = config.origins.find(key);
    if (origin == config.origins.end() || origin->second == "default") return;
    const bool whole = value == static_cast<double>(static_cast<std::int64_t>(value));
    const Json json = whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
    out["identity." + std::string(setting)] = {to_text(json), origin->second, true};
  };
  const auto in = [](std::chrono::milliseconds time, std::chrono::milliseconds unit) {
    return static_cast<double>(time.count()) / static_cast<double>(unit.count());
  };
  given("session.access_lifetime", "access_minutes", in(config.session_access, 1min));
  given("session.refresh_lifetime", "refresh_days", in(config.session_refresh, 24h));
  given("login.failures", "login_failures", static_cast<double>(config.login_failures));
  given("login.window", "login_window_minutes", in(config.login_window, 1min));
  given("argon2.memory", "argon2_memory_mib", static_cast<double>(config.argon2_memory) / (1 << 20));
  given("argon2.passes", "argon2_passes", static_cast<double>(config.argon2_passes));
  // Whoever tries things out logs in with a password alone.
  if (config.development) out["identity.second_factor_roles"] = {"[]", "development mode", false};
  for (const auto& [setting, value] : config.setting_overrides)
    out[setting] = {value.text, "variable " + value.variable, false};
  return out;
}

Result<std::shared_ptr<const package::Manifest>> read_core_manifest(const std::filesystem::path& resources,
                                                                    const std::string& id) {
  TRY_ASSIGN(text, read_file(resources / "services" / id / "manifest.json"));
  TRY_ASSIGN(manifest, package::parse_manifest(text, "services/" + id + "/manifest.json",
                                               package::ManifestOf::kCoreService));
  return std::make_shared<const package::Manifest>(std::move(manifest));
}

}  // namespace opsflux::cli
