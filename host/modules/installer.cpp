#include "host/modules/installer.hpp"

#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/modules/demo.hpp"
#include "host/modules/fault_point.hpp"
#include "host/modules/planner.hpp"

namespace opsflux::modules {
namespace fs = std::filesystem;
namespace {

Error no_plan(std::string_view digest) {
  return Error::not_found("module.no_plan", "There is no plan with the digest " + std::string(digest) + ".")
      .with("digest", digest);
}

std::string base_of(const std::optional<InstalledModule>& module) {
  return module ? module->digest + ":" + module->state : std::string();
}

}  // namespace

Installer::Installer(Runtime& runtime, const entities::Audit& audit, const ModuleLibrary& library,
                     Settings& settings, RegistryHolder& registry, const std::vector<CoreService>& core,
                     Executor& control, InstallerOptions options)
    : runtime_(runtime),
      database_(runtime.engine.database()),
      audit_(audit),
      library_(library),
      settings_(settings),
      registry_(registry),
      core_(core),
      control_(control),
      options_(std::move(options)) {}

Result<Json> Installer::receive(const fs::path& zip, const Caller& caller) {
  TRY_ASSIGN(package, package::Package::open(zip));
  TRY_ASSIGN(verdict, library_.verify(package, package::Purpose::kInstall));
  TRY(check_fits(package));
  TRY_ASSIGN(declarations, read_declarations(package, database_.dialect()));
  std::optional<InstalledModule> installed;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, installed_module(session, declarations.manifest->id));
    installed = std::move(found);
    return {};
  }));
  std::optional<Declarations> current;
  if (installed && installed->state != "removed") {
    // What is installed may be damaged; then everything of the new version counts as new.
    auto folder = package::Package::open_folder(library_.path_of(installed->digest));
    if (folder)
      if (auto read = read_declarations(*folder, database_.dialect())) current = std::move(*read);
  }
  TRY_ASSIGN(facts, facts_for(declarations.manifest->id));
  TRY_ASSIGN(plan, make_plan({package, verdict, declarations, installed ? &*installed : nullptr,
                              current ? &*current : nullptr, std::move(facts), database_,
                              options_.probe.temp_folder, runtime_.clock}));
  Plan row;
  row.digest = plan_digest(plan);
  row.module = declarations.manifest->id;
  row.state = "open";
  row.package_file = (options_.uploads / (row.digest + ".zip")).string();
  row.created_at = format_utc(runtime_.clock.now());
  row.created_by = caller.user_id;
  plan["digest"] = row.digest;
  plan["created_at"] = row.created_at;
  plan["created_by"] = caller.name;
  row.document = plan;
  std::error_code ec;
  fs::rename(zip, row.package_file, ec);
  if (ec) return fail(file_error(ec.value(), row.package_file, "keep"));
  TRY(database_.write_now([&](store::Transaction& transaction) { return put_plan(transaction, row); }));
  log::info("module.planned", {{"module", row.module}, {"digest", row.digest}, {"by", caller.name}});
  plan["state"] = row.state;
  return plan;
}

Result<Json> Installer::plan(std::string_view digest) {
  std::optional<Plan> found;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(row, find_plan(session, digest));
    found = std::move(row);
    return {};
  }));
  if (!found) return fail(no_plan(digest));
  Json document = std::move(found->document);
  document["state"] = found->state;
  return document;
}

Result<void> Installer::refuse(std::string_view digest, const Caller& caller) {
  std::string file;
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(plan, find_plan(transaction, digest));
    if (!plan || plan->state != "open") return fail(no_plan(digest));
    plan->state = "refused";
    file = plan->package_file;
    TRY(audit_.write(transaction, caller, {"module.refused", "module", plan->module, ""}));
    return put_plan(transaction, *plan);
  }));
  return remove_tree(file);
}

Result<void> Installer::prune_plans(UtcNs before) {
  TRY(database_.write_now(
      [&](store::Transaction& transaction) { return delete_plans(transaction, format_utc(before)); }));
  return sweep_uploads();
}

