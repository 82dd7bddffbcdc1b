// Records to and from rows and JSON.
#pragma once

#include <string>
#include <vector>

#include "host/base/json_writer.hpp"
#include "host/entities/catalog.hpp"
#include "host/entities/query.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {

// A value as the column of `field` takes it: on SQLite a decimal is its scaled integer. Views into `value`.
store::Value bind_value(const Field& field, const FieldValue& value, store::Dialect dialect);
// Column `column` of a row selected by name, as a value of `field`.
FieldValue read_value(const Field& field, const store::Row& row, int column, store::Dialect dialect);
// The same, straight into an answer's buffer; nothing in between.
void write_column(JsonWriter& out, const Field& field, const store::Row& row, int column,
                  store::Dialect dialect);

// All labels that the caller may see.
Labels visible_labels(const Catalog& catalog, const EntityEntry& entity, const Caller& caller);
// Reads a row selected with EntityEntry::select_columns.
Record read_record(const EntityEntry& entity, const store::Row& row, store::Dialect dialect);
// {"id":…,<fields>,"version":…,"created_at":…,…}
void write_record(std::string& out, const EntityEntry& entity, const Record& record,
                  const std::vector<std::size_t>& fields);
// The same as a tree.
Json to_json(const EntityEntry& entity, const Record& record);
// The same from a row selected by a CompiledList or select_with_labels, with "_labels" and "_expanded"; only
// `fields`.
void write_row(JsonWriter& json, const EntityEntry& entity, const store::Row& row, store::Dialect dialect,
               const std::vector<std::size_t>& fields, const Labels& labels,
               const std::vector<Expansion>& expansions = {});

}  // namespace opsflux::entities
