// Installs, upgrades, rolls back, activates, deactivates and removes modules, as journaled operations.
//
// One operation at a time, on the control thread. Each stage is written to the journal before it begins; a
// killed server finds the journal at its next start and finishes what was switched, or undoes the rest.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/base/executor.hpp"
#include "host/modules/library.hpp"
#include "host/modules/probe.hpp"
#include "host/modules/records.hpp"
#include "host/modules/registry.hpp"
#include "host/modules/settings.hpp"

namespace opsflux::modules {

struct InstallerOptions {
  std::filesystem::path uploads;  // packages of plans that wait; must exist
  ProbeOptions probe;
  // Called on the control thread with each change of an operation, as JSON.
  std::function<void(const Operation&)> on_progress;
  // Deletes what services keep of a module, in the transaction that purges it.
  std::function<Result<void>(store::Transaction&, std::string_view module)> on_purge;
};

class Installer {
 public:
  Installer(Runtime& runtime, const entities::Audit& audit, const ModuleLibrary& library, Settings& settings,
            RegistryHolder& registry, const std::vector<CoreService>& core, Executor& control,
            InstallerOptions options);

  // At start, before requests are served: finishes or undoes what a crash left, loads every active
  // module, and makes the first registry. A module that does not load is left out and reported.
  Result<void> start();
  // Modules that were active and could not be loaded, with the reason.
  const std::vector<std::pair<std::string, Error>>& failed() const { return failed_; }

  // Checks an uploaded package and gives its plan. Takes the file away from `zip`. Thread: any but control.
  Result<Json> receive(const std::filesystem::path& zip, const Caller& caller);
  Result<Json> plan(std::string_view digest);
  Result<void> refuse(std::string_view digest, const Caller& caller);

  // Removes plans that nobody approved since `before`, with their packages.
  Result<void> prune_plans(UtcNs before);

  // Each starts an operation and returns it at once; the work is done on the control thread.
  Result<Operation> approve(std::string_view plan_digest, const std::vector<std::string>& accepted,
                            const Caller& caller);
  Result<Operation> activate(std::string_view id, const Caller& caller);
  Result<Operation> deactivate(std::string_view id, const Caller& caller);
  Result<Operation> roll_back(std::string_view id, const Caller& caller);
  Result<Operation> uninstall(std::string_view id, bool purge, const Caller& caller);

  // Loads the demo data of an active module; gives the number of records. Thread: any but control.
  Result<std::int64_t> load_demo(std::string_view id, const Caller& caller);

  // Runs on the control thread, after what waits there. False: the server stops.
  bool on_control(std::function<void()> task) { return control_.post(std::move(task)); }
  // Makes the registry anew with other custom fields. `store` writes what that needs, in a transaction that
  // is committed just before the new one is taken; when it fails, nothing has changed. On the control thread.
  Result<void> customize(entities::CustomFields next,
                         const std::function<Result<void>(store::Transaction&)>& store);

  store::Database& database() const { return database_; }
  const RegistryHolder& registry() const { return registry_; }
  const ModuleLibrary& library() const { return library_; }

 private:
  struct Work;  // an operation being carried out

  Result<void> set_off(store::Transaction& transaction, Operation& operation,
                       std::span<const std::string_view> stages, const Caller& caller);
  Result<Operation> begin(Operation operation, std::vector<std::string_view> stages, const Caller& caller);
  void carry_out(Operation operation, const Caller& caller);
  Result<void> steps(Work& work);
  Result<void> install_steps(Work& work);
  Result<void> stage(Work& work, std::string_view id, const std::function<Result<void>()>& body);
  Result<void> migrate_up(Work& work);
  Result<void> migrate_down(Work& work);
  Result<void> hold_requests(Work& work);
  void let_go(Work& work);
  void forget_upload(const Operation& operation);
  Result<void> switch_over(Work& work, const std::string& module_state);
  Result<void> after_switch(Work& work);
  Result<void> undo(Work& work);
  Result<void> finish(Work& work, const Result<void>& result);
  Result<void> save(const Operation& operation);
  Result<void> recover();
  Result<void> sweep_uploads() const;
  Result<std::shared_ptr<const Registry>> first_registry(
      std::vector<std::shared_ptr<const ActiveModule>> active, const entities::CustomFields& custom);
  Result<void> forget(Work& work);
  Result<std::shared_ptr<const Registry>> with_tables(Result<std::shared_ptr<const Registry>> registry) const;
  Result<std::shared_ptr<const Registry>> next_registry(const std::string& without,
                                                        std::shared_ptr<const ActiveModule> with);
  Result<InstalledModule> require_module(std::string_view id, std::initializer_list<std::string_view> states);
  Result<void> check_dependents(const std::string& id) const;
  Result<package::HostFacts> facts_for(const std::string& id) const;
  // Whether a package fits what is here now.
  Result<void> check_fits(const package::Package& package) const;
  std::shared_ptr<const entities::CustomFields> custom_fields() const;
  static Result<void> keep_custom_columns(store::Transaction& transaction, const std::string& module);
  // Of the current registry, but for one.
  std::vector<std::shared_ptr<const ActiveModule>> others(const std::string& without) const;
  void line(Work& work, std::string_view code, Json params = Json::object());

  Runtime& runtime_;
  store::Database& database_;
  const entities::Audit& audit_;
  const ModuleLibrary& library_;
  Settings& settings_;
  RegistryHolder& registry_;
  const std::vector<CoreService>& core_;
  Executor& control_;
  const InstallerOptions options_;
  std::vector<std::pair<std::string, Error>> failed_;
};

}  // namespace opsflux::modules
