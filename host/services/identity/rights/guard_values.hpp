// What guards read of the records that they judge. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "host/entities/catalog.hpp"
#include "host/entities/record_io.hpp"

namespace opsflux::identity {

inline Json value_of(const entities::EntityEntry& entity, const entities::Record& record,
                     std::string_view field) {
  const auto index = entity.definition->find(field);
  return index ? entities::to_json(entity.definition->fields[*index], record.values[*index]) : Json();
}

inline std::string text_of(const entities::EntityEntry& entity, const entities::Record& record,
                           std::string_view field) {
  const Json value = value_of(entity, record, field);
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace opsflux::identity
