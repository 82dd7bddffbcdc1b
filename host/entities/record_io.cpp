#include "host/entities/record_io.hpp"

namespace opsflux::entities {
namespace {

bool stores_json(const Field& field) { return field.type == FieldType::kTags || field.type == FieldType::kJson; }

void write_text_or_null(JsonWriter& json, std::string_view text) {
  if (text.empty()) json.null();
  else json.string(text);
}

}  // namespace

store::Value bind_value(const Field& field, const FieldValue& value, store::Dialect dialect) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (field.type == FieldType::kDecimal && dialect == store::Dialect::kSqlite)
      if (const auto scaled = decimal_to_scaled(*text, field.precision, field.scale)) return *scaled;
    return std::string_view(*text);
  }
  return store::kNull;
}

FieldValue read_value(const Field& field, const store::Row& row, int column, store::Dialect dialect) {
  if (row.is_null(column)) return {};
  switch (field.type) {
    case FieldType::kInteger: return row.i64(column);
    case FieldType::kBoolean: return row.boolean(column);
    case FieldType::kDecimal:
      if (dialect == store::Dialect::kSqlite) return scaled_to_decimal(row.i64(column), field.scale);
      return row.string(column);
    default: return row.string(column);
  }
}

void write_column(JsonWriter& out, const Field& field, const store::Row& row, int column, store::Dialect dialect) {
  if (row.is_null(column)) {
    out.null();
    return;
  }
  switch (field.type) {
    case FieldType::kInteger: out.number(row.i64(column)); return;
    case FieldType::kBoolean: out.boolean(row.boolean(column)); return;
    case FieldType::kDecimal:
      if (dialect == store::Dialect::kSqlite) out.string(scaled_to_decimal(row.i64(column), field.scale));
      else out.string(row.text(column));
      return;
    default:
      if (stores_json(field)) out.raw(row.text(column));
      else out.string(row.text(column));
  }
}

Record read_record(const EntityEntry& entity, const store::Row& row, store::Dialect dialect) {
  Record record;
  record.id = row.string(0);
  record.version = row.i64(1);
  record.created_at = row.string(2);
  record.created_by = row.string(3);
  record.updated_at = row.string(4);
  record.updated_by = row.string(5);
  record.deleted_at = row.string(6);
  const auto& fields = entity.definition->fields;
  record.values.reserve(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) record.values.push_back(read_value(fields[i], row, static_cast<int>(kSystemFields + i), dialect));
  return record;
}

void write_record(std::string& out, const EntityEntry& entity, const Record& record) {
  JsonWriter json(out);
  json.begin_object().key("id").string(record.id);
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    json.key(entity.definition->fields[i].name);
    write_value(json, entity.definition->fields[i], record.values[i]);
  }
  json.key("version").number(record.version).key("created_at").string(record.created_at).key("created_by");
  write_text_or_null(json, record.created_by);
  json.key("updated_at").string(record.updated_at).key("updated_by");
  write_text_or_null(json, record.updated_by);
  json.key("deleted_at");
  write_text_or_null(json, record.deleted_at);
  json.end_object();
}

void write_row(JsonWriter& json, const EntityEntry& entity, const store::Row& row, store::Dialect dialect,
               const std::vector<std::size_t>& fields, const std::vector<std::size_t>& label_fields) {
  const auto& definitions = entity.definition->fields;
  json.begin_object().key("id").string(row.text(0));
  for (const std::size_t index : fields) {
    json.key(definitions[index].name);
    write_column(json, definitions[index], row, static_cast<int>(kSystemFields + index), dialect);
  }
  json.key("version").number(row.i64(1));
  for (int i = 2; i < static_cast<int>(kSystemFields); ++i) {
    json.key(kSystemColumns[i]);
    write_text_or_null(json, row.text(i));
  }
  if (!label_fields.empty()) {
    json.key("_labels").begin_object();
    for (std::size_t i = 0; i < label_fields.size(); ++i) {
      const int column = static_cast<int>(kSystemFields + definitions.size() + i);
      if (row.is_null(column)) continue;
      json.key(definitions[label_fields[i]].name).string(row.text(column));
    }
    json.end_object();
  }
  json.end_object();
}

}  // namespace opsflux::entities
