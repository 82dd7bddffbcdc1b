// The rows by which modules are remembered: what is installed, plans, and the journal of operations.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/json.hpp"
#include "host/store/database.hpp"

namespace opsflux::modules {

struct InstalledModule {
  std::string id, version, digest;
  std::string state;  // "active", "inactive", "removed" (uninstalled with its data kept)
  std::string previous_version, previous_digest;
  std::string trust, key_id, signer;
  std::string installed_at, installed_by, updated_at;
};

struct ModuleVersion {
  std::string version, digest, installed_at;
};

Result<std::vector<InstalledModule>> installed_modules(store::Session& session);
Result<std::optional<InstalledModule>> installed_module(store::Session& session, std::string_view id);
Result<void> put_module(store::Transaction& transaction, const InstalledModule& module);
Result<void> delete_module(store::Transaction& transaction, std::string_view id);
Result<std::vector<ModuleVersion>> module_versions(store::Session& session, std::string_view id);
Result<void> put_version(store::Transaction& transaction, std::string_view id, const ModuleVersion& version);

struct Plan {
  std::string digest, module;
  std::string state;  // "open", "approved", "refused"
  Json document;
  std::string package_file;
  std::string created_at, created_by;
};
Result<std::optional<Plan>> find_plan(store::Session& session, std::string_view digest);
Result<void> put_plan(store::Transaction& transaction, const Plan& plan);
// Those that were made before and never carried out.
Result<void> delete_plans(store::Transaction& transaction, std::string_view before);
// The packages of plans that may still be carried out, or are being.
Result<std::set<std::string>> plan_files(store::Session& session);

// The stages in their order. What an operation does not need it passes over.
inline constexpr std::string_view kStages[] = {"received", "checked",  "trusted", "planned",
                                               "approved", "staged",   "probed",  "migrated",
                                               "started",  "switched", "done"};

// One thing that was done: a code, whose sentence is the text "modules.line.<code>", and its parameters.
struct StageLine {
  std::string at, code;
  Json params = Json::object();
};
struct StageRecord {
  std::string id;
  std::string state = "pending";  // pending, running, done, failed
  std::string started_at;
  std::int64_t took_ms = 0;
  std::vector<StageLine> lines;
};

struct Operation {
  std::string id;
  std::string kind;  // install, upgrade, activate, deactivate, rollback, uninstall
  std::string module, version, digest;
  std::string state = "running";  // running, done, failed, undone
  std::string stage;              // the last one begun
  std::vector<StageRecord> stages;
  std::string plan_digest;
  bool purge = false;  // of an uninstall
  bool exclusive =
      false;  // of a roll back: the version that is left behind cannot stand beside the one before it
  // How it was before, so that the operation can be undone.
  std::string from_version, from_digest, from_state;
  int from_migration = 0;
  Json error;  // a problem, or null
  std::string started_at, started_by, started_by_name, finished_at;
};
Json to_json(const Operation& operation);
Result<void> put_operation(store::Transaction& transaction, const Operation& operation);
Result<std::optional<Operation>> find_operation(store::Session& session, std::string_view id);
Result<std::vector<Operation>> running_operations(store::Session& session);
// Newest first; of one module, or of all when `module` is empty.
Result<std::vector<Operation>> recent_operations(store::Session& session, std::string_view module, int limit);

}  // namespace opsflux::modules