// Packages whose plan is gone, or was never stored because the server stopped in between.
Result<void> Installer::sweep_uploads() const {
  std::set<std::string> wanted;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(files, plan_files(session));
    wanted = std::move(files);
    return {};
  }));
  std::error_code ec;
  const auto young =
      fs::file_time_type::clock::now() - std::chrono::hours(1);  // its plan may be about to be stored
  for (const auto& entry : fs::directory_iterator(options_.uploads, ec)) {
    std::error_code gone;
    if (wanted.contains(entry.path().string()) || entry.last_write_time(gone) > young || gone) continue;
    TRY(remove_tree(entry.path()));
  }
  if (ec) return fail(file_error(ec.value(), options_.uploads, "read"));
  return {};
}

Result<Operation> Installer::approve(std::string_view digest, const std::vector<std::string>& accepted,
                                     const Caller& caller) {
  Operation operation;
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(plan, find_plan(transaction, digest));
    if (!plan) return fail(no_plan(digest));
    if (plan->state != "open")
      return fail(Error::conflict("module.plan_closed", "The plan was " + plan->state + " already.")
                      .with("state", plan->state));
    for (const std::string& risk : accept_required(plan->document))
      if (std::find(accepted.begin(), accepted.end(), risk) == accepted.end())
        return fail(
            Error::invalid("module.risk_not_accepted", "The high risk " + risk + " must be accepted first.")
                .at("accept")
                .with("risk", risk));
    TRY_ASSIGN(installed, installed_module(transaction, plan->module));
    if (plan->document.value("base", Json(nullptr)) != (installed ? Json(base_of(installed)) : Json(nullptr)))
      return fail(
          Error::conflict("module.plan_outdated",
                          "The module has changed since the plan was made. Upload the package again."));
    const Json& module = plan->document["module"];
    operation = Operation{};
    operation.kind = plan->document.value("kind", "install");
    operation.module = plan->module;
    operation.version = module.value("version", "");
    operation.digest = plan->document["package"].value("digest", "");
    operation.plan_digest = plan->digest;
    if (installed) {
      operation.from_version = installed->version;
      operation.from_digest = installed->digest;
      operation.from_state = installed->state;
    }
    TRY(set_off(transaction, operation, kStages, caller));
    for (std::size_t i = 0; i < 5; ++i) {  // received to approved lie behind us
      operation.stages[i].state = "done";
      operation.stages[i].started_at = i == 4 ? operation.started_at : plan->created_at;
    }
    plan->state = "approved";
    TRY(put_plan(transaction, *plan));
    TRY(audit_.write(
        transaction, caller,
        {"module.approved", "module", operation.module,
         to_text(Json::array({{{"field", "plan"}, {"before", nullptr}, {"after", plan->digest}}}))}));
    return put_operation(transaction, operation);
  }));
  fault_point("approved");
  control_.post([this, operation, caller] { carry_out(operation, caller); });
  return operation;
}

Result<InstalledModule> Installer::require_module(std::string_view id,
                                                  std::initializer_list<std::string_view> states) {
  std::optional<InstalledModule> module;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, installed_module(session, id));
    module = std::move(found);
    return {};
  }));
  if (!module || module->state == "removed")
    return fail(
        Error::not_found("module.not_installed", "The module " + std::string(id) + " is not installed.")
            .with("module", id));
  if (std::find(states.begin(), states.end(), module->state) == states.end())
    return fail(Error::conflict("module.wrong_state",
                                "The module " + std::string(id) + " is " + module->state + " already.")
                    .with("module", id)
                    .with("state", module->state));
  return std::move(*module);
}

Result<void> Installer::check_dependents(const std::string& id) const {
  const auto registry = registry_.current();
  for (const auto& other : registry->modules())
    for (const auto& dependency : other->manifest->depends)
      if (dependency.id == id)
        return fail(Error::conflict("module.needed", "The active module " + other->manifest->id +
                                                         " depends on " + id + ". Deactivate it first.")
                        .with("module", id)
                        .with("dependent", other->manifest->id));
  return {};
}

Result<package::HostFacts> Installer::facts_for(const std::string& id) const {
  std::set<std::string, std::less<>> known;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(modules, installed_modules(session));
    known.clear();
    for (const InstalledModule& module : modules) known.insert(module.id);
    return {};
  }));
  return host_facts(*registry_.current(), id, std::move(known));
}

