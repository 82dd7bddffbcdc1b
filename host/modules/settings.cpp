#include "host/modules/settings.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "host/base/log.hpp"

namespace opsflux::modules {
namespace {

using package::ManifestSetting;
using package::SettingType;

Json json_or_null(std::string_view text) {
  auto json = parse_json(text.empty() ? "null" : text);
  return json ? std::move(*json) : Json();
}

std::string join_key(std::string_view module, std::string_view key) {
  return std::string(module) + "." + std::string(key);
}

// The value that an override's text means for the setting, checked; as JSON text.
Result<std::string> value_of(const SettingOverride& given, const ManifestSetting& setting) {
  auto json = parse_json(given.text);
  if (given.judged && json) return to_text(*json);
  const bool text = setting.type == SettingType::kText || setting.type == SettingType::kEnum ||
                    setting.type == SettingType::kDecimal;
  if (text && (!json || !json->is_string())) json = Json(given.text);
  if (!json && setting.type != SettingType::kJson) json = Json(given.text);
  if (!json) return fail(std::move(json.error()));
  TRY(package::check_setting_value(setting, *json));
  return to_text(*json);
}

}  // namespace

std::string_view to_string(SettingSource source) {
  static constexpr std::string_view kNames[] = {"default", "set", "override"};
  return kNames[static_cast<std::size_t>(source)];
}

Result<std::unique_ptr<Settings>> Settings::open(const Parts& parts, SecretBox box,
                                                 SettingOverrides overrides) {
  std::unique_ptr<Settings> settings(new Settings(parts, std::move(box), std::move(overrides)));
  TRY(settings->load());
  return settings;
}

Result<void> Settings::load() {
  Values values;
  TRY(parts_.database.read([&](store::Session& session) {
    values.clear();
    return session.query("SELECT module, name, value FROM core_module_setting", {},
                         [&](const store::Row& row) {
                           const std::string module = row.string(0), key = row.string(1);
                           auto plain = plain_form(module, key, row.string(2));
                           if (plain)
                             values[{module, key}] = std::move(*plain);
                           else
                             log::error("setting.not_readable", {{"module", module}, {"key", key}});
                           return true;
                         });
  }));
  values_ = std::make_shared<const Values>(std::move(values));
  return {};
}

std::string Settings::set_value(std::string_view module, std::string_view key) const {
  const auto values = values_.load();
  const auto found = values->find(std::pair<std::string, std::string>(module, key));
  return found == values->end() ? std::string() : found->second;
}

const SettingOverride* Settings::override_of(std::string_view module, std::string_view key) const {
  if (overrides_.empty()) return nullptr;
  const auto found = overrides_.find(join_key(module, key));
  return found == overrides_.end() ? nullptr : &found->second;
}

HeldSetting Settings::held(std::string_view module, const ManifestSetting& setting) const {
  if (const SettingOverride* given = override_of(module, setting.key))
    if (auto value = value_of(*given, setting))
      return {std::move(*value), SettingSource::kOverride, given->place};
  if (std::string set = set_value(module, setting.key); !set.empty())
    return {std::move(set), SettingSource::kSet, ""};
  return {setting.default_json, SettingSource::kDefault, ""};
}

Result<void> Settings::check_overrides(const package::Manifest& manifest) const {
  std::vector<Error> errors;
  const std::string prefix = manifest.id + ".";
  for (auto it = overrides_.lower_bound(prefix); it != overrides_.end() && it->first.starts_with(prefix);
       ++it) {
    const std::string key = it->first.substr(prefix.size());
    const auto setting = std::find_if(manifest.settings.begin(), manifest.settings.end(),
                                      [&](const ManifestSetting& s) { return s.key == key; });
    std::string reason = "The module " + manifest.id + " has no setting \"" + key + "\".";
    if (setting != manifest.settings.end()) {
      const auto value = value_of(it->second, *setting);
      if (value) continue;
      reason = value.error().message;
    }
    errors.push_back(Error::invalid("setting.override",
                                    "The value from the " + it->second.place + " cannot be used: " + reason)
                         .at(it->first)
                         .with("place", it->second.place)
                         .with("reason", reason));
  }
  if (errors.empty()) return {};
  if (errors.size() == 1) return fail(std::move(errors.front()));
  Error all =
      Error::invalid("config.wrong", "The configuration has " + std::to_string(errors.size()) + " mistakes.")
          .with("count", std::to_string(errors.size()));
  all.causes = std::move(errors);
  return fail(std::move(all));
}

void Settings::put(const std::string& module, const std::string& key, const std::string& value) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<Values>(*values_.load());
  const std::pair<std::string, std::string> name(module, key);
  if (value.empty())
    next->erase(name);
  else
    (*next)[name] = value;
  values_ = std::move(next);
}

void Settings::on_change(std::function<void(std::string_view module)> listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
}

void Settings::tell(std::string_view module) const {
  for (const auto& listener : listeners_) listener(module);
}

Result<void> Settings::forget(store::Transaction& transaction, std::string_view module) {
  TRY(transaction.execute("DELETE FROM core_module_setting WHERE module = $1", {module}));
  TRY(transaction.execute("DELETE FROM core_setting_change WHERE module = $1", {module}));
  transaction.on_commit([this, module = std::string(module)] {
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<Values>(*values_.load());
    std::erase_if(*next, [&](const auto& entry) { return entry.first.first == module; });
    values_ = std::move(next);
  });
  return {};
}

Json SettingsOf::read(std::string_view key) const {
  for (const ManifestSetting& setting : manifest_->settings)
    if (setting.key == key) return json_or_null(settings_->value(manifest_->id, setting));
  log::error("setting.not_declared", {{"module", manifest_->id}, {"key", key}});
  return {};
}

std::int64_t SettingsOf::integer(std::string_view key) const {
  const Json value = read(key);
  if (value.is_number_integer()) return value.get<std::int64_t>();
  return value.is_number() ? std::llround(value.get<double>()) : 0;
}

bool SettingsOf::boolean(std::string_view key) const {
  const Json value = read(key);
  return value.is_boolean() && value.get<bool>();
}

std::string SettingsOf::text(std::string_view key) const {
  const Json value = read(key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Json SettingsOf::json(std::string_view key) const { return read(key); }

double SettingsOf::number(std::string_view key) const {
  const Json value = read(key);
  if (value.is_number()) return value.get<double>();
  return value.is_string() ? parse_double(value.get_ref<const std::string&>()).value_or(0) : 0;
}

std::chrono::milliseconds SettingsOf::duration(std::string_view key, std::chrono::milliseconds unit) const {
  return std::chrono::milliseconds(std::llround(number(key) * static_cast<double>(unit.count())));
}

}  // namespace opsflux::modules
