// What the web application is told of an entity: its definition, as far as the caller may know it.
#pragma once

#include "host/base/json.hpp"
#include "host/entities/catalog.hpp"

namespace opsflux::entities {

// The definition's document without fields that the caller may not see and all that names them, with
// "read_only" where he may not set a field, and with "rights": his own actions, in place of the roles'. Null
// where he has none.
Json document_for(const Catalog& catalog, const EntityEntry& entity, const Caller& caller);

}  // namespace opsflux::entities
