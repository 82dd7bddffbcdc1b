#include "host/cli/audit_wiring.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/cli/call.hpp"
#include "host/store/database.hpp"

namespace opsflux::cli {
namespace {

constexpr int kSealed = 1000;  // rows at once

using Values = std::map<std::string, std::string, std::less<>>;

// What the rows so far say, one after the other.
Result<void> take_over(store::Session& session, Values& known) {
  return session.query(
      "SELECT changes FROM core_audit WHERE action = 'configuration.changed' ORDER BY at, id", {},
      [&](const store::Row& row) {
        if (const auto changes = parse_json(row.text(0)); changes && changes->is_array())
          for (const Json& change : *changes)
            known[get_string_or(change, "field", "")] = get_string_or(change, "after", "");
        return true;
      });
}

// "private OpsFlux 8ce6b6a8f74e7268, …; revocations 3"
std::string trusted(const package::TrustStore& trust) {
  std::vector<std::string> keys;
  for (const package::TrustedKey& key : trust.keys())
    keys.push_back(std::string(package::to_string(key.level)) + " " + key.name + " " + key.id.substr(0, 16) +
                   (key.replaced_by.empty() ? "" : " (replaced)"));
  std::string out = join(keys, ", ");
  if (trust.revocations_version() > 0) out += "; revocations " + std::to_string(trust.revocations_version());
  return out;
}

}  // namespace

identity::AuditSink auth_sink(const entities::Audit& audit) {
  return [&audit](store::Transaction& transaction, const identity::AuthEvent& event) {
    Caller caller;
    caller.user_id = event.by.empty() ? event.user_id : event.by;
    // The address belongs to the account, not to the administrator who acts on it.
    if (event.by.empty() || event.by == event.user_id) caller.name = event.email;
    caller.address = event.address;
    caller.session_id = event.session_id;
    caller.user_agent = event.user_agent;
    if (event.by_operator) {
      caller = operator_caller();
    }
    if (auto written =
            audit.write(transaction, caller,
                        {std::string(event.action), "session", event.user_id, event.changes, event.reason});
        !written)
      log::error("audit.not_written", written.error());
  };
}

Result<bool> seal_round(store::Database& database, const entities::Audit& audit,
                        const audit_service::Alerts* alerts) {
  bool more = false;
  TRY(database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(count, audit.seal(transaction, kSealed));
    more = count == kSealed;
    return {};
  }));
  if (alerts == nullptr) return more;
  TRY(database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(raised, alerts->evaluate(transaction));
    if (raised > 0) log::warn("audit.alert", {{"alerts", raised}});
    return {};
  }));
  return more;
}

Result<void> note_configuration(store::Database& database, const entities::Audit& audit, const Config& config,
                                const package::TrustStore& trust) {
  Caller system;
  system.system = true;
  return database.write_now([&](store::Transaction& transaction) -> Result<void> {
    Values known;
    TRY(take_over(transaction, known));
    Json changes = Json::array();
    std::vector<ShownSetting> settings = shown_config(config);
    settings.push_back({"trusted_keys.content", trusted(trust), ""});
    for (const ShownSetting& setting : settings) {
      const auto before = known.find(setting.key);
      const std::string& was = before == known.end() ? setting.fallback : before->second;
      if (was != setting.value)
        changes.push_back({{"field", setting.key}, {"before", was}, {"after", setting.value}});
    }
    if (changes.empty()) return {};
    return audit.write(transaction, system, {"configuration.changed", "server", "", to_text(changes)});
  });
}

}  // namespace opsflux::cli
