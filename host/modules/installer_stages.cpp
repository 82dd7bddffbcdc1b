// The stages of an operation.
#include <nlohmann/json.hpp>

#include "host/automation/scheduler.hpp"
#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/entities/forget.hpp"
#include "host/entities/row_security.hpp"
#include "host/entities/table_fitting.hpp"
#include "host/modules/fault_point.hpp"
#include "host/modules/installer_work.hpp"
#include "host/store/owner_scope.hpp"

namespace opsflux::modules {

Result<void> Installer::save(const Operation& operation) {
  TRY(database_.write_now(
      [&](store::Transaction& transaction) { return put_operation(transaction, operation); }));
  if (options_.on_progress) options_.on_progress(operation);
  return {};
}

void Installer::line(Work& work, std::string_view code, Json params) {
  if (StageRecord* stage = find_stage(work.operation, work.operation.stage))
    stage->lines.push_back({format_utc(runtime_.clock.now()), std::string(code), std::move(params)});
}

Result<void> Installer::stage(Work& work, std::string_view id, const std::function<Result<void>()>& body) {
  StageRecord* record = find_stage(work.operation, id);
  record->state = "running";
  record->started_at = format_utc(runtime_.clock.now());
  work.operation.stage = id;
  TRY(save(work.operation));
  fault_point((std::string(id) + ":begin").c_str());
  const auto begun = runtime_.clock.steady();
  Result<void> result = body();
  record->took_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(runtime_.clock.steady() - begun).count();
  record->state = result ? "done" : "failed";
  fault_point((std::string(id) + ":end").c_str());
  if (!result) return result;
  return save(work.operation);
}

void Installer::carry_out(Operation operation, const Caller& caller) {
  Work work{std::move(operation), caller, nullptr};
  log::info("module.operation_begun", {{"id", work.operation.id},
                                       {"kind", work.operation.kind},
                                       {"module", work.operation.module},
                                       {"version", work.operation.version}});
  // An operation that nobody ends would stay "running" and keep its module busy until the next start.
  Result<void> result;
  try {
    result = steps(work);
  } catch (const std::exception& e) {
    result = fail(
        Error::internal("module.operation_threw", "The operation stopped by a fault of the server itself.")
            .because(e.what()));
  }
  try {
    if (auto finished = finish(work, result); !finished)
      log::error("module.operation_not_finished", finished.error());
  } catch (const std::exception& e) {
    log::error("module.operation_not_finished", {{"what", e.what()}});
    let_go(work);
  }
}

Result<void> Installer::steps(Work& work) {
  const Operation& operation = work.operation;
  if (is_install(operation)) TRY(install_steps(work));
  if (operation.kind == "rollback" && operation.exclusive)
    TRY(stage(work, "migrated", [&] { return migrate_down(work); }));
  if (operation.kind != "deactivate" && operation.kind != "uninstall" &&
      !(operation.kind == "rollback" && operation.from_state == "inactive")) {
    TRY(stage(work, "started", [&]() -> Result<void> {
      TRY_ASSIGN(module, start_module({library_, runtime_, &control_, core_, *custom_fields()},
                                      operation.digest, others(operation.module)));
      work.loaded = std::move(module);
      line(work, "started");
      return {};
    }));
  }
  const std::string state = operation.kind == "deactivate"  ? "inactive"
                            : operation.kind == "uninstall" ? "removed"
                            : operation.kind == "rollback"  ? operation.from_state
                                                            : "active";
  TRY(stage(work, "switched", [&] { return switch_over(work, state); }));
  return after_switch(work);
}

Result<void> Installer::install_steps(Work& work) {
  std::string file;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(plan, find_plan(session, work.operation.plan_digest));
    if (plan) file = plan->package_file;
    return {};
  }));
  TRY(stage(work, "staged", [&]() -> Result<void> {
    TRY_ASSIGN(package, package::Package::open(file));
    if (package.digest() != work.operation.digest)
      return fail(
          Error::conflict("module.plan_outdated",
                          "The uploaded package has changed since the plan was made. Upload it again."));
    TRY(library_.verify(package, package::Purpose::kInstall));
    TRY(library_.stage(package));
    line(work, "files_unpacked", {{"count", package.files().size()}});
    return {};
  }));
  TRY(stage(work, "probed", [&]() -> Result<void> {
    TRY_ASSIGN(report, run_probe(database_, library_.path_of(work.operation.digest), options_.probe));
    for (ProbeLine& said : report.lines) line(work, "probe." + said.code, std::move(said.params));
    return {};
  }));
  // Known before the stage is journaled as begun: undoing goes back to here, and to nothing earlier.
  TRY_ASSIGN(applied, store::MigrationRunner(database_, runtime_.clock).applied(work.operation.module));
  work.operation.from_migration = static_cast<int>(applied.size());
  return stage(work, "migrated", [&] { return migrate_up(work); });
}

