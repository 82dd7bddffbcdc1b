// How settings change, and the history of it.
#include <nlohmann/json.hpp>

#include "host/modules/settings.hpp"

namespace opsflux::modules {
namespace {

using package::ManifestSetting;
using package::SettingType;

std::string context_of(std::string_view module, std::string_view key) {
  return "setting:" + std::string(module) + "." + std::string(key);
}

const ManifestSetting* find_setting(const package::Manifest& manifest, std::string_view key) {
  const auto found = std::find_if(manifest.settings.begin(), manifest.settings.end(),
                                  [&](const ManifestSetting& s) { return s.key == key; });
  return found == manifest.settings.end() ? nullptr : &*found;
}

Error unknown_setting(const package::Manifest& manifest, const std::string& key) {
  return Error::invalid("setting.unknown", "The module " + manifest.id + " has no setting \"" + key + "\".")
      .at(key)
      .with("key", key)
      .with("module", manifest.id);
}

Error all_of(std::vector<Error> errors) {
  if (errors.size() == 1) return std::move(errors.front());
  Error all = Error::invalid("entity.invalid", std::to_string(errors.size()) + " fields are wrong.")
                  .with("count", std::to_string(errors.size()));
  all.causes = std::move(errors);
  return all;
}

// What the history may show of a stored form, as JSON text; empty: the default held.
std::string shown_form(const std::string& stored) {
  const auto json = parse_json(stored.empty() ? "null" : stored);
  if (!json || !json->is_object()) return stored;
  return json->contains("json") ? to_text((*json)["json"]) : "\"***\"";
}

SettingChange change_of(const store::Row& row) {
  return {row.string(0), row.string(1), row.string(2), row.string(3), row.string(4), row.string(5),
          row.string(6), row.string(7), row.string(8), row.string(9), false};
}

constexpr const char* kColumns =
    "SELECT id, module, name, old_value, new_value, at, by_id, by_name, via, undone_by FROM "
    "core_setting_change ";

}  // namespace

struct Settings::Wanted {
  const package::Manifest* manifest;
  const ManifestSetting* setting;
  std::string value;  // JSON text; empty: back to the default
};

// A secret stands as {"sealed": …}, what is of type json as {"json": …}; so no other value is an object.
std::string Settings::stored_form(const Wanted& wanted, std::string_view value) const {
  if (value.empty()) return {};
  const std::string context = context_of(wanted.manifest->id, wanted.setting->key);
  if (wanted.setting->secret) return to_text({{"sealed", box_.seal(value, context)}});
  if (wanted.setting->type == SettingType::kJson) return "{\"json\":" + std::string(value) + "}";
  return std::string(value);
}

Result<std::string> Settings::plain_form(std::string_view module, std::string_view key,
                                         const std::string& stored) const {
  const auto json = parse_json(stored.empty() ? "null" : stored);
  if (!json || !json->is_object()) return stored;
  if (json->contains("json")) return to_text((*json)["json"]);
  return box_.unseal(get_string_or(*json, "sealed", ""), context_of(module, key));
}

Result<void> Settings::check_change(const package::Manifest& manifest, const ManifestSetting& setting,
                                    const Json& value) const {
  if (const SettingOverride* given = override_of(manifest.id, setting.key))
    return fail(Error::invalid("setting.overridden", "The setting " + setting.key + " is given by the " +
                                                         given->place + " and cannot be changed here.")
                    .at(setting.key)
                    .with("key", setting.key)
                    .with("place", given->place));
  if (value.is_null()) return {};
  return package::check_setting_value(setting, value);
}

Result<std::vector<Settings::Wanted>> Settings::read_changes(const std::vector<SettingChanges>& all,
                                                             bool several) const {
  std::vector<Wanted> out;
  std::vector<Error> errors;
  const auto refuse = [&](const package::Manifest& manifest, Error error) {
    if (several) error.field = manifest.id + "." + error.field;
    errors.push_back(std::move(error));
  };
  for (const SettingChanges& of : all) {
    if (!of.values->is_object())
      return fail(Error::malformed("setting.not_object",
                                   "Settings are changed by a JSON object of keys and values."));
    for (const auto& [key, value] : of.values->items()) {
      const ManifestSetting* setting = find_setting(*of.manifest, key);
      if (setting == nullptr)
        refuse(*of.manifest, unknown_setting(*of.manifest, key));
      else if (auto fits = check_change(*of.manifest, *setting, value); !fits)
        refuse(*of.manifest, std::move(fits.error()));
      else
        out.push_back({of.manifest, setting, value.is_null() ? std::string() : to_text(value)});
    }
  }
  if (!errors.empty()) return fail(all_of(std::move(errors)));
  return out;
}

Result<void> Settings::change(const package::Manifest& manifest, const Json& changes, const Caller& caller) {
  TRY_ASSIGN(wanted, read_changes({{&manifest, &changes}}, false));
  const std::lock_guard one_at_a_time(changing_);
  return parts_.database.write_now(
      [&](store::Transaction& transaction) { return apply(transaction, wanted, caller); });
}

Result<void> Settings::change_all(const std::vector<SettingChanges>& changes, const Caller& caller) {
  TRY_ASSIGN(wanted, read_changes(changes, true));
  const std::lock_guard one_at_a_time(changing_);
  return parts_.database.write_now(
      [&](store::Transaction& transaction) { return apply(transaction, wanted, caller); });
}

// One row in the trail for each module.
Result<void> Settings::apply(store::Transaction& transaction, const std::vector<Wanted>& wanted,
                             const Caller& caller, std::string_view undoes) {
  std::map<std::string, Json> audited;
  for (const Wanted& one : wanted) {
    const std::string before = set_value(one.manifest->id, one.setting->key);
    if (before == one.value) continue;
    TRY(store_value(transaction, one, caller, before, undoes));
    const auto shown = [&](const std::string& text) -> Json {
      if (text.empty()) return nullptr;
      if (one.setting->secret) return "***";
      auto json = parse_json(text);
      return json ? std::move(*json) : Json();
    };
    audited[one.manifest->id].push_back(
        {{"field", one.setting->key}, {"before", shown(before)}, {"after", shown(one.value)}});
    transaction.on_commit([this, module = one.manifest->id, key = one.setting->key, value = one.value] {
      put(module, key, value);
    });
  }
  for (const auto& [module, changes] : audited) {
    TRY(parts_.audit.write(transaction, caller, {"module.configured", "module", module, to_text(changes)}));
    transaction.on_commit([this, module = module] { tell(module); });
  }
  return {};
}

Result<void> Settings::store_value(store::Transaction& transaction, const Wanted& wanted,
                                   const Caller& caller, std::string_view before, std::string_view undoes) {
  const std::string_view module = wanted.manifest->id, key = wanted.setting->key;
  TRY(transaction.execute("DELETE FROM core_module_setting WHERE module = $1 AND name = $2", {module, key}));
  const std::string stored = stored_form(wanted, wanted.value), old = stored_form(wanted, before);
  if (!stored.empty())
    TRY(transaction.execute("INSERT INTO core_module_setting (module, name, value) VALUES ($1, $2, $3)",
                            {module, key, std::string_view(stored)}));
  const std::string id = parts_.ids.next(), now = format_utc(parts_.clock.now());
  TRY(transaction.execute(
      "INSERT INTO core_setting_change (id, module, name, old_value, new_value, at, by_id, by_name, via) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {std::string_view(id), module, key, store::text_or_null(std::string_view(old)),
       store::text_or_null(std::string_view(stored)), std::string_view(now),
       store::text_or_null(std::string_view(caller.user_id)),
       store::text_or_null(std::string_view(caller.name)),
       store::text_or_null(std::string_view(caller.via))}));
  if (undoes.empty()) return {};
  TRY(transaction.execute("UPDATE core_setting_change SET undone_by = $1 WHERE id = $2",
                          {std::string_view(id), undoes}));
  return {};
}