Result<void> Installer::check_fits(const package::Package& package) const {
  TRY_ASSIGN(facts, facts_for(package.manifest().id));
  return package::check_requirements(package, facts);
}

// Gives an operation its identity, person and stages; only one at a time works on a module.
Result<void> Installer::set_off(store::Transaction& transaction, Operation& operation,
                                std::span<const std::string_view> stages, const Caller& caller) {
  TRY_ASSIGN(busy, running_operations(transaction));
  for (const Operation& other : busy)
    if (other.module == operation.module)
      return fail(Error::conflict("module.busy", "Another operation on " + operation.module + " is running.")
                      .with("module", operation.module)
                      .with("operation", other.id));
  operation.id = runtime_.ids.next();
  operation.started_at = format_utc(runtime_.clock.now());
  operation.started_by = caller.user_id;
  operation.started_by_name = caller.name;
  operation.stage = "approved";
  operation.stages.clear();
  for (const std::string_view id : stages)
    operation.stages.push_back({.id = std::string(id), .started_at = {}, .lines = {}});
  return {};
}

Result<Operation> Installer::begin(Operation operation, std::vector<std::string_view> stages,
                                   const Caller& caller) {
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(set_off(transaction, operation, stages, caller));
    return put_operation(transaction, operation);
  }));
  control_.post([this, operation, caller] { carry_out(operation, caller); });
  return operation;
}

namespace {

Operation operation_on(const InstalledModule& module, std::string_view kind) {
  Operation operation;
  operation.kind = kind;
  operation.module = module.id;
  operation.version = operation.from_version = module.version;
  operation.digest = operation.from_digest = module.digest;
  operation.from_state = module.state;
  return operation;
}

}  // namespace

Result<Operation> Installer::activate(std::string_view id, const Caller& caller) {
  TRY_ASSIGN(module, require_module(id, {"inactive"}));
  TRY_ASSIGN(opened, library_.open(module.digest, package::Purpose::kLoad));
  TRY(check_fits(opened.package));
  return begin(operation_on(module, "activate"), {"started", "switched", "done"}, caller);
}

Result<Operation> Installer::deactivate(std::string_view id, const Caller& caller) {
  TRY_ASSIGN(module, require_module(id, {"active"}));
  TRY(check_dependents(module.id));
  return begin(operation_on(module, "deactivate"), {"switched", "done"}, caller);
}

Result<Operation> Installer::roll_back(std::string_view id, const Caller& caller) {
  TRY_ASSIGN(module, require_module(id, {"active", "inactive"}));
  if (module.previous_digest.empty() || !library_.has(module.previous_digest))
    return fail(Error::conflict("module.no_previous", "There is no version of " + module.id + " before " +
                                                          module.version + " to return to.")
                    .with("module", module.id));
  TRY_ASSIGN(opened, library_.open(module.previous_digest, package::Purpose::kLoad));
  TRY(check_fits(opened.package));
  TRY_ASSIGN(current, package::Package::open_folder(library_.path_of(module.digest)));
  Operation operation = operation_on(module, "rollback");
  operation.version = module.previous_version;
  operation.digest = module.previous_digest;
  operation.exclusive = current.manifest().exclusive;
  if (operation.exclusive)
    return begin(std::move(operation), {"migrated", "started", "switched", "done"}, caller);
  return begin(std::move(operation), {"started", "switched", "migrated", "done"}, caller);
}

Result<Operation> Installer::uninstall(std::string_view id, bool purge, const Caller& caller) {
  TRY_ASSIGN(module, require_module(id, {"active", "inactive"}));
  TRY(check_dependents(module.id));
  Operation operation = operation_on(module, "uninstall");
  operation.purge = purge;
  if (purge) return begin(std::move(operation), {"switched", "migrated", "done"}, caller);
  return begin(std::move(operation), {"switched", "done"}, caller);
}

Result<std::int64_t> Installer::load_demo(std::string_view id, const Caller& caller) {
  const auto registry = registry_.current();
  const ActiveModule* module = registry->module(id);
  if (module == nullptr)
    return fail(Error::not_found("module.not_active", "The module " + std::string(id) + " is not active.")
                    .with("module", id));
  return modules::load_demo(runtime_, library_, *module, registry->catalog(), caller);
}

}  // namespace opsflux::modules
