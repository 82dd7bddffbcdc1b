// Joins events to what listens to them: triggers, subscribers and jobs of the active modules.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/automation/dispatcher.hpp"
#include "host/automation/scheduler.hpp"
#include "host/automation/trigger_log.hpp"
#include "host/automation/trigger_runner.hpp"
#include "host/modules/registry.hpp"

namespace opsflux::automation_service {

class AutomationService {
 public:
  // All references must outlive this.
  AutomationService(store::Database& database, const Clock& clock, IdSource& ids,
                    modules::RegistryHolder& registry, modules::Runtime& runtime);

  // Stores what durable listeners of the change must be told, in the change's transaction.
  Result<void> record_changed(store::Transaction& transaction, const entities::RecordChange& change);
  // Stores a module's own event or job; gives its id.
  Result<std::string> emit(store::Transaction& transaction, const Caller& caller,
                           const modules::EmittedEvent& event);

  // Makes the subscriptions of a new registry; on the control thread, at each swap.
  void registry_changed(const modules::Registry& registry);

  // Removes what was delivered and which runs were logged before these times. Dead letters stay.
  Result<void> prune(UtcNs deliveries_before, UtcNs runs_before);

  // `judge`: see DispatcherOptions.
  void start(std::function<void(Caller&)> judge);  // begins to deliver; after the first registry
  void stop();                                     // before the database stops

  // GET /api/v1/triggers/runs, and dead letters with their replay.
  std::vector<http::Route> routes();

 private:
  std::shared_ptr<const automation::Subscriptions> subscriptions() const { return subscriptions_.load(); }
  void add_module(const std::shared_ptr<const modules::ActiveModule>& module,
                  std::vector<automation::Subscription>& out);
  Result<void> start_job(store::Transaction& transaction, const automation::ScheduledJob& job);
  Result<std::shared_ptr<const modules::Registry>> registry_for(const std::string& module) const;
  Result<void> run_trigger(const automation::Trigger& trigger, const automation::Delivery& delivery);

  store::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
  modules::RegistryHolder& registry_;
  modules::Runtime& runtime_;
  automation::Outbox outbox_;
  automation::TriggerRunner runner_;
  automation::TriggerLog log_;
  automation::Scheduler scheduler_;
  std::atomic<std::shared_ptr<const automation::Subscriptions>> subscriptions_;  // of all active modules
  std::atomic<std::shared_ptr<const automation::Subscriptions>> deliverable_;  // without those that are held
  std::unique_ptr<automation::Dispatcher> dispatcher_;
};

}  // namespace opsflux::automation_service