Result<std::vector<SettingChange>> Settings::history(std::string_view module, std::string_view key,
                                                     std::string_view before, int limit) const {
  std::vector<SettingChange> out;
  TRY(parts_.database.read([&](store::Session& session) {
    out.clear();
    return session.query(std::string(kColumns) +
                             "WHERE module = $1 AND ($2 = '' OR name = $2) AND ($3 = '' OR id < $3) "
                             "ORDER BY id DESC LIMIT $4",
                         {module, key, before, static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
                           out.push_back(change_of(row));
                           return true;
                         });
  }));
  for (SettingChange& change : out) {
    const auto after = plain_form(change.module, change.key, change.after);
    change.current = change.undone_by.empty() && after && *after == set_value(change.module, change.key);
    change.before = shown_form(change.before);
    change.after = shown_form(change.after);
  }
  return out;
}

Result<SettingChange> Settings::find_change(std::string_view id) const {
  SettingChange out;
  TRY(parts_.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, session.query_one(std::string(kColumns) + "WHERE id = $1", {id},
                                        [&](const store::Row& row) { out = change_of(row); }));
    if (!found) return fail(Error::not_found("setting.no_change", "There is no such change of a setting."));
    return {};
  }));
  return out;
}

Result<void> Settings::undo(const package::Manifest& manifest, std::string_view change_id,
                            const Caller& caller) {
  TRY_ASSIGN(change, find_change(change_id));
  const ManifestSetting* setting = find_setting(manifest, change.key);
  if (setting == nullptr) return fail(unknown_setting(manifest, change.key));
  TRY_ASSIGN(before, plain_form(change.module, change.key, change.before));
  TRY_ASSIGN(after, plain_form(change.module, change.key, change.after));
  TRY_ASSIGN(json, parse_json(before.empty() ? "null" : before));
  TRY(check_change(manifest, *setting, json));
  const std::lock_guard one_at_a_time(changing_);
  if (set_value(manifest.id, change.key) != after)
    return fail(Error::conflict("setting.changed_since",
                                "The setting " + change.key + " has been changed again since.")
                    .at(change.key)
                    .with("key", change.key));
  return parts_.database.write_now([&](store::Transaction& transaction) {
    return apply(transaction, {{&manifest, setting, before}}, caller, change.id);
  });
}

Result<void> Settings::prune(UtcNs before) {
  const std::string limit = format_utc(before);
  return parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("DELETE FROM core_setting_change WHERE at < $1", {std::string_view(limit)}));
    return {};
  });
}

}  // namespace opsflux::modules
