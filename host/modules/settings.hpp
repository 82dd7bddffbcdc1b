// What administrators set for modules, in place of the defaults of the manifest.
//
// Kept in core_module_setting, and in memory so that a hook may ask at every record. A change takes effect
// with its commit, for all calls that begin afterwards. Secrets are encrypted in the table and never shown.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "host/base/caller.hpp"
#include "host/base/json.hpp"
#include "host/base/secret_box.hpp"
#include "host/entities/audit.hpp"
#include "host/package/manifest.hpp"
#include "host/store/database.hpp"

namespace opsflux::modules {

class Settings {
 public:
  // Reads what is stored; a secret that cannot be decrypted is reported in the log and counts as not set.
  static Result<std::unique_ptr<Settings>> open(store::Database& database, const entities::Audit& audit,
                                                SecretBox box);

  // JSON text of the value that was set; empty: the default holds. Any thread, does not block.
  std::string value(std::string_view module, std::string_view key) const;

  // Sets the values of `changes`, an object by key; null returns to the default. All or none. Errors are at
  // the key: "setting.unknown", and those of package::check_setting_value.
  Result<void> change(const package::Manifest& manifest, const Json& changes, const Caller& caller);

  // Deletes all of a module's values, in the transaction that purges it.
  Result<void> forget(store::Transaction& transaction, std::string_view module);

 private:
  using Values =
      std::map<std::pair<std::string, std::string>, std::string, std::less<>>;  // module, key -> JSON

  Settings(store::Database& database, const entities::Audit& audit, SecretBox box)
      : database_(database), audit_(audit), box_(std::move(box)), values_(std::make_shared<const Values>()) {}
  Result<void> load();
  Result<std::string> stored_form(const package::Manifest& manifest, const package::ManifestSetting& setting,
                                  const std::string& value) const;
  void put(std::string_view module, const std::string& key, std::string value);

  store::Database& database_;
  const entities::Audit& audit_;
  const SecretBox box_;
  std::mutex changing_;  // one change after another: each compares with what the one before has stored
  std::mutex mutex_;     // of those who replace values_
  std::atomic<std::shared_ptr<const Values>> values_;
};

}  // namespace opsflux::modules
