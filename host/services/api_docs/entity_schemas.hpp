// The schemas of one entity, as one caller may know it.
#pragma once

#include "host/services/api_docs/document.hpp"

namespace opsflux::api_docs {

// Adds "<entity>" (a record), "<entity>.list", "<entity>.new" (what create takes), "<entity>.values" (what
// update takes) and "<entity>.bulk" to `schemas`.
void add_entity_schemas(Json& schemas, const Reader& reader, const entities::EntityEntry& entity);

// Whether the caller holds any right on the entity; `writes`: one that changes.
bool knows(const Reader& reader, const entities::EntityEntry& entity, bool writes = false);

}  // namespace opsflux::api_docs