// An exclusive upgrade, or its roll back, breaks the version that runs: what would meet the half-changed
// tables waits for the switch, and what runs already ends first. Only then is anything changed.
Result<void> Installer::hold_requests(Work& work) {
  constexpr auto kPatience = std::chrono::seconds(5);
  auto current = registry_.current();
  const std::set<std::string> held = current->standing_on(work.operation.module);
  work.gate = std::make_shared<RequestGate>();
  TRY_ASSIGN(next, Registry::holding(*current, held, work.gate));
  const std::weak_ptr<const Registry> before = current;
  current.reset();
  registry_.swap(std::move(next));
  line(work, "held", {{"modules", join({held.begin(), held.end()}, ", ")}});
  TRY(save(work.operation));
  const auto begun = runtime_.clock.steady();
  while (!before.expired()) {
    if (runtime_.clock.steady() - begun > kPatience)
      return fail(
          Error::unavailable("module.requests_run_on", "Requests that were running did not end within " +
                                                           std::to_string(kPatience.count()) +
                                                           " s, so nothing was changed. Try again.")
              .with("seconds", std::to_string(kPatience.count())));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

Result<void> Installer::migrate_up(Work& work) {
  TRY_ASSIGN(opened, library_.open(work.operation.digest, package::Purpose::kInstall));
  TRY_ASSIGN(declarations, read_declarations(opened.package, database_.dialect()));
  if (declarations.manifest->exclusive && work.operation.from_state == "active") TRY(hold_requests(work));
  store::MigrationRunner runner(database_, runtime_.clock);
  TRY(database_.write_now([&](store::Transaction& transaction) {
    return store::ensure_owner(transaction, work.operation.module);
  }));
  TRY_ASSIGN(count, runner.up({work.operation.module, true}, declarations.migrations, -1,
                              [&](store::Transaction& transaction,
                                  const store::MigrationStep& step) -> Result<void> {
                                // The journal knows of each migration in the transaction that makes it.
                                line(work, "migration", {{"number", step.number}, {"name", step.name}});
                                TRY(keep_custom_columns(transaction, work.operation.module));
                                return put_operation(transaction, work.operation);
                              }));
  line(work, "migrations_applied", {{"count", count}});
  if (count > 0) TRY(database_.analyze());
  fault_point("migrated:middle");
  return {};
}

// To what the version that a roll back returns to knows.
Result<void> Installer::migrate_down(Work& work) {
  const Operation& operation = work.operation;
  TRY_ASSIGN(opened, library_.open(operation.digest, package::Purpose::kLoad));
  TRY_ASSIGN(declarations, read_declarations(opened.package, database_.dialect()));
  if (operation.exclusive && operation.from_state == "active") TRY(hold_requests(work));
  TRY_ASSIGN(count, store::MigrationRunner(database_, runtime_.clock)
                        .down({operation.module, true}, declarations.migrations.latest(),
                              [&](store::Transaction& transaction, const store::MigrationStep&) {
                                return keep_custom_columns(transaction, operation.module);
                              }));
  line(work, "migrations_undone", {{"count", count}});
  return {};
}

std::vector<std::shared_ptr<const ActiveModule>> Installer::others(const std::string& without) const {
  const auto current = registry_.current();
  std::vector<std::shared_ptr<const ActiveModule>> out;
  if (current != nullptr)
    for (const auto& module : current->modules())
      if (module->manifest->id != without) out.push_back(module);
  return out;
}

Result<std::shared_ptr<const Registry>> Installer::next_registry(const std::string& without,
                                                                 std::shared_ptr<const ActiveModule> with) {
  const auto current = registry_.current();
  auto modules = others(without);
  if (with != nullptr) modules.push_back(std::move(with));
  return with_tables(Registry::build(current == nullptr ? 1 : current->number() + 1, core_,
                                     std::move(modules), custom_fields(), runtime_.engine));
}

// Indexes and row policies that a registry lives on are there before anybody is served by it. Those of one
// that is not switched to after all do no harm.
Result<std::shared_ptr<const Registry>> Installer::with_tables(
    Result<std::shared_ptr<const Registry>> registry) const {
  if (!registry) return registry;
  TRY(entities::fit_tables(database_, (*registry)->catalog()));
  TRY(entities::secure_rows(database_, (*registry)->catalog()));
  return registry;
}

std::shared_ptr<const entities::CustomFields> Installer::custom_fields() const {
  const auto current = registry_.current();
  return current == nullptr ? std::make_shared<const entities::CustomFields>() : current->custom_fields();
}

// A migration that makes a table anew would leave them behind, with all that stands in them.
Result<void> Installer::keep_custom_columns(store::Transaction& transaction, const std::string& module) {
  TRY_ASSIGN(custom, entities::CustomFields::load(transaction));
  return custom.check_columns(transaction, module + "_");
}

Result<void> Installer::customize(entities::CustomFields next,
                                  const std::function<Result<void>(store::Transaction&)>& store) {
  const auto current = registry_.current();
  TRY_ASSIGN(registry,
             with_tables(Registry::build(current->number() + 1, core_, current->modules(),
                                         std::make_shared<const entities::CustomFields>(std::move(next)),
                                         runtime_.engine)));
  TRY(database_.write_now(store));
  registry_.swap(std::move(registry));
  return {};
}

// The one moment at which an operation becomes real: first the registry is built beside the current one
// (what does not fit fails here), then the row is committed, then the pointer is swapped, which cannot fail.
Result<void> Installer::switch_over(Work& work, const std::string& module_state) {
  const Operation& operation = work.operation;
  // What fitted when the operation was asked for may not any more: others were carried out before it.
  if (module_state != "active") TRY(check_dependents(operation.module));
  TRY_ASSIGN(next, next_registry(operation.module, module_state == "active" ? work.loaded : nullptr));
  package::Verdict verdict;
  if (module_state == "active" || operation.kind == "rollback") {
    TRY_ASSIGN(opened, library_.open(operation.digest, package::Purpose::kLoad));
    TRY(check_fits(opened.package));
    verdict = std::move(opened.verdict);
  }
  const std::string now = format_utc(runtime_.clock.now());
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(found, installed_module(transaction, operation.module));
    InstalledModule module = found.value_or(
        InstalledModule{operation.module, "", "", "", "", "", "", "", "", now, operation.started_by, now});
    if (operation.kind == "upgrade") {
      module.previous_version = operation.from_version;
      module.previous_digest = operation.from_digest;
    } else if (operation.kind == "rollback" || operation.kind == "install") {
      module.previous_version.clear();
      module.previous_digest.clear();
    }
    if (is_install(operation) || operation.kind == "rollback") {
      module.version = operation.version;
      module.digest = operation.digest;
      module.trust = package::to_string(verdict.level);
      module.key_id = verdict.key_id;
      module.signer = verdict.signer;
      TRY(put_version(transaction, operation.module, {operation.version, operation.digest, now}));
    }
    module.state = module_state;
    module.updated_at = now;
    TRY(put_module(transaction, module));
    const std::string changes = to_text(
        Json::array({{{"field", "version"}, {"before", operation.from_version}, {"after", operation.version}},
                     {{"field", "state"}, {"before", operation.from_state}, {"after", module_state}}}));
    TRY(audit_.write(transaction, work.caller,
                     {audit_action(operation), "module", operation.module, changes}));
    Operation journal = operation;
    find_stage(journal, "switched")->state = "done";
    return put_operation(transaction, journal);
  }));
  fault_point("switched:committed");
  registry_.swap(std::move(next));
  work.loaded.reset();
  if (work.gate) work.gate->open();
  return {};
}

