#include "host/services/api_docs/entity_schemas.hpp"

#include <nlohmann/json.hpp>

#include "host/entities/parts.hpp"
#include "host/services/api_docs/schemas.hpp"

namespace opsflux::api_docs {
namespace {

using entities::EntityEntry;
using entities::Field;
using entities::FieldType;

Json nullable(Json schema) {
  if (const auto values = schema.find("enum"); values != schema.end()) values->push_back(nullptr);
  if (const auto type = schema.find("type"); type != schema.end()) *type = {*type, "null"};
  return schema;
}

bool set_by_server(const Field& field) {
  return field.read_only || field.computed != nullptr || field.type == FieldType::kSequence;
}

void describe_field(Json& schema, const Reader& reader, const EntityEntry& entity, const Field& field) {
  const std::string key =
      entity.definition->module + ".entity." + entity.definition->entity + ".field." + field.name + ".";
  if (const std::string* label = reader.texts.find(reader.language, key + "label")) schema["title"] = *label;
  if (const std::string* help = reader.texts.find(reader.language, key + "help"))
    schema["description"] = *help;
  if (field.to.empty()) return;
  const EntityEntry* target = reader.catalog.find(field.to);
  if (target == nullptr || !knows(reader, *target)) schema.erase("x-entity");
}

Json system_properties() {
  Json time = {{"type", "string"}, {"format", "date-time"}, {"readOnly", true}};
  Json person = {{"type", {"string", "null"}}, {"readOnly", true}};
  Json deleted = nullable(time);
  return {{"id", {{"type", "string"}, {"readOnly", true}}},
          {"version", {{"type", "integer"}, {"readOnly", true}}},
          {"created_at", time},
          {"created_by", person},
          {"updated_at", time},
          {"updated_by", person},
          {"deleted_at", deleted},
          {"_labels", {{"type", "object"}, {"readOnly", true}}},
          {"_files",
           {{"type", "object"},
            {"readOnly", true},
            {"additionalProperties",
             {{"oneOf",
               Json::array({schema_ref("File"), {{"type", "array"}, {"items", schema_ref("File")}}})}}}}},
          {"_expanded", {{"type", "object"}, {"readOnly", true}}}};
}

Json example_of(const Field& field) {
  switch (field.type) {
    case FieldType::kInteger:
      return field.min.value_or(1);
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return "1";
    case FieldType::kBoolean:
      return true;
    case FieldType::kDate:
      return "2026-11-21";
    case FieldType::kDatetime:
      return "2026-11-21T07:05:03Z";
    case FieldType::kDuration:
      return "P1D";
    case FieldType::kEnum:
      return field.values.empty() ? Json("") : Json(field.values.front());
    case FieldType::kEmail:
      return "ada@example.org";
    case FieldType::kUrl:
      return "https://example.org";
    case FieldType::kPhone:
      return "+33123456789";
    case FieldType::kCountry:
      return "FR";
    case FieldType::kCurrency:
      return "EUR";
    case FieldType::kColor:
      return "#1e90ff";
    case FieldType::kText:
    case FieldType::kLongText:
    case FieldType::kRichText:
      return "Ada";
    default:
      return nullptr;
  }
}

Json bulk_schema(const std::string& name, const Json& example) {
  Json create = {{"action", "create"}, {"values", example}};
  return {{"type", "object"},
          {"required", {"operations"}},
          {"properties",
           {{"mode", {{"enum", {"all", "each"}}, {"default", "all"}}},
            {"operations",
             {{"type", "array"},
              {"maxItems", 1000},
              {"items",
               {{"type", "object"},
                {"required", Json::array({"action"})},
                {"properties",
                 {{"action", {{"enum", {"create", "update", "upsert", "delete", "restore"}}}},
                  {"id", {{"type", "string"}}},
                  {"version", {{"type", "integer"}}},
                  {"key", {{"type", "object"}}},
                  {"values", schema_ref(name + ".values")}}}}}}}}},
          {"examples", Json::array({{{"mode", "each"}, {"operations", Json::array({std::move(create)})}}})}};
}

}  // namespace

bool knows(const Reader& reader, const EntityEntry& entity, bool writes) {
  // What a definition adds is done by changes, which take the right to edit.
  const std::size_t end = writes ? entities::kExport : entity.permission.size();
  for (std::size_t i = writes ? 1 : 0; i < end; ++i)
    if (reader.catalog.permissions.allows(reader.caller, entity.permission[i])) return true;
  return false;
}

namespace {

// What a write of the whole takes of one part: one that is there by its "id", or the values of a new one.
Json part_values(const Reader& reader, const EntityEntry& part) {
  const entities::FieldAccess& access = part.fields_for(reader.caller);
  const Json id = {{"type", "string"}}, version = {{"type", "integer"}};
  Json properties = {{"id", id}, {"version", version}};
  for (const std::size_t i : access.visible) {
    const Field& field = part.definition->fields[i];
    if (set_by_server(field) || access.locked[i] || i == part.definition->part_of->field) continue;
    Json schema = field_schema(field);
    describe_field(schema, reader, part, field);
    properties[field.name] = nullable(std::move(schema));
  }
  return {{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

Json list_of(Json items) {
  return {{"type", "array"}, {"maxItems", entities::kMaxParts}, {"items", std::move(items)}};
}

}  // namespace

void add_entity_schemas(Json& schemas, const Reader& reader, const EntityEntry& entity) {
  const entities::FieldAccess& access = entity.fields_for(reader.caller);
  const std::string& name = entity.definition->name;
  Json record = system_properties(), values = Json::object(), example = Json::object();
  Json needed = Json::array();
  for (const EntityEntry* part : entity.parts) {
    const std::string& key = part->definition->part_of->name;
    record[key] = list_of(schema_ref(part->definition->name));
    values[key] = list_of(part_values(reader, *part));
  }
  for (const std::size_t i : access.visible) {
    const Field& field = entity.definition->fields[i];
    Json schema = field_schema(field);
    describe_field(schema, reader, entity, field);
    const bool fixed = set_by_server(field) || access.locked[i];
    const bool must = field.required && !fixed && field.default_value.is_null();
    if (!fixed) values[field.name] = field.required ? schema : nullable(schema);
    if (must) {
      needed.push_back(field.name);
      example[field.name] = example_of(field);
    }
    if (fixed) schema["readOnly"] = true;
    record[field.name] = field.required ? std::move(schema) : nullable(std::move(schema));
  }
  schemas[name] = {{"type", "object"},
                   {"title", reader.texts.text(reader.language, entity.definition->module + ".entity." +
                                                                    entity.definition->entity + ".one")},
                   {"required", {"id", "version", "created_at", "updated_at"}},
                   {"properties", std::move(record)}};
  schemas[name + ".list"] = {
      {"type", "object"},
      {"required", {"data", "meta"}},
      {"properties",
       {{"data", {{"type", "array"}, {"items", schema_ref(name)}}}, {"meta", schema_ref("Meta")}}}};
  if (!knows(reader, entity, true)) return;
  Json changed = {{"type", "object"}, {"additionalProperties", false}, {"properties", values}};
  schemas[name + ".new"] = changed;
  if (!needed.empty()) schemas[name + ".new"]["required"] = std::move(needed);
  schemas[name + ".new"]["examples"] = Json::array({example});
  changed["examples"] = Json::array({example});
  schemas[name + ".values"] = std::move(changed);
  schemas[name + ".bulk"] = bulk_schema(name, example);
}

}  // namespace opsflux::api_docs
