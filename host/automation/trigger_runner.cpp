#include "host/automation/trigger_runner.hpp"

#include <nlohmann/json.hpp>

#include "host/base/log.hpp"

namespace opsflux::automation {
namespace {

// "company.created" of "tiers.company.created" for a trigger of tiers that has it.
std::string function_for(const Trigger& trigger, const std::string& event) {
  const std::string own = trigger.module + ".";
  if (event.starts_with(own) && trigger.script.has(event.substr(own.size()))) return event.substr(own.size());
  return event;
}

Json argument_of(const Delivery& delivery) {
  Json argument = delivery.payload;
  argument["id"] = delivery.id;
  argument["event_id"] = delivery.event_id;
  argument["name"] = delivery.event;
  argument["attempt"] = delivery.attempt;
  argument["at"] = delivery.created_at;
  argument["actor"] = {{"id", delivery.actor.user_id}, {"name", delivery.actor.name}};
  return argument;
}

Json error_to_json(const Error& error) {
  Json out = {{"code", error.code}, {"message", error.message}};
  if (!error.field.empty()) out["field"] = error.field;
  for (const auto& [key, value] : error.params)
    if (key == "line" && !value.empty()) out["line"] = value;
  return out;
}

}  // namespace

TriggerRunner::TriggerRunner(store::Database& database, const Clock& clock, IdSource& ids,
                             SandboxLimits limits)
    : database_(database), clock_(clock), ids_(ids), sandbox_(limits) {}

Result<void> TriggerRunner::run(const Trigger& trigger, const Delivery& delivery, ScriptHost& host) {
  const ScriptRun run =
      sandbox_.run(trigger.script, function_for(trigger, delivery.event), argument_of(delivery), host);
  const TriggerRun entry = describe_run(trigger, delivery, run);
  // What the script did stands; a log that cannot be written must not repeat it.
  const auto logged = database_.write_now(
      [&](store::Transaction& transaction) { return TriggerLog::add(transaction, entry); });
  if (!logged) log::error("trigger.log_failed", logged.error());
  if (!run.result) return fail(run.result.error());
  return {};
}

TriggerRun TriggerRunner::describe_run(const Trigger& trigger, const Delivery& delivery,
                                       const ScriptRun& run) {
  TriggerRun out;
  out.id = ids_.next();
  out.event_id = delivery.event_id;
  out.event = delivery.event;
  out.trigger = trigger.script.name();
  out.module = trigger.module;
  out.state = run.result ? "done" : delivery.last_attempt ? "dead" : "failed";
  out.attempt = delivery.attempt;
  out.duration_ms = run.duration.count() / 1000;
  out.instructions = static_cast<std::int64_t>(run.instructions);
  out.memory_bytes = static_cast<std::int64_t>(run.peak_memory_bytes);
  if (!run.result) out.error = error_to_json(run.result.error());
  out.log = Json::array();
  for (const ScriptLogLine& line : run.log) out.log.push_back({{"level", line.level}, {"text", line.text}});
  if (run.dropped_log_lines > 0)
    out.log.push_back(
        {{"level", "warn"}, {"text", "... and " + std::to_string(run.dropped_log_lines) + " more lines"}});
  out.at = format_utc(clock_.now());
  return out;
}

}  // namespace opsflux::automation
