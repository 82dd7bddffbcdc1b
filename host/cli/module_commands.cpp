// opsflux module …: modules without a browser.
#include <iostream>
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/cli/application.hpp"
#include "host/cli/call.hpp"
#include "host/services/modules/present.hpp"

namespace opsflux::cli {
namespace {

std::string plan_text(const Json& plan) {
  std::string out = plan["kind"].get<std::string>() + " " + plan["module"]["id"].get<std::string>() + " " +
                    plan["module"]["version"].get<std::string>() + "\n  signed by " +
                    plan["trust"]["signer"].get<std::string>() + " (" +
                    plan["trust"]["level"].get<std::string>() + ")\n";
  for (const Json& permission : plan["permissions"])
    out += "  permission " + permission["change"].get<std::string>() + " " +
           permission["id"].get<std::string>() + " (" + permission["risk"].get<std::string>() + " risk)\n";
  for (const Json& table : plan["tables"])
    out += "  table " + table["change"].get<std::string>() + " " + table["name"].get<std::string>() + " (" +
           std::to_string(table["columns"].size()) + " columns changed)\n";
  for (const Json& menu : plan["menus"])
    out += "  menu " + menu["change"].get<std::string>() + " " + menu["id"].get<std::string>() + "\n";
  return out + "  plan " + plan["digest"].get<std::string>();
}

// The installer takes the file away, so it works on a copy.
Result<Json> receive(Application& application, const Call& call) {
  const std::filesystem::path copy = call.config.data / "uploads" / (to_hex(random_bytes(8)) + ".zip");
  TRY_ASSIGN(bytes, read_file(call.words[2], static_cast<std::size_t>(call.config.limit_upload)));
  TRY(write_file_atomic(copy, bytes));
  auto plan = application.installer().receive(copy, operator_caller());
  if (!plan) (void)remove_tree(copy);
  return plan;
}

int finish_operation(const Call& call, Application& application, Result<modules::Operation> started) {
  if (!started) return refuse(call, started.error());
  auto ended = application.wait_for(started->id);
  if (!ended) return refuse(call, ended.error());
  const Json document =
      module_admin::present_operation(*ended, *application.texts(), i18n::Language::kEnglish);
  if (ended->state != "done") {
    const std::string why = ended->error.is_object() ? get_string_or(ended->error, "detail", "") : "";
    if (call.json)
      std::cout << to_text(document) << "\n";
    else
      std::cerr << "opsflux: " << ended->kind << " of " << ended->module << " failed at " << ended->stage
                << " and was " << ended->state << ": " << why << "\n";
    return kFailed;
  }
  return answer(call, document, ended->kind + " of " + ended->module + " " + ended->version + ": done");
}

int install(const Call& call, Application& application, bool only_plan) {
  auto plan = receive(application, call);
  if (!plan) return refuse(call, plan.error());
  if (only_plan) return answer(call, *plan, plan_text(*plan));
  std::vector<std::string> accepted;
  for (const Json& risk : (*plan)["accept_required"]) accepted.push_back(risk.get<std::string>());
  if (!accepted.empty() && !call.accept_risks)
    return refuse(call, Error::invalid("module.risk_not_accepted",
                                       "The module asks for permissions of high risk (" +
                                           join(accepted, ", ") + "). Give --accept-risks to grant them."));
  return finish_operation(
      call, application,
      application.installer().approve((*plan)["digest"].get<std::string>(), accepted, operator_caller()));
}

int list(const Call& call, Application& application) {
  std::vector<modules::InstalledModule> installed;
  auto read = application.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, modules::installed_modules(session));
    installed = std::move(found);
    return {};
  });
  if (!read) return refuse(call, read.error());
  Json data = Json::array();
  std::string text;
  for (const auto& module : installed) {
    data.push_back({{"id", module.id},
                    {"version", module.version},
                    {"state", module.state},
                    {"digest", module.digest},
                    {"trust", module.trust},
                    {"signer", module.signer}});
    text += (text.empty() ? "" : "\n") + module.id + " " + module.version + " " + module.state + " (" +
            module.trust + ")";
  }
  return answer(call, {{"data", data}}, text.empty() ? "no modules are installed" : text);
}

}  // namespace

int module_command(const Call& call) {
  const auto& words = call.words;
  const std::string verb = words.size() > 1 ? words[1] : "";
  const bool needs_argument = verb != "list";
  if (words.size() != (needs_argument ? 3u : 2u)) {
    std::cerr
        << "opsflux: usage: opsflux module "
           "plan|install|upgrade|list|activate|deactivate|rollback|uninstall|demo …; see opsflux --help\n";
    return kUsage;
  }
  auto opened = Application::open(call.config);
  if (!opened) return refuse(call, opened.error());
  Application& application = **opened;
  const std::string argument = needs_argument ? words[2] : "";
  const Caller caller = operator_caller();
  if (verb == "plan") return install(call, application, true);
  if (verb == "install" || verb == "upgrade") return install(call, application, false);
  if (verb == "list") return list(call, application);
  if (verb == "activate")
    return finish_operation(call, application, application.installer().activate(argument, caller));
  if (verb == "deactivate")
    return finish_operation(call, application, application.installer().deactivate(argument, caller));
  if (verb == "rollback")
    return finish_operation(call, application, application.installer().roll_back(argument, caller));
  if (verb == "demo") {
    auto count = application.installer().load_demo(argument, caller);
    if (!count) return refuse(call, count.error());
    return answer(call, {{"records", *count}}, std::to_string(*count) + " demo records were made");
  }
  if (verb == "uninstall")
    return finish_operation(call, application,
                            application.installer().uninstall(argument, call.purge, caller));
  std::cerr << "opsflux: there is no command \"module " << verb << "\"\n";
  return kUsage;
}

}  // namespace opsflux::cli
