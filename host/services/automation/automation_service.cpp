#include "host/services/automation/automation_service.hpp"

#include <nlohmann/json.hpp>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/entities/record_io.hpp"
#include "host/http/exchange.hpp"
#include "host/services/automation/script_records.hpp"

namespace opsflux::automation_service {
namespace {

opf_str text_of(const std::string& text) { return {text.data(), text.size()}; }

// {"entity": …, "action": "updated", "record": {…}, "before": {…} or null}
Json payload_of(const entities::RecordChange& change) {
  return {{"entity", change.entity.definition->name},
          {"action", change.action},
          {"record", entities::to_json(change.entity, change.record)},
          {"before", change.before == nullptr ? Json() : entities::to_json(change.entity, *change.before)}};
}

Json to_json(const automation::TriggerRun& run) {
  return {{"id", run.id},
          {"event_id", run.event_id},
          {"event", run.event},
          {"trigger", run.trigger},
          {"module", run.module},
          {"state", run.state},
          {"attempt", run.attempt},
          {"duration_ms", run.duration_ms},
          {"instructions", run.instructions},
          {"memory_bytes", run.memory_bytes},
          {"error", run.error},
          {"log", run.log},
          {"at", run.at}};
}

}  // namespace

AutomationService::AutomationService(store::Database& database, const Clock& clock, IdSource& ids,
                                     modules::RegistryHolder& registry, modules::Runtime& runtime)
    : database_(database),
      clock_(clock),
      ids_(ids),
      registry_(registry),
      runtime_(runtime),
      outbox_(database, clock, ids),
      runner_(database, clock, ids),
      log_(database),
      scheduler_(database, clock,
                 [this](store::Transaction& transaction, const automation::ScheduledJob& job) {
                   return start_job(transaction, job);
                 }),
      subscriptions_(
          std::make_shared<const automation::Subscriptions>(std::vector<automation::Subscription>())) {}

Result<void> AutomationService::record_changed(store::Transaction& transaction,
                                               const entities::RecordChange& change) {
  const auto current = subscriptions();
  const std::string name = change.entity.definition->name + "." + std::string(change.action);
  if (current->listening_to(name).empty()) return {};
  automation::Event event{name, change.entity.definition->name + "/" + change.record.id, payload_of(change),
                          change.caller};
  TRY(outbox_.enqueue(transaction, *current, event));
  return {};
}

Result<std::string> AutomationService::emit(store::Transaction& transaction, const Caller& caller,
                                            const modules::EmittedEvent& emitted) {
  TRY_ASSIGN(payload, parse_json(emitted.payload));
  const std::string id = ids_.next();
  payload["event_id"] = id;
  TRY(outbox_.enqueue(transaction, *subscriptions(),
                      {emitted.name, "", std::move(payload), caller, emitted.not_before_ns}));
  return id;
}

// The registry of now, kept as long as the delivery runs: an upgrade that waits for what runs waits for it. A
// delivery that begins once its module is held would meet half-changed tables, and is tried again.
Result<std::shared_ptr<const modules::Registry>> AutomationService::registry_for(
    const std::string& module) const {
  auto registry = registry_.current();
  if (registry->holds(module))
    return fail(Error::unavailable("module.held", "The module " + module + " is being upgraded. Try again.")
                    .with("module", module));
  return registry;
}

Result<void> AutomationService::run_trigger(const automation::Trigger& trigger,
                                            const automation::Delivery& delivery) {
  TRY_ASSIGN(registry, registry_for(trigger.module));
  ScriptRecords records(runtime_, registry, trigger.module, delivery.actor,
                        "trigger:" + trigger.module + "/" + trigger.script.name());
  return runner_.run(trigger, delivery, records);
}

void AutomationService::add_module(const std::shared_ptr<const modules::ActiveModule>& module,
                                   std::vector<automation::Subscription>& out) {
  const package::Manifest& manifest = *module->manifest;
  for (const modules::TriggerScript& trigger : module->triggers) {
    auto script = automation::Script::compile(trigger.source, trigger.file);
    if (!script) {  // was compiled when the package was checked
      log::error("trigger.not_compiled", script.error());
      continue;
    }
    const automation::Trigger ready{manifest.id, *script};
    for (const std::string& event : trigger.on)
      out.push_back(
          {manifest.id + ":" + trigger.file, event,
           [this, ready](const automation::Delivery& delivery) { return run_trigger(ready, delivery); }});
  }
  for (const auto& subscription : manifest.subscriptions)
    out.push_back({manifest.id + ":" + subscription.function, subscription.event,
                   [this, module,
                    function = subscription.function](const automation::Delivery& delivery) -> Result<void> {
                     TRY_ASSIGN(registry, registry_for(module->manifest->id));
                     const std::string payload = opsflux::to_text(delivery.payload);
                     const opf_event event{sizeof(opf_event), static_cast<std::uint32_t>(delivery.attempt),
                                           text_of(delivery.id), text_of(delivery.event), text_of(payload)};
                     return module->generation->call_event(function, delivery.actor, event);
                   }});
  for (const auto& job : manifest.jobs)
    out.push_back(
        {manifest.id + ":job:" + job.id, "job:" + manifest.id + "." + job.id,
         [this, module, function = job.function](const automation::Delivery& delivery) -> Result<void> {
           TRY_ASSIGN(registry, registry_for(module->manifest->id));
           const std::string payload = opsflux::to_text(delivery.payload);
           const opf_job run{sizeof(opf_job), static_cast<std::uint32_t>(delivery.attempt),
                             text_of(delivery.id), text_of(payload)};
           return module->generation->call_job(function, delivery.actor, run);
         }});
}

// A job runs for the system; its payload says that the time came and nobody asked for it.
Result<void> AutomationService::start_job(store::Transaction& transaction,
                                          const automation::ScheduledJob& job) {
  Caller system;
  system.system = true;
  system.name = "system";
  system.via = "module:" + job.module;
  TRY(emit(transaction, system, {"job:" + job.id, R"({"scheduled": true})"}));
  return {};
}

Result<void> AutomationService::prune(UtcNs deliveries_before, UtcNs runs_before) {
  TRY(outbox_.prune(deliveries_before));
  TRY(log_.prune(runs_before));
  return {};
}

// What a held module waits for is stored as ever and delivered once it is let go.
void AutomationService::registry_changed(const modules::Registry& registry) {
  std::vector<automation::Subscription> all, deliverable;
  std::vector<automation::ScheduledJob> jobs;
  for (const auto& module : registry.modules()) {
    add_module(module, all);
    if (!registry.holds(module->manifest->id)) add_module(module, deliverable);
    for (const auto& job : module->manifest->jobs)
      if (job.every) jobs.push_back({module->manifest->id + "." + job.id, module->manifest->id, *job.every});
  }
  subscriptions_ = std::make_shared<const automation::Subscriptions>(std::move(all));
  deliverable_ = std::make_shared<const automation::Subscriptions>(std::move(deliverable));
  if (dispatcher_) dispatcher_->wake();
  scheduler_.set(std::move(jobs));
}

void AutomationService::start(std::function<void(Caller&)> judge) {
  automation::DispatcherOptions options;
  options.judge = std::move(judge);
  dispatcher_ = std::make_unique<automation::Dispatcher>(
      database_, outbox_, clock_, [this] { return deliverable_.load(); }, std::move(options));
  scheduler_.start();
}

void AutomationService::stop() {
  scheduler_.stop();
  if (dispatcher_) dispatcher_->stop();
  subscriptions_ = std::make_shared<const automation::Subscriptions>(std::vector<automation::Subscription>());
  deliverable_ = subscriptions_.load();
}

std::vector<http::Route> AutomationService::routes() {
  const auto runs = [this](http::Exchange exchange) {
    const auto limit = parse_int(exchange.request().query("limit").value_or("50"));
    if (!limit || *limit < 1 || *limit > 500)
      return void(exchange.fail(
          Error::malformed("entity.bad_parameter", "The parameter limit must be a number from 1 to 500.")
              .at("limit")
              .with("name", "limit")
              .with("expected", "1-500")));
    auto found = log_.list(exchange.request().query("module").value_or(""), static_cast<std::size_t>(*limit));
    if (!found) return void(exchange.fail(found.error()));
    Json data = Json::array();
    for (const auto& run : *found) data.push_back(to_json(run));
    exchange.respond(http::Response::json(200, opsflux::to_text({{"data", std::move(data)}})));
  };
  const auto dead = [this](http::Exchange exchange) {
    auto found = outbox_.dead(200);
    if (!found) return void(exchange.fail(found.error()));
    Json data = Json::array();
    for (const auto& row : *found)
      data.push_back({{"id", row.id},
                      {"event", row.event},
                      {"subscriber", row.subscriber},
                      {"attempts", row.attempts},
                      {"error", row.last_error},
                      {"created_at", row.created_at}});
    exchange.respond(http::Response::json(200, opsflux::to_text({{"data", std::move(data)}})));
  };
  const auto replay = [this](http::Exchange exchange) {
    if (auto replayed = outbox_.replay(exchange.request().param("id")); !replayed)
      return void(exchange.fail(replayed.error()));
    exchange.respond(http::Response::no_content());
  };
  const auto access = http::Access::permit("modules.manage");
  std::vector<http::Route> out;
  out.push_back({http::Method::kGet, "/api/v1/triggers/runs", access, http::Run::kPooled, {}, runs});
  out.push_back({http::Method::kGet, "/api/v1/triggers/dead", access, http::Run::kPooled, {}, dead});
  out.push_back(
      {http::Method::kPost, "/api/v1/triggers/dead/{id}/replay", access, http::Run::kPooled, {}, replay});
  return out;
}

}  // namespace opsflux::automation_service
