// What administrators set for core services and modules, in place of the defaults of their manifests.
//
// Kept in core_module_setting, and in memory so that a hook may ask at every record. A change takes effect
// with its commit, for all calls that begin afterwards. Secrets are encrypted in the table and never shown.
// Every change stands in core_setting_change with who made it, and can be undone.
//
// What holds is, in this order: an override (the environment or the configuration gives it, nobody can change
// it while the server runs), what was set, the manifest's default.
//
// How a service reads its own settings:
//
//   modules::SettingsOf settings(store, manifest);       // values by key, typed; any thread, never blocks
//   const auto minutes = settings.integer("access_minutes");
//   store.on_change([&](std::string_view module) { if (module == "identity") refresh(); });
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/base/json.hpp"
#include "host/base/secret_box.hpp"
#include "host/entities/audit.hpp"
#include "host/package/manifest.hpp"
#include "host/store/database.hpp"

namespace opsflux::modules {

// A value from outside the database.
struct SettingOverride {
  std::string text;  // as it was written: plain text, or JSON
  std::string
      place;  // "variable OPSFLUX_SETTING__IDENTITY__ACCESS_MINUTES", "file /etc/opsflux.toml, line 3"
  // A number that another table has judged already and that need not be whole: 90 s are 1.5 minutes.
  bool judged = false;
};
using SettingOverrides = std::map<std::string, SettingOverride, std::less<>>;  // by "<module>.<key>"

enum class SettingSource : std::uint8_t { kDefault, kSet, kOverride };
std::string_view to_string(SettingSource source);  // "default", "set", "override"

struct HeldSetting {
  std::string value;  // JSON text; empty: neither set nor has it a default
  SettingSource source = SettingSource::kDefault;
  std::string place;  // of an override
};

// One change as the history tells it. Values are JSON text; empty: the default held. Of a secret history()
// gives "***" as JSON text.
struct SettingChange {
  std::string id, module, key, before, after, at, by_id, by_name, via, undone_by;
  bool current = false;  // in history(): nothing was changed since, so that it can be undone
};

// Of several modules at once, as an import makes them.
struct SettingChanges {
  const package::Manifest* manifest = nullptr;
  const Json* values = nullptr;  // object by key; null: back to the default
};

class Settings {
 public:
  struct Parts {
    store::Database& database;
    const entities::Audit& audit;
    const Clock& clock;
    IdSource& ids;
  };
  // Reads what is stored; a secret that cannot be decrypted is reported in the log and counts as not set.
  static Result<std::unique_ptr<Settings>> open(const Parts& parts, SecretBox box,
                                                SettingOverrides overrides = {});

  // What holds. Any thread, does not block.
  HeldSetting held(std::string_view module, const package::ManifestSetting& setting) const;
  std::string value(std::string_view module, const package::ManifestSetting& setting) const {
    return held(module, setting).value;
  }

  // Whether the overrides of this module fit: "setting.override" with the variable, one cause each. At start
  // for all that is there; of a module that comes later one that does not fit counts as none.
  Result<void> check_overrides(const package::Manifest& manifest) const;

  // Sets the values of `changes`, an object by key; null returns to the default. All or none. Errors are at
  // the key: "setting.unknown", "setting.overridden", and those of package::check_setting_value.
  Result<void> change(const package::Manifest& manifest, const Json& changes, const Caller& caller);
  // The same for several modules in one transaction; errors are at "<module>.<key>".
  Result<void> change_all(const std::vector<SettingChanges>& changes, const Caller& caller);

  // The newest first, at most `limit`; of one key, or of all when it is empty. `before`: the id of the last
  // one of the page before, or empty.
  Result<std::vector<SettingChange>> history(std::string_view module, std::string_view key,
                                             std::string_view before, int limit) const;
  Result<SettingChange> find_change(std::string_view id) const;  // "setting.no_change"
  // Sets back what a change replaced. Conflict "setting.changed_since" when another value holds by now, and
  // what change() refuses.
  Result<void> undo(const package::Manifest& manifest, std::string_view change_id, const Caller& caller);

  // Deletes all of a module's values and their history, in the transaction that purges it.
  Result<void> forget(store::Transaction& transaction, std::string_view module);
  // Removes history that was written before.
  Result<void> prune(UtcNs before);

  // Called after the commit of each change with the module's id, on the store's completion thread: short, and
  // without throwing. Listeners must outlive the writes of this; add them before the server listens.
  void on_change(std::function<void(std::string_view module)> listener);

 private:
  using Values =
      std::map<std::pair<std::string, std::string>, std::string, std::less<>>;  // module, key -> JSON
  struct Wanted;

  Settings(const Parts& parts, SecretBox box, SettingOverrides overrides)
      : parts_(parts),
        box_(std::move(box)),
        overrides_(std::move(overrides)),
        values_(std::make_shared<const Values>()) {}
  Result<void> load();
  Result<std::vector<Wanted>> read_changes(const std::vector<SettingChanges>& all, bool several) const;
  Result<void> check_change(const package::Manifest& manifest, const package::ManifestSetting& setting,
                            const Json& value) const;
  Result<void> apply(store::Transaction& transaction, const std::vector<Wanted>& wanted, const Caller& caller,
                     std::string_view undoes = "");
  Result<void> store_value(store::Transaction& transaction, const Wanted& wanted, const Caller& caller,
                           std::string_view before, std::string_view undoes);
  std::string set_value(std::string_view module, std::string_view key) const;
  std::string stored_form(const Wanted& wanted, std::string_view value) const;
  Result<std::string> plain_form(std::string_view module, std::string_view key,
                                 const std::string& stored) const;
  const SettingOverride* override_of(std::string_view module, std::string_view key) const;
  void put(const std::string& module, const std::string& key, const std::string& value);
  void tell(std::string_view module) const;

  const Parts parts_;
  const SecretBox box_;
  const SettingOverrides overrides_;
  std::mutex changing_;  // one change after another: each compares with what the one before has stored
  std::mutex mutex_;     // of those who replace values_
  std::atomic<std::shared_ptr<const Values>> values_;
  std::vector<std::function<void(std::string_view)>> listeners_;
};

// One manifest's settings, read by their types. A key that the manifest does not declare, or declares with
// another type, is a mistake in the program: it is logged and the type's zero is given. Copies are cheap.
class SettingsOf {
 public:
  SettingsOf(const Settings& settings, std::shared_ptr<const package::Manifest> manifest)
      : settings_(&settings), manifest_(std::move(manifest)) {}

  std::int64_t integer(std::string_view key) const;  // a fraction of an override is rounded
  bool boolean(std::string_view key) const;
  std::string text(std::string_view key) const;  // also of decimals, enums and secrets; empty: not set
  Json json(std::string_view key) const;         // null: not set
  // The setting counts units of `unit`, for instance minutes; fractions of an override are kept.
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds unit) const;
  double number(std::string_view key) const;  // of an integer or a decimal

 private:
  Json read(std::string_view key) const;
  const Settings* settings_;
  std::shared_ptr<const package::Manifest> manifest_;
};

}  // namespace opsflux::modules
