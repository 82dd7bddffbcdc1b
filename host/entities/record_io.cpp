#include "host/entities/record_io.hpp"

#include <nlohmann/json.hpp>

#include "host/entities/duration.hpp"

namespace opsflux::entities {
namespace {

void write_text_or_null(JsonWriter& json, std::string_view text) {
  if (text.empty())
    json.null();
  else
    json.string(text);
}

}  // namespace

store::Value bind_value(const Field& field, const FieldValue& value, store::Dialect dialect) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (storage_of(field.type) == Storage::kDecimal && dialect == store::Dialect::kSqlite)
      if (const auto scaled = decimal_to_scaled(*text, field.precision, field.scale)) return *scaled;
    if (field.type == FieldType::kDuration)
      if (const auto microseconds = parse_iso_duration(*text)) return *microseconds;
    return std::string_view(*text);
  }
  return store::kNull;
}

FieldValue read_value(const Field& field, const store::Row& row, int column, store::Dialect dialect) {
  if (row.is_null(column)) return {};
  switch (storage_of(field.type)) {
    case Storage::kInteger:
      return row.i64(column);
    case Storage::kMicroseconds:
      return iso_duration(row.i64(column));
    case Storage::kBoolean:
      return row.boolean(column);
    case Storage::kDecimal:
      if (dialect == store::Dialect::kSqlite) return scaled_to_decimal(row.i64(column), field.scale);
      return row.string(column);
    case Storage::kJson:
      // PostgreSQL writes JSON in a form of its own, and values are compared as texts.
      if (dialect == store::Dialect::kPostgresql)
        if (const auto json = parse_json(row.text(column))) return to_text(*json);
      return row.string(column);
    default:
      return row.string(column);
  }
}

void write_column(JsonWriter& out, const Field& field, const store::Row& row, int column,
                  store::Dialect dialect) {
  if (row.is_null(column)) {
    out.null();
    return;
  }
  switch (storage_of(field.type)) {
    case Storage::kInteger:
      out.number(row.i64(column));
      return;
    case Storage::kMicroseconds:
      out.string(iso_duration(row.i64(column)));
      return;
    case Storage::kBoolean:
      out.boolean(row.boolean(column));
      return;
    case Storage::kDecimal:
      if (dialect == store::Dialect::kSqlite)
        out.string(scaled_to_decimal(row.i64(column), field.scale));
      else
        out.string(row.text(column));
      return;
    case Storage::kJson:
      out.raw(row.text(column));
      return;
    default:
      out.string(row.text(column));
  }
}

Labels visible_labels(const Catalog& catalog, const EntityEntry& entity, const Caller& caller) {
  Labels out;
  out.people = true;
  const FieldAccess& access = entity.fields_for(caller);
  for (const std::size_t index : entity.file_fields)
    if (!access.hidden[index]) out.files.push_back(index);
  for (const std::size_t index : entity.reference_fields) {
    if (access.hidden[index]) continue;
    const EntityEntry& target = *entity.references[index];
    const auto title = target.definition->find(target.definition->title);
    const bool person = entity.definition->fields[index].type == FieldType::kUser;
    const bool seen = catalog.permissions.allows(caller, target.permission[0]) &&
                      !(title && target.fields_for(caller).hidden[*title]);
    if (person || seen) out.fields.push_back(index);
  }
  return out;
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
  for (std::size_t i = 0; i < fields.size(); ++i)
    record.values.push_back(read_value(fields[i], row, static_cast<int>(kSystemFields + i), dialect));
  return record;
}

void write_record(std::string& out, const EntityEntry& entity, const Record& record,
                  const std::vector<std::size_t>& fields) {
  JsonWriter json(out);
  json.begin_object().key("id").string(record.id);
  for (const std::size_t i : fields) {
    json.raw_key(entity.keys[i]);
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

Json to_json(const EntityEntry& entity, const Record& record) {
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  Json out = {{"id", record.id}};
  for (std::size_t i = 0; i < record.values.size(); ++i)
    out[entity.definition->fields[i].name] = to_json(entity.definition->fields[i], record.values[i]);
  out["version"] = record.version;
  out["created_at"] = record.created_at;
  out["created_by"] = text(record.created_by);
  out["updated_at"] = record.updated_at;
  out["updated_by"] = text(record.updated_by);
  out["deleted_at"] = text(record.deleted_at);
  return out;
}

namespace {

// The labels stand after the columns of the record itself.
void write_labels(JsonWriter& json, const EntityEntry& entity, const store::Row& row, const Labels& labels) {
  int column = static_cast<int>(kSystemFields + entity.definition->fields.size());
  const auto label = [&](std::string_view quoted_key) {
    if (!row.is_null(column)) json.raw_key(quoted_key).string(row.text(column));
    ++column;
  };
  json.raw_key("\"_labels\":").begin_object();
  for (const std::size_t index : labels.fields) label(entity.keys[index]);
  if (labels.people && entity.people != nullptr)
    for (const char* key : {"\"created_by\":", "\"updated_by\":"}) label(key);
  json.end_object();
  if (labels.files.empty()) return;
  json.raw_key("\"_files\":").begin_object();
  for (const std::size_t index : labels.files) {
    if (!row.is_null(column)) json.raw_key(entity.keys[index]).raw(row.text(column));
    ++column;
  }
  json.end_object();
}

constexpr std::string_view kSystemKeys[kSystemFields] = {
    "\"id\":",         "\"version\":",    "\"created_at\":", "\"created_by\":",
    "\"updated_at\":", "\"updated_by\":", "\"deleted_at\":"};

// The members of a record whose columns begin at `first`.
void write_members(JsonWriter& json, const EntityEntry& entity, const store::Row& row, std::size_t first,
                   store::Dialect dialect, const std::vector<std::size_t>& fields) {
  const int base = static_cast<int>(first);
  json.raw_key(kSystemKeys[0]).string(row.text(base));
  for (const std::size_t index : fields) {
    json.raw_key(entity.keys[index]);
    write_column(json, entity.definition->fields[index], row, base + static_cast<int>(kSystemFields + index),
                 dialect);
  }
  json.raw_key(kSystemKeys[1]).number(row.i64(base + 1));
  for (int i = 2; i < static_cast<int>(kSystemFields); ++i) {
    json.raw_key(kSystemKeys[i]);
    write_text_or_null(json, row.text(base + i));
  }
}

void write_expansions(JsonWriter& json, const store::Row& row, store::Dialect dialect,
                      const std::vector<Expansion>& expansions) {
  json.raw_key("\"_expanded\":").begin_object();
  for (const Expansion& expansion : expansions) {
    json.key(expansion.path);
    if (row.is_null(static_cast<int>(expansion.first_column))) {
      json.null();
      continue;
    }
    json.begin_object();
    write_members(json, *expansion.entity, row, expansion.first_column, dialect, expansion.fields);
    json.end_object();
  }
  json.end_object();
}

}  // namespace

void write_row(JsonWriter& json, const EntityEntry& entity, const store::Row& row, store::Dialect dialect,
               const std::vector<std::size_t>& fields, const Labels& labels,
               const std::vector<Expansion>& expansions) {
  json.begin_object();
  write_members(json, entity, row, 0, dialect, fields);
  if (!labels.fields.empty() || !labels.files.empty() || (labels.people && entity.people != nullptr))
    write_labels(json, entity, row, labels);
  if (!expansions.empty()) write_expansions(json, row, dialect, expansions);
  json.end_object();
}

}  // namespace opsflux::entities
