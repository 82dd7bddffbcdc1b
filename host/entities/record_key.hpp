// A record found by what it says, not by its identifier.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/entities/catalog.hpp"

namespace opsflux::entities {

// Fields of the entity, by index, with a value each.
using RecordKey = std::vector<std::pair<std::size_t, FieldValue>>;

// The identifier of a living record with these values that the caller may see; empty: there is none for him.
Result<std::string> find_by_key(WriteContext& write, const EntityEntry& entity, const RecordKey& key);

}  // namespace opsflux::entities
