#include "host/services/privacy/person_fields.hpp"

namespace opsflux::privacy {
namespace {

using entities::Field;
using entities::FieldType;

bool names_people(const Field& field) {
  return (field.type == FieldType::kUser || field.type == FieldType::kReference) &&
         field.to == entities::kPeopleEntity;
}

bool is_marked(const Field& field) { return field.personal != entities::Personal::kNo; }

}  // namespace

std::string own_records(const entities::EntityEntry& entity, std::string_view user_id) {
  const entities::Definition& definition = *entity.definition;
  if (definition.module == "identity") return "";
  const std::string is_he = " == \"" + std::string(user_id) + "\"";
  std::string out = "created_by" + is_he;
  if (!definition.owner.empty() && definition.owner != "created_by") out += " || " + definition.owner + is_he;
  for (const Field& field : definition.fields)
    if (is_marked(field) && names_people(field) && field.name != definition.owner)
      out += " || " + field.name + is_he;
  return out;
}

Recognition recognition(const entities::EntityEntry& entity) {
  Recognition out;
  if (entity.definition->module == "identity") return out;
  for (const Field& field : entity.definition->fields) {
    if (!is_marked(field)) continue;
    if (names_people(field)) out.named.push_back(field.name);
    if (field.type == FieldType::kEmail) out.addressed.push_back(field.name);
  }
  return out;
}

std::vector<std::size_t> marked_fields(const entities::EntityEntry& entity) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < entity.definition->fields.size(); ++i) {
    const Field& field = entity.definition->fields[i];
    if (is_marked(field) && !field.computed && !field.rollup) out.push_back(i);
  }
  return out;
}

}  // namespace opsflux::privacy
