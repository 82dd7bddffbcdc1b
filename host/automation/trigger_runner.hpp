// Runs a module's Lua trigger for one delivery and logs the run.
#pragma once

#include "host/automation/event.hpp"
#include "host/automation/sandbox.hpp"
#include "host/automation/trigger_log.hpp"

namespace opsflux::automation {

struct Trigger {
  std::string module;  // "tiers"
  Script script;
};

// Safe from any thread.
class TriggerRunner {
 public:
  TriggerRunner(store::Database& database, const Clock& clock, IdSource& ids, SandboxLimits limits = {});

  // Calls the function of the script that is named after the event: "company.created" for the module's own
  // "tiers.company.created", the full name for events of others. The function gets the members of the payload
  // and
  //   id, event_id, name, attempt, at, actor = { id, name }
  // `id` is the same when a delivery is repeated. The run is logged, in a transaction of its own. An error of
  // the script is returned, so that the dispatcher tries again.
  Result<void> run(const Trigger& trigger, const Delivery& delivery, ScriptHost& host);

 private:
  TriggerRun describe_run(const Trigger& trigger, const Delivery& delivery, const ScriptRun& run);

  store::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
  const Sandbox sandbox_;
};

}  // namespace opsflux::automation
