#include "host/cli/commands.hpp"

#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/base/version.hpp"
#include "host/cli/application.hpp"
#include "host/cli/call.hpp"
#include "host/modules/probe.hpp"
#include "host/services/identity/identity.hpp"

namespace opsflux::cli {
namespace {

constexpr std::string_view kHelp = R"(opsflux - a server for industrial operations that grows by modules

  opsflux serve                                    serve until told to stop
  opsflux module plan <file.zip>                   check a package and print what installing it would do
  opsflux module install <file.zip> [--accept-risks]
  opsflux module upgrade <file.zip> [--accept-risks]
  opsflux module list
  opsflux module demo <id>                         load the module's demo data
  opsflux module activate|deactivate|rollback <id>
  opsflux module uninstall <id> [--purge]          keeps the data unless told to purge
  opsflux trust list                               the keys whose packages are taken
  opsflux trust add <file>                         enrol a key, take over a rotation or a revocation list
  opsflux user factors-off <e-mail>                let somebody in by the password alone who lost the second factor
  opsflux key check                                whether every secret opens, and by which key
  opsflux key rotate [--to-file|--to-env]          replace the master key, in its file or as a variable
  opsflux key rotate --data-keys                   a new key for secrets; seals them anew
  opsflux key lost                                 begin with new keys when the master key is lost for good
  opsflux migrate                                  bring the database up to this version
  opsflux audit verify                             check the audit trail's chain
  opsflux audit sign                               vouch for the trail as it is, after a finding or a lost key
  opsflux doctor                                   look for what is wrong with this instance
  opsflux config                                   print the configuration and where each value comes from
  opsflux version

Commands other than serve work on the data folder while no server runs on it. With --json they print JSON.
Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 the audit trail is broken.

Options, each also a key of the configuration file and a variable:

)";

Json problem(const Error& error) {
  Json out = {{"code", error.code}, {"detail", error.message}};
  if (!error.field.empty()) out["field"] = error.field;
  for (const Error& cause : error.causes) out["errors"].push_back(problem(cause));
  return out;
}

}  // namespace

int refuse(const Call& call, const Error& error, int code) {
  if (call.json)
    std::cout << to_text({{"ok", false}, {"error", problem(error)}}) << "\n";
  else
    std::cerr << "opsflux: " << describe(error) << "\n";
  return code;
}

int answer(const Call& call, const Json& document, const std::string& text) {
  if (call.json)
    std::cout << to_text(document) << "\n";
  else
    std::cout << text << "\n";
  return kDone;
}

Caller operator_caller() {
  Caller caller;
  caller.system = true;
  caller.via = "cli";
  return caller;
}

