// Tells open browsers of changes to records.
#pragma once

#include "host/entities/catalog.hpp"
#include "host/services/live/live_hub.hpp"

namespace opsflux::live {

struct RecordEvent {
  std::string_view entity, id, action;
};

// After the commit of the change. Who may see every record of the entity is told of it; who may see some
// records only is told that there may be something new, not of which record.
void publish_record(LiveHub& hub, const entities::Catalog& catalog, const RecordEvent& event);

}  // namespace opsflux::live