// What is left once the switch is committed; a crash in here is finished at the next start.
Result<void> Installer::after_switch(Work& work) {
  Operation& operation = work.operation;
  if (operation.kind == "rollback" && !operation.exclusive)
    TRY(stage(work, "migrated", [&] { return migrate_down(work); }));
  if (operation.kind == "uninstall" && operation.purge)
    TRY(stage(work, "migrated", [&] { return forget(work); }));
  return {};
}

// Everything of a module goes: tables, rows about it, folders.
Result<void> Installer::forget(Work& work) {
  const std::string& id = work.operation.module;
  std::vector<ModuleVersion> versions;
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(known, module_versions(transaction, id));
    versions = std::move(known);
    TRY(store::drop_owner(transaction, id));
    for (const char* sql :
         {"DELETE FROM core_migration WHERE owner = $1", "DELETE FROM core_module_version WHERE module = $1"})
      if (auto changed = transaction.execute(sql, {std::string_view(id)}); !changed)
        return fail(std::move(changed.error()));
    TRY(settings_.forget(transaction, id));
    TRY(entities::forget_module(transaction, id));
    TRY(automation::forget_module(transaction, id));
    if (options_.on_purge) TRY(options_.on_purge(transaction, id));
    return delete_module(transaction, id);
  }));
  for (const ModuleVersion& version : versions) TRY(library_.remove(version.digest));
  line(work, "purged");
  if (registry_.current() == nullptr) return {};  // at start: what is loaded next does not have them
  std::vector<entities::CustomField> left = custom_fields()->all();
  const auto forgotten =
      std::erase_if(left, [&](const auto& field) { return field.entity.starts_with(id + "."); });
  if (forgotten == 0) return {};
  return customize(entities::CustomFields(std::move(left)),
                   [](store::Transaction&) -> Result<void> { return {}; });
}

}  // namespace opsflux::modules
