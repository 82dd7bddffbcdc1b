#include "host/services/live/record_events.hpp"

#include <nlohmann/json.hpp>

#include "host/base/json.hpp"

namespace opsflux::live {

void publish_record(LiveHub& hub, const entities::Catalog& catalog, const RecordEvent& event) {
  if (!hub.anybody()) return;
  const entities::EntityEntry* entry = catalog.find(event.entity);
  if (entry == nullptr) return;
  const auto scope = [&](const Caller& caller) {
    return catalog.permissions.scope(caller, entry->permission[0]);
  };
  hub.publish("record", to_text({{"entity", event.entity}, {"id", event.id}, {"action", event.action}}),
              [&](const Caller& caller) { return scope(caller) == entities::Scope::kAll; });
  hub.publish("record", to_text({{"entity", event.entity}, {"id", nullptr}, {"action", "changed"}}),
              [&](const Caller& caller) {
                return scope(caller).value_or(entities::Scope::kAll) != entities::Scope::kAll;
              });
}

}  // namespace opsflux::live