namespace {

// --- serve ---

int serve(const Call& call) {
  // Blocked before any thread is made, so that only the wait below gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  auto application = Application::open(call.config, Application::Purpose::kServe);
  if (!application) return refuse(call, application.error());
  auto setup = (*application)->serve();
  if (!setup) return refuse(call, setup.error());
  std::cout << "OpsFlux " << kVersion << " serves at " << (*application)->address() << "\n";
  if (!setup->empty()) std::cout << "Set up the first administrator at " << *setup << "\n";
  std::cout.flush();
  log::info("server.started",
            {{"address", (*application)->address()},
             {"database", (*application)->database().embedded() ? "sqlite" : "postgresql"}});
  int signal = 0;
  sigwait(&signals, &signal);
  log::info("server.stopping", {{"signal", signal}});
  (*application)->stop();
  log::info("server.stopped");
  return kDone;
}

// --- trust ---

int trust_list(const Call& call, const package::TrustStore& trust) {
  Json data = Json::array();
  std::string text;
  for (const package::TrustedKey& key : trust.keys()) {
    data.push_back({{"id", key.id},
                    {"name", key.name},
                    {"level", package::to_string(key.level)},
                    {"publisher", key.publisher},
                    {"since", key.since},
                    {"replaced_by", key.replaced_by}});
    text += (text.empty() ? "" : "\n") + key.id.substr(0, 16) + " " +
            std::string(package::to_string(key.level)) + " " + key.name +
            (key.replaced_by.empty() ? "" : " (replaced)");
  }
  return answer(call, {{"data", data}, {"revocations_version", trust.revocations_version()}},
                text.empty() ? "no key is trusted" : text);
}

// What a file is shows in its content: a key, or an envelope with a rotation or a revocation list.
Result<std::string> trust_take(package::TrustStore& trust, const std::string& bytes) {
  if (auto key = package::parse_key(bytes)) {
    TRY(trust.enrol(*key));
    return "the key \"" + key->name + "\" is trusted as " + std::string(package::to_string(key->level));
  }
  if (auto rotated = trust.rotate(bytes))
    return "the key \"" + rotated->name + "\" takes the place of the one before it";
  else if (rotated.error().code != "envelope.wrong_type" && rotated.error().code != "envelope.malformed")
    return fail(std::move(rotated.error()));
  TRY(trust.import_revocations(bytes));
  return "revocation list " + std::to_string(trust.revocations_version()) + " is in force";
}

int trust_command(const Call& call) {
  const auto& words = call.words;
  const bool list = words.size() == 2 && words[1] == "list";
  if (!list && !(words.size() == 3 && words[1] == "add")) {
    std::cerr << "opsflux: usage: opsflux trust list, opsflux trust add <file>\n";
    return kUsage;
  }
  if (auto made = make_folders(call.config.trusted_keys); !made) return refuse(call, made.error());
  auto trust = package::TrustStore::open(call.config.trusted_keys);
  if (!trust) return refuse(call, trust.error());
  if (list) return trust_list(call, *trust);
  auto bytes = read_file(words[2], 4 << 20);
  if (!bytes) return refuse(call, bytes.error());
  auto done = trust_take(*trust, *bytes);
  if (!done) return refuse(call, done.error());
  return answer(call, {{"ok", true}, {"text", *done}}, *done);
}

// --- others ---

std::string verdict_text(const entities::Audit::Verdict& verdict) {
  const std::string removed = verdict.removed == 0 ? ""
                                                   : "; " + std::to_string(verdict.removed) +
                                                         " older ones were removed at their time";
  if (verdict.intact)
    return "the chain of " + std::to_string(verdict.sealed) + " rows is intact; " +
           std::to_string(verdict.unsealed) + " wait to be sealed" + removed;
  if (verdict.reason == "tail_removed")
    return "tail removed: the newest rows are missing, from row " + std::to_string(verdict.broken_seq) +
           " on";
  if (verdict.broken_seq == 0)
    return "the mark that vouches for the chain does not hold (" + verdict.reason + ")";
  return "the chain is broken at row " + std::to_string(verdict.broken_seq) + " (" + verdict.reason +
         (verdict.broken_id.empty() ? "" : ", id " + verdict.broken_id) + ")";
}

int audit_verify(const Call& call) {
  auto application = Application::open(call.config);
  if (!application) return refuse(call, application.error());
  auto found = (*application)->audit().verify((*application)->database());
  if (!found) return refuse(call, found.error());
  const entities::Audit::Verdict& verdict = *found;
  const Json document = {
      {"intact", verdict.intact},       {"sealed", verdict.sealed},
      {"unsealed", verdict.unsealed},   {"broken_at", verdict.intact ? Json() : Json(verdict.broken_seq)},
      {"broken_id", verdict.broken_id}, {"reason", verdict.reason},
      {"removed", verdict.removed}};
  answer(call, document, verdict_text(verdict));
  return verdict.intact ? kDone : kBroken;
}

// What verify said before is noted in the trail, so that a finding is not lost with it.
int audit_sign(const Call& call) {
  auto application = Application::open(call.config);
  if (!application) return refuse(call, application.error());
  auto found = (*application)->audit().verify((*application)->database());
  if (!found) return refuse(call, found.error());
  Caller caller;
  caller.system = true;
  auto signed_anew = (*application)->database().write_now([&](store::Transaction& transaction) {
    return (*application)->audit().sign_anew(transaction, caller, verdict_text(*found));
  });
  if (!signed_anew) return refuse(call, signed_anew.error());
  return answer(call, {{"ok", true}, {"before", verdict_text(*found)}},
                "the audit trail is vouched for as it is; before: " + verdict_text(*found));
}

int doctor(const Call& call) {
  Json checks = Json::array();
  bool ok = true;
  const auto note = [&](const std::string& what, const Result<void>& result) {
    ok = ok && result.has_value();
    checks.push_back({{"check", what},
                      {"ok", result.has_value()},
                      {"detail", result ? Json() : Json(result.error().message)}});
  };
  auto application = Application::open(call.config);
  note("the instance opens: folders, database, schema, active modules",
       application ? Result<void>() : Result<void>(fail(application.error())));
  if (application) {
    note("the database is undamaged", (*application)->database().check());
    note("every file has its content", (*application)->check_files());
    for (const auto& [module, error] : (*application)->installer().failed())
      note("the module " + module + " loads", fail(error));
    std::error_code ec;
    const auto space = std::filesystem::space(call.config.data, ec);
    note("1 GiB or more is free in the data folder",
         !ec && space.available >= (1ull << 30)
             ? Result<void>()
             : Result<void>(fail(Error::unavailable("doctor.low_disk", "Less than 1 GiB is free."))));
  }
  std::string text;
  for (const Json& check : checks)
    text += (text.empty() ? "" : "\n") + std::string(check["ok"].get<bool>() ? "ok      " : "WRONG   ") +
            check["check"].get<std::string>() +
            (check["detail"].is_string() ? ": " + check["detail"].get<std::string>() : "");
  answer(call, {{"ok", ok}, {"checks", checks}}, text);
  return ok ? kDone : kFailed;
}

// The way back in for the only administrator.
int factors_off(const Call& call) {
  auto application = Application::open(call.config);
  if (!application) return refuse(call, application.error());
  auto removed = (*application)->identity().remove_factors(call.words[2]);
  if (!removed) return refuse(call, removed.error());
  return answer(
      call, {{"ok", true}, {"removed", *removed}},
      *removed == 0 ? "there was no second factor" : "second factors removed: " + std::to_string(*removed));
}

int migrate(const Call& call) {
  auto application = Application::open(call.config);
  if (!application) return refuse(call, application.error());
  return answer(call, {{"ok", true}}, "the database is at this version");
}

int probe() {
  std::string request((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  // The report goes to a descriptor of its own, so that what a module prints does not get into it.
  const int report = ::dup(1);
  ::dup2(2, 1);
  return modules::probe_main(request, report);
}

int dispatch(const Call& call) {
  const std::string verb = call.words.empty() ? "serve" : call.words.front();
  if (verb == "serve") return serve(call);
  if (verb == "module") return module_command(call);
  if (verb == "trust") return trust_command(call);
  if (verb == "migrate") return migrate(call);
  if (verb == "audit" && call.words.size() == 2 && call.words[1] == "verify") return audit_verify(call);
  if (verb == "audit" && call.words.size() == 2 && call.words[1] == "sign") return audit_sign(call);
  if (verb == "user" && call.words.size() == 3 && call.words[1] == "factors-off") return factors_off(call);
  if (verb == "key") return key_command(call);
  if (verb == "doctor") return doctor(call);
  if (verb == "config")
    return answer(call, {{"text", describe_config(call.config)}}, describe_config(call.config));
  std::cerr << "opsflux: there is no command \"" << join(call.words, " ") << "\"; see opsflux --help\n";
  return kUsage;
}

std::vector<ConfigSetting> environment() {
  std::vector<ConfigSetting> out = process_environment();
#ifdef OPSFLUX_FAULT_POINTS
  std::erase_if(out, [](const ConfigSetting& setting) {
    return setting.first == "OPSFLUX_FAULT_AT";
  });  // fault_point.hpp reads it
#endif
  return out;
}

}  // namespace

int run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments.front() == "probe") return probe();
  for (const std::string& argument : arguments)
    if (argument == "--help" || argument == "-h" || argument == "help") {
      std::cout << kHelp << config_help();
      return kDone;
    }
  if (!arguments.empty() && (arguments.front() == "version" || arguments.front() == "--version")) {
    std::cout << kVersion << "\n";
    return kDone;
  }
  Call call;
  auto parsed = parse_arguments(
      arguments, {{"json"}, {"purge"}, {"accept-risks"}, {"data-keys"}, {"to-file"}, {"to-env"}});
  if (!parsed) return refuse(call, parsed.error(), kUsage);
  call.words = parsed->words;
  call.json = parsed->own.contains("json");
  call.purge = parsed->own.contains("purge");
  call.accept_risks = parsed->own.contains("accept-risks");
  call.data = parsed->own.contains("data-keys");
  call.to_file = parsed->own.contains("to-file");
  call.to_env = parsed->own.contains("to-env");
  auto config = load_config({parsed->settings, environment(), "."});
  if (!config) return refuse(call, config.error(), kUsage);
  call.config = std::move(*config);
  log::Options options = call.config.log_options();
  if (call.words.size() > 0 && call.words.front() != "serve")
    options.level = std::max(options.level, log::Level::kWarn);  // commands print results, not events
  if (auto configured = log::configure(options); !configured) return refuse(call, configured.error(), kUsage);
  return dispatch(call);
}

}  // namespace opsflux::cli
