#include "host/modules/settings.hpp"

#include <nlohmann/json.hpp>

#include "host/base/log.hpp"

namespace opsflux::modules {
namespace {

using package::ManifestSetting;

std::string context_of(std::string_view module, std::string_view key) {
  return "setting:" + std::string(module) + "." + std::string(key);
}

struct Change {
  const ManifestSetting* setting;
  std::string value;  // JSON text; empty: back to the default
};

Result<std::vector<Change>> read_changes(const package::Manifest& manifest, const Json& changes) {
  if (!changes.is_object())
    return fail(
        Error::malformed("setting.not_object", "Settings are changed by a JSON object of keys and values."));
  std::vector<Change> out;
  std::vector<Error> errors;
  for (const auto& [key, value] : changes.items()) {
    const auto setting = std::find_if(manifest.settings.begin(), manifest.settings.end(),
                                      [&, &key = key](const ManifestSetting& s) { return s.key == key; });
    if (setting == manifest.settings.end()) {
      errors.push_back(
          Error::invalid("setting.unknown", "The module " + manifest.id + " has no setting \"" + key + "\".")
              .at(key)
              .with("key", key)
              .with("module", manifest.id));
      continue;
    }
    if (!value.is_null())
      if (auto checked = package::check_setting_value(*setting, value); !checked) {
        errors.push_back(std::move(checked.error()));
        continue;
      }
    out.push_back({&*setting, value.is_null() ? std::string() : to_text(value)});
  }
  if (errors.empty()) return out;
  if (errors.size() == 1) return fail(std::move(errors.front()));
  Error all = Error::invalid("entity.invalid", std::to_string(errors.size()) + " fields are wrong.")
                  .with("count", std::to_string(errors.size()));
  all.causes = std::move(errors);
  return fail(std::move(all));
}

}  // namespace

Result<std::unique_ptr<Settings>> Settings::open(store::Database& database, const entities::Audit& audit,
                                                 SecretBox box) {
  std::unique_ptr<Settings> settings(new Settings(database, audit, std::move(box)));
  TRY(settings->load());
  return settings;
}

Result<void> Settings::load() {
  Values values;
  TRY(database_.read([&](store::Session& session) {
    values.clear();
    return session.query(
        "SELECT module, name, value FROM core_module_setting", {}, [&](const store::Row& row) {
          const std::string module = row.string(0), key = row.string(1);
          std::string text = row.string(2);
          // A secret stands as {"sealed": …}; no other setting is an object.
          if (const auto json = parse_json(text); json && json->is_object()) {
            auto plain = box_.unseal(get_string_or(*json, "sealed", ""), context_of(module, key));
            if (!plain) {
              log::error("setting.not_readable", {{"module", module}, {"key", key}});
              return true;
            }
            text = std::move(*plain);
          }
          values[{module, key}] = std::move(text);
          return true;
        });
  }));
  values_ = std::make_shared<const Values>(std::move(values));
  return {};
}

std::string Settings::value(std::string_view module, std::string_view key) const {
  const auto values = values_.load();
  const auto found = values->find(std::pair<std::string, std::string>(module, key));
  return found == values->end() ? std::string() : found->second;
}

Result<std::string> Settings::stored_form(const package::Manifest& manifest, const ManifestSetting& setting,
                                          const std::string& value) const {
  if (!setting.secret) return value;
  return to_text({{"sealed", box_.seal(value, context_of(manifest.id, setting.key))}});
}

void Settings::put(std::string_view module, const std::string& key, std::string value) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<Values>(*values_.load());
  const std::pair<std::string, std::string> name(module, key);
  if (value.empty())
    next->erase(name);
  else
    (*next)[name] = std::move(value);
  values_ = std::move(next);
}

Result<void> Settings::change(const package::Manifest& manifest, const Json& changes, const Caller& caller) {
  TRY_ASSIGN(wanted, read_changes(manifest, changes));
  const std::lock_guard one_at_a_time(changing_);
  return database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    Json audited = Json::array();
    for (const Change& change : wanted) {
      const std::string& key = change.setting->key;
      const std::string before = value(manifest.id, key);
      if (before == change.value) continue;
      TRY(transaction.execute("DELETE FROM core_module_setting WHERE module = $1 AND name = $2",
                              {std::string_view(manifest.id), std::string_view(key)}));
      if (!change.value.empty()) {
        TRY_ASSIGN(stored, stored_form(manifest, *change.setting, change.value));
        TRY(transaction.execute(
            "INSERT INTO core_module_setting (module, name, value) VALUES ($1, $2, $3)",
            {std::string_view(manifest.id), std::string_view(key), std::string_view(stored)}));
      }
      const auto shown = [&](const std::string& text) -> Json {
        if (text.empty()) return nullptr;
        if (change.setting->secret) return "***";
        auto json = parse_json(text);
        return json ? std::move(*json) : Json();
      };
      audited.push_back({{"field", key}, {"before", shown(before)}, {"after", shown(change.value)}});
      transaction.on_commit(
          [this, module = manifest.id, key, text = change.value] { put(module, key, text); });
    }
    if (audited.empty()) return {};
    return audit_.write(transaction, caller, {"module.configured", "module", manifest.id, to_text(audited)});
  });
}

Result<void> Settings::forget(store::Transaction& transaction, std::string_view module) {
  TRY(transaction.execute("DELETE FROM core_module_setting WHERE module = $1", {module}));
  transaction.on_commit([this, module = std::string(module)] {
    const std::lock_guard lock(mutex_);
    auto next = std::make_shared<Values>(*values_.load());
    std::erase_if(*next, [&](const auto& entry) { return entry.first.first == module; });
    values_ = std::move(next);
  });
  return {};
}

}  // namespace opsflux::modules
