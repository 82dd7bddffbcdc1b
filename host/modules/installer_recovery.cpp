// The end of an operation, its undoing, and what a killed server finds at its start.
#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/modules/installer_work.hpp"
#include "host/store/owner_scope.hpp"

namespace opsflux::modules {

// Requests that were held go on to the version that runs as before, whatever else could not be undone.
void Installer::let_go(Work& work) {
  if (!work.gate) return;
  if (auto as_before = next_registry("", nullptr))
    registry_.swap(std::move(*as_before));
  else
    log::error("module.registry_not_built", as_before.error());
  work.gate->open();
}

Result<void> Installer::undo(Work& work) {
  work.loaded.reset();
  Operation& operation = work.operation;
  if (operation.kind == "rollback" && operation.exclusive &&
      find_stage(operation, "migrated")->state != "pending") {
    TRY_ASSIGN(package, package::Package::open_folder(library_.path_of(operation.from_digest)));
    TRY_ASSIGN(declarations, read_declarations(package, database_.dialect()));
    TRY_ASSIGN(count, store::MigrationRunner(database_, runtime_.clock)
                          .up({operation.module, true}, declarations.migrations));
    if (count > 0) line(work, "migrations_applied", {{"count", count}});
  }
  if (!is_install(operation)) return {};
  const StageRecord* migrated = find_stage(operation, "migrated");
  if (migrated->state != "pending") {
    store::MigrationRunner runner(database_, runtime_.clock);
    TRY_ASSIGN(count, runner.down({operation.module, true}, operation.from_migration));
    if (count > 0) line(work, "migrations_undone", {{"count", count}});
    if (operation.from_version.empty())
      TRY(database_.write_now(
          [&](store::Transaction& transaction) { return store::drop_owner(transaction, operation.module); }));
  }
  bool used = operation.digest == operation.from_digest;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(versions, module_versions(session, operation.module));
    for (const ModuleVersion& version : versions) used = used || version.digest == operation.digest;
    return {};
  }));
  if (!used) TRY(library_.remove(operation.digest));
  // The plan may be approved again once the reason is gone.
  return database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(plan, find_plan(transaction, operation.plan_digest));
    if (!plan) return {};
    plan->state = "open";
    return put_plan(transaction, *plan);
  });
}

// The package is unpacked; what stays of the upload is swept later.
void Installer::forget_upload(const Operation& operation) {
  auto removed = database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(plan, find_plan(session, operation.plan_digest));
    return plan ? remove_tree(plan->package_file) : Result<void>();
  });
  if (!removed) log::warn("module.upload_not_removed", removed.error());
}

Result<void> Installer::finish(Work& work, const Result<void>& result) {
  Operation& operation = work.operation;
  operation.finished_at = format_utc(runtime_.clock.now());
  if (result) {
    operation.state = "done";
    if (StageRecord* done = find_stage(operation, "done")) {
      done->state = "done";
      done->started_at = operation.finished_at;
    }
    operation.stage = "done";
    if (is_install(operation)) forget_upload(operation);
    log::info("module.operation_done", {{"id", operation.id},
                                        {"kind", operation.kind},
                                        {"module", operation.module},
                                        {"version", operation.version}});
    return save(operation);
  }
  log::warn("module.operation_failed", result.error());
  operation.error = problem_of(result.error());
  operation.state = "failed";
  if (!stage_done(operation, "switched")) {
    operation.state = "undone";
    if (auto undone = undo(work); !undone) {
      log::error("module.undo_failed", undone.error());
      operation.state = "failed";
      line(work, "undo_failed", {{"message", undone.error().message}});
    }
    let_go(work);
  }
  return save(operation);
}

Result<void> Installer::recover() {
  std::vector<Operation> running;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, running_operations(session));
    running = std::move(found);
    return {};
  }));
  Caller system;
  system.system = true;
  for (Operation& operation : running) {
    Work work{std::move(operation), system, nullptr};
    const bool forward = stage_done(work.operation, "switched");
    log::warn("module.operation_recovered", {{"id", work.operation.id},
                                             {"module", work.operation.module},
                                             {"stage", work.operation.stage},
                                             {"finished", forward}});
    Result<void> result =
        forward ? after_switch(work)
                : Result<void>(fail(Error::unavailable(
                      "module.interrupted",
                      "The server stopped while the operation ran; it was undone. Start it again.")));
    TRY(finish(work, result));
  }
  return {};
}

// A custom field that does not fit any more must not keep the server from starting.
Result<std::shared_ptr<const Registry>> Installer::first_registry(
    std::vector<std::shared_ptr<const ActiveModule>> active, const entities::CustomFields& custom) {
  std::vector<std::shared_ptr<const entities::Definition>> definitions;
  const auto add = [&](const auto& more) { definitions.insert(definitions.end(), more.begin(), more.end()); };
  for (const CoreService& service : core_) add(service.definitions);
  for (const auto& module : active) add(module->definitions);
  auto fitted = std::make_shared<const entities::CustomFields>(custom.fitted(definitions));
  for (const entities::CustomField& field : fitted->all())
    if (!field.problem.empty())
      log::error("custom_field.left_out",
                 {{"entity", field.entity}, {"field", field.name}, {"message", field.problem}});
  return with_tables(Registry::build(1, core_, std::move(active), std::move(fitted), runtime_.engine));
}

Result<void> Installer::start() {
  TRY(recover());
  std::vector<InstalledModule> modules;
  std::vector<std::string> keep;
  entities::CustomFields custom;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(loaded, entities::CustomFields::load(session));
    custom = std::move(loaded);
    TRY_ASSIGN(found, installed_modules(session));
    modules = std::move(found);
    keep.clear();
    for (const InstalledModule& module : modules) {
      TRY_ASSIGN(versions, module_versions(session, module.id));
      for (const ModuleVersion& version : versions) keep.push_back(version.digest);
    }
    return {};
  }));
  TRY(library_.sweep(keep));
  TRY(sweep_uploads());
  std::vector<std::shared_ptr<const ActiveModule>> active;
  for (const InstalledModule& module : modules) {
    if (module.state != "active") continue;
    auto started = start_module({library_, runtime_, &control_, core_, custom}, module.digest, active);
    if (started) {
      active.push_back(std::move(*started));
      continue;
    }
    log::error("module.not_loaded", {{"module", module.id},
                                     {"code", started.error().code},
                                     {"message", started.error().message},
                                     {"detail", started.error().detail}});
    failed_.emplace_back(module.id, std::move(started.error()));
  }
  TRY_ASSIGN(registry, first_registry(std::move(active), custom));
  registry_.swap(std::move(registry));
  return {};
}

}  // namespace opsflux::modules
