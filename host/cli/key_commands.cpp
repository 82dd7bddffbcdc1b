// opsflux key …: the keys that seal what is stored.
#include <iostream>
#include <nlohmann/json.hpp>

#include "host/cli/application.hpp"
#include "host/cli/call.hpp"
#include "host/modules/fault_point.hpp"
#include "host/store/key_ring.hpp"

namespace opsflux::cli {
namespace {

// Every column with texts that the key ring's secrets() sealed. Not what half-done log-ins hold for ten
// minutes: they begin again.
std::vector<store::SealedColumn> sealed_columns() {
  return {{"core_module_setting", "value", {"module", "name"}, "setting:{module}.{name}", true},
          {"core_setting_change", "old_value", {"id"}, "setting:{module}.{name}", true},
          {"core_setting_change", "new_value", {"id"}, "setting:{module}.{name}", true},
          {"identity_factor", "sealed", {"id"}, "factor:{id}"},
          {"mail_message", "sealed", {"id"}, "mail:{id}"}};
}

store::KeyWork work(Application& application, const std::string& action) {
  store::KeyWork out;
  out.note = [&application, action](store::Transaction& transaction) {
    return application.audit().write(transaction, operator_caller(), {action, "key"});
  };
  out.step = [](const char* name) -> Result<void> {
    fault_point(name);
    return {};
  };
  return out;
}

int rotate_master(const Call& call, Application& application) {
  const bool to_env = call.to_env || (!call.to_file && !call.config.master_key.empty());
  std::string shown;
  const auto show = [&](const std::string& key) {
    shown = key;
    if (!call.json) std::cout << "OPSFLUX_MASTER_KEY=" << key << std::endl;
  };
  auto done = application.keys().rotate_master(
      to_env ? store::KeyRing::Target::kEnvironment : store::KeyRing::Target::kFile, show,
      work(application, "keys.master_rotated"));
  if (!done) return refuse(call, done.error());
  Json document = {{"ok", true}};
  if (to_env) document["master_key"] = shown;
  return answer(call, document,
                to_env ? "the master key was replaced: start the server with the variable above, and keep it "
                         "with the backups"
                       : "the master key was replaced; save " + call.config.master_key_file.string() +
                             " with the next backup, the one before opens older backups only");
}

int rotate_data(const Call& call, Application& application) {
  auto done = application.keys().rotate_secrets(sealed_columns(), work(application, "keys.secrets_rotated"));
  if (!done) return refuse(call, done.error());
  return answer(call,
                {{"ok", true},
                 {"key", done->key},
                 {"sealed", done->texts},
                 {"unreadable", done->unreadable},
                 {"keys_removed", done->keys_removed}},
                std::to_string(done->texts) + " secrets were sealed with the new key " + done->key +
                    (done->unreadable == 0 ? ""
                                           : "; " + std::to_string(done->unreadable) +
                                                 " could not be read and were left as they are"));
}

int check(const Call& call, Application& application) {
  auto report = application.keys().check(sealed_columns());
  if (!report) return refuse(call, report.error());
  Json keys = Json::array();
  std::string text;
  for (const store::KeyState& key : report->keys) {
    keys.push_back({{"id", key.id},
                    {"purpose", key.purpose},
                    {"created_at", key.created_at},
                    {"retired_at", key.retired_at.empty() ? Json() : Json(key.retired_at)},
                    {"sealed", key.texts}});
    text += key.id + " for " + key.purpose + ", since " + key.created_at +
            (key.retired_at.empty() ? "" : ", retired") +
            (key.purpose == "secrets" ? ", sealed " + std::to_string(key.texts) : "") + "\n";
  }
  text += std::to_string(report->texts) + " secrets, " +
          (report->unreadable == 0 ? "all readable" : std::to_string(report->unreadable) + " unreadable");
  answer(call,
         {{"ok", report->unreadable == 0},
          {"keys", keys},
          {"secrets", report->texts},
          {"unreadable", report->unreadable}},
         text);
  return report->unreadable == 0 ? kDone : kFailed;
}

}  // namespace

int key_command(const Call& call) {
  const std::string verb = call.words.size() == 2 ? call.words[1] : "";
  if ((verb != "rotate" && verb != "check" && verb != "lost") || (call.to_file && call.to_env) ||
      (call.data && (call.to_file || call.to_env))) {
    std::cerr << "opsflux: usage: opsflux key check, opsflux key rotate [--to-file|--to-env], "
                 "opsflux key rotate --data-keys, opsflux key lost\n";
    return kUsage;
  }
  using Purpose = Application::Purpose;
  auto opened = Application::open(call.config, verb == "lost"    ? Purpose::kLostKey
                                               : verb == "check" ? Purpose::kCommand
                                                                 : Purpose::kKeys);
  if (!opened) return refuse(call, opened.error());
  if (verb == "check") return check(call, **opened);
  if (verb == "rotate") return call.data ? rotate_data(call, **opened) : rotate_master(call, **opened);
  return answer(call, {{"ok", true}},
                "new keys were made; set the secrets anew, and run opsflux audit verify, then "
                "opsflux audit sign");
}

}  // namespace opsflux::cli
