// Which records are about a person, by what definitions say. Internal to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/entities/catalog.hpp"

namespace opsflux::privacy {

// The filter for records that are the person's own: he made them, owns them, or a field that is marked as
// personal names him. Empty: the entity has none. Records of identity are accounts, also those of others.
std::string own_records(const entities::EntityEntry& entity, std::string_view user_id);

// How a record is known to be the person: a field that is marked as personal and names him or has his
// address. Only then what else is marked in it is about him, and not about a customer of his.
struct Recognition {
  std::vector<std::string> named, addressed;  // columns
  bool empty() const { return named.empty() && addressed.empty(); }
};
Recognition recognition(const entities::EntityEntry& entity);

// Marked fields that an erasure can take a value from.
std::vector<std::size_t> marked_fields(const entities::EntityEntry& entity);

}  // namespace opsflux::privacy
