#include <bit>
#include <cmath>

#include "host/base/json_writer.hpp"
#include "host/entities/aggregate.hpp"
#include "host/entities/duration.hpp"
#include "host/entities/engine.hpp"
#include "host/entities/record_io.hpp"
#include "host/entities/row_security.hpp"

namespace opsflux::entities {
namespace {

// The labels that may be shown: of a reference, the caller must be allowed to see the target and its title.
// The names of people are shown to everybody who sees the record.

// Whether the caller sees every record of the entity and of those whose titles are shown beside it: then the
// statements made with the catalog do.
bool sees_everything(const Catalog& catalog, const EntityEntry& entity, const Caller& caller) {
  if (!RowPolicy(entity, catalog, caller, 0).every_record()) return false;
  return std::all_of(entity.reference_fields.begin(), entity.reference_fields.end(), [&](std::size_t index) {
    const RowPolicy target(*entity.references[index], catalog, caller, 0);
    return entity.definition->fields[index].type == FieldType::kUser || !target.allowed() ||
           target.every_record();
  });
}

std::string labelled_read(const EntityEntry& entity, const Labels& labels) {
  if (labels.fields.size() == entity.reference_fields.size()) return entity.read_labelled_sql;
  return select_with_labels(entity, labels) + " WHERE t.id = $1";
}

Error no_record(const EntityEntry& entity) {
  return Error::not_found("entity.no_record", "There is no such record of " + entity.definition->name + ".")
      .with("entity", entity.definition->name);
}

// A sum, average, least or greatest value; decimals with their digits.
void write_total(JsonWriter& json, std::string_view op, const Field& field, const store::Row& row, int column,
                 store::Dialect dialect) {
  if (row.is_null(column)) {
    json.null();
    return;
  }
  if (field.type == FieldType::kDuration) {
    json.string(iso_duration(std::llround(row.f64(column))));
  } else if (op == "avg") {
    double value = row.f64(column);
    if (storage_of(field.type) == Storage::kDecimal && dialect == store::Dialect::kSqlite)
      for (int i = 0; i < field.scale; ++i) value /= 10;
    char text[64];
    std::snprintf(text, sizeof text, "%.2f", value);
    json.string(text);
  } else if (storage_of(field.type) == Storage::kDecimal && dialect == store::Dialect::kSqlite) {
    json.string(scaled_to_decimal(row.i64(column), field.scale));
  } else {
    json.string(row.text(column));
  }
}

// Text that tells one statement with the first `count` parameters from another.
std::string key_of(const std::string& sql, const std::vector<expression::SqlValue>& owned,
                   std::size_t count) {
  std::string key = sql;
  for (std::size_t i = 0; i < count; ++i) {
    key += '\0';
    if (const auto* text = std::get_if<std::string>(&owned[i]))
      key += 't' + *text;
    else if (const auto* number = std::get_if<std::int64_t>(&owned[i]))
      key += 'i' + std::to_string(*number);
    else if (const auto* real = std::get_if<double>(&owned[i]))
      key += 'd' + std::to_string(std::bit_cast<std::uint64_t>(*real));
    else if (const auto* flag = std::get_if<bool>(&owned[i]))
      key += *flag ? "b1" : "b0";
  }
  return key;
}

// The same for a whole list: its statements, and what else the answer says.
std::string list_key(const CompiledList& list, const ListQuery& query) {
  std::string key = key_of(list.rows_sql, list.owned, list.owned.size());
  for (const std::size_t field : list.fields) key += ',' + std::to_string(field);
  // The statement is the same whatever of an expanded record the caller may see.
  for (const Expansion& one : list.expansions)
    for (const std::size_t field : one.fields) key += '+' + std::to_string(field);
  for (const std::string& total : query.totals) key += '\0' + total;
  key +=
      list.totals_sql.empty() ? "" : "#" + std::to_string(query.page) + "/" + std::to_string(query.page_size);
  return key;
}

// {"group":{"status":"active"},"_labels":{},"count":12,"sum:amount":"1234.50"}
void write_group(JsonWriter& json, const CompiledAggregate& query, const store::Row& row,
                 store::Dialect dialect) {
  std::vector<std::pair<std::string_view, int>> labels;
  int column = 0;
  json.begin_object().key("group").begin_object();
  for (const GroupKey& key : query.groups) {
    json.key(key.name);
    if (key.field != nullptr)
      write_column(json, *key.field, row, column, dialect);
    else if (row.is_null(column))
      json.null();
    else
      json.string(row.text(column));
    ++column;
    if (key.label) labels.emplace_back(key.name, column++);
  }
  json.end_object();
  if (!labels.empty()) {
    json.key("_labels").begin_object();
    for (const auto& [name, at] : labels)
      if (!row.is_null(at)) json.key(name).string(row.text(at));
    json.end_object();
  }
  json.key("count").number(row.i64(column++));
  for (const Measure& measure : query.measures) {
    json.key(measure.name);
    write_total(json, measure.op, *measure.field, row, column++, dialect);
  }
  json.end_object();
}

template <class Summary>
void write_meta(JsonWriter& json, const ListQuery& query, const Summary* summary,
                std::string_view next_cursor) {
  json.key("meta").begin_object();
  if (query.cursor.empty()) json.key("page").number(query.page);
  json.key("page_size").number(query.page_size);
  if (summary) {
    json.key("total")
        .number(summary->count)
        .key("pages")
        .number((summary->count + query.page_size - 1) / query.page_size);
    if (!query.totals.empty()) json.key("totals").raw(summary->totals);
  }
  json.key("next_cursor");
  if (next_cursor.empty())
    json.null();
  else
    json.string(next_cursor);
  json.end_object();
}

}  // namespace

Result<Engine::Summary> Engine::summarise(store::Session& session, const EntityEntry& entity,
                                          const CompiledList& list) const {
  Summary summary;
  const auto params = list.params(list.filter_count);
  TRY(session.query(list.totals_sql, params, [&](const store::Row& row) {
    summary.count = row.i64(0);
    JsonWriter json(summary.totals);
    json.begin_object();
    for (std::size_t i = 0; i < list.totals.size(); ++i) {
      json.key(list.totals[i].name);
      write_total(json, list.totals[i].op, entity.definition->fields[list.totals[i].field], row,
                  static_cast<int>(i) + 1, session.dialect());
    }
    json.end_object();
    return false;
  }));
  return summary;
}

Result<void> Engine::each_row(store::Session& session, const CompiledList& list,
                              std::optional<std::int64_t> count,
                              function_ref<bool(const store::Row&)> on_row) const {
  bool goes_on = true;
  const auto forward = [&](const store::Row& row) { return goes_on = on_row(row); };
  TRY_ASSIGN(sql, plans_.choose(session, list, count, database_.analyses()));
  TRY(session.query(sql, list.params(list.owned.size()), forward));
  if (!goes_on || list.rest_sql.empty()) return {};
  return session.query(list.rest_sql, as_params(list.rest_owned, list.rest_owned.size()), forward);
}

Result<Engine::PreparedList> Engine::prepare_list(const Catalog& catalog, const EntityEntry& entity,
                                                  const Caller& caller, const ListQuery& query) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  TRY(catalog.permissions.require(caller, entity.permission[query.action]));
  PreparedList out;
  out.entity = &entity;
  out.query = query;
  out.rows_for = row_identity(database_, catalog, caller);
  const bool judged = out.rows_for != nullptr;
  TRY_ASSIGN(compiled, CompiledList::compile(
                           {catalog, entity, caller, database_.dialect(), clock_, judged, query.action},
                           query, visible_labels(catalog, entity, caller)));
  out.compiled = std::move(compiled);
  const bool noted = entity.definition->confidential ||
                     std::any_of(out.compiled.expansions.begin(), out.compiled.expansions.end(),
                                 [](const Expansion& one) { return one.entity->definition->confidential; });
  if (noted) out.noted = std::make_shared<const Caller>(caller);
  // A reading that is noted is a reading each time.
  if (!database_.embedded() || noted) return out;
  out.tables = database_.table_versions().of(out.compiled.tables);
  // The same rows look different where a field's type has changed.
  const std::string catalog_key = std::to_string(catalog.serial()) + '|';
  out.key = catalog_key + list_key(out.compiled, query);
  out.known = lists_.find(out.key, out.tables);
  if (out.known || out.compiled.totals_sql.empty()) return out;
  out.counted_tables = database_.table_versions().of(out.compiled.counted_tables);
  out.summary_key =
      catalog_key + key_of(out.compiled.totals_sql, out.compiled.owned, out.compiled.filter_count);
  out.summary = summaries_.find(out.summary_key, out.counted_tables);
  return out;
}

Result<Engine::Listed> Engine::make_list(PreparedList& list) {
  if (list.known) return list.known;
  const CompiledList& compiled = list.compiled;
  const ListQuery& query = list.query;
  auto out = std::make_shared<std::string>();
  std::int64_t written = 0;
  out->reserve(16 << 10);
  TRY(database_.read(list.rows_for, [&](store::Session& session) -> Result<void> {
    out->clear();  // the store may run this again on a new connection
    JsonWriter json(*out);
    json.begin_object().key("data").begin_array();
    written = 0;
    std::string next_cursor;
    bool more = false;
    if (!compiled.totals_sql.empty() && !list.summary) {
      TRY_ASSIGN(counted, summarise(session, *list.entity, compiled));
      const std::size_t size = sizeof counted + counted.totals.size();
      list.summary = std::make_shared<const Summary>(std::move(counted));
      if (!list.summary_key.empty())
        summaries_.put(list.summary_key, list.counted_tables, list.summary, size);
    }
    const auto count = list.summary ? std::optional(list.summary->count) : std::nullopt;
    TRY(each_row(session, compiled, count, [&](const store::Row& row) {
      more = written == query.page_size;  // the row beyond the page only tells that there is a next one
      if (more) return false;
      write_row(json, *list.entity, row, session.dialect(), compiled.fields, compiled.labels,
                compiled.expansions);
      if (++written == query.page_size) next_cursor = encode_cursor(compiled.sort, row);
      return true;
    }));
    json.end_array();
    write_meta(json, query, list.summary.get(), more ? next_cursor : std::string());
    json.end_object();
    return {};
  }));
  TRY(note_list(list, written));
  if (!list.key.empty()) lists_.put(list.key, list.tables, out, out->size());
  return Listed(std::move(out));
}

Result<Engine::Listed> Engine::aggregate(const Catalog& catalog, const EntityEntry& entity,
                                         const Caller& caller, const AggregateQuery& query) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  TRY_ASSIGN(compiled,
             CompiledAggregate::compile({catalog, entity, caller, database_.dialect(), clock_}, query));
  const std::string key = database_.embedded() && !entity.definition->confidential
                              ? std::to_string(catalog.serial()) + '|' +
                                    key_of(compiled.sql, compiled.owned, compiled.owned.size())
                              : std::string();
  const std::uint64_t tables = database_.table_versions().of(compiled.tables);
  if (!key.empty())
    if (auto known = lists_.find(key, tables)) return known;
  auto out = std::make_shared<std::string>();
  std::int64_t written = 0;
  TRY(database_.read(row_identity(database_, catalog, caller), [&](store::Session& session) -> Result<void> {
    out->clear();
    JsonWriter json(*out);
    json.begin_object().key("data").begin_array();
    written = 0;
    bool more = false;
    TRY(session.query(compiled.sql, as_params(compiled.owned, compiled.owned.size()),
                      [&](const store::Row& row) {
                        more = written++ == query.limit;
                        if (!more) write_group(json, compiled, row, session.dialect());
                        return !more;
                      }));
    json.end_array().key("meta").begin_object().key("truncated").boolean(more).end_object().end_object();
    return {};
  }));
  if (entity.definition->confidential)
    TRY(audit_.note_read(caller, {AuditRead::Kind::kAggregate, entity.definition->name, "", query.filter,
                                  std::min(written, query.limit), ""}));
  if (!key.empty()) lists_.put(key, tables, out, out->size());
  return Listed(std::move(out));
}

// One row of the trail for the list, and one for each confidential entity that it expands.
Result<void> Engine::note_list(const PreparedList& list, std::int64_t count) const {
  if (!list.noted) return {};
  const ListQuery& query = list.query;
  AuditRead read{AuditRead::Kind::kList,
                 list.entity->definition->name,
                 "",
                 query.filter,
                 count,
                 query.cursor.empty() ? std::to_string(query.page) : query.cursor};
  if (!query.q.empty()) read.filter += (read.filter.empty() ? "q=" : " q=") + query.q;
  if (list.entity->definition->confidential) TRY(audit_.note_read(*list.noted, read));
  for (const Expansion& one : list.compiled.expansions) {
    if (!one.entity->definition->confidential) continue;
    read.entity = one.entity->definition->name;
    TRY(audit_.note_read(*list.noted, read));
  }
  return {};
}

Result<void> Engine::note_reading(const EntityEntry& entity, const Caller& caller, std::string_view id,
                                  std::string_view file) const {
  if (!entity.definition->confidential) return {};
  if (!file.empty())
    return audit_.note_read(
        caller, {AuditRead::Kind::kFile, entity.definition->name, std::string(id), std::string(file), 0, ""});
  return audit_.note_read(caller,
                          {AuditRead::Kind::kRecord, entity.definition->name, std::string(id), "", 0, ""});
}

Result<Engine::Listed> Engine::list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                                    const ListQuery& query) {
  TRY_ASSIGN(prepared, prepare_list(catalog, entity, caller, query));
  return make_list(prepared);
}

// Writes one record, by the statement made with the catalog or by one made for the caller.
Result<std::int64_t> Engine::write_one(store::Session& session, const Catalog& catalog,
                                       const EntityEntry& entity, const Caller& caller, std::string_view id,
                                       const std::vector<std::string>& expand, std::string& out) const {
  std::int64_t version = 0;
  JsonWriter json(out);
  std::string deleted_at;
  const Labels labels = visible_labels(catalog, entity, caller);
  bool found = false;
  const store::RowIdentityPtr rows_for = row_identity(database_, catalog, caller);
  const bool judged = rows_for != nullptr;
  if (expand.empty() && labels.files.empty() && !judged && sees_everything(catalog, entity, caller)) {
    TRY_ASSIGN(there, session.query_one(labelled_read(entity, labels), {id}, [&](const store::Row& row) {
      version = row.i64(1);
      if (!entity.parts.empty()) deleted_at = row.string(kSystemFields - 1);
      write_row(json, entity, row, session.dialect(), entity.fields_for(caller).visible, labels);
    }));
    found = there;
  } else {
    ListQuery query;
    query.id = id;
    query.expand = expand;
    query.count = false;
    TRY_ASSIGN(compiled, CompiledList::compile({catalog, entity, caller, session.dialect(), clock_, judged},
                                               query, labels));
    TRY_ASSIGN(there, session.query_one(compiled.rows_sql, compiled.params(compiled.owned.size()),
                                        [&](const store::Row& row) {
                                          version = row.i64(1);
                                          if (!entity.parts.empty())
                                            deleted_at = row.string(kSystemFields - 1);
                                          write_row(json, entity, row, session.dialect(), compiled.fields,
                                                    compiled.labels, compiled.expansions);
                                        }));
    found = there;
  }
  if (!found) return fail(no_record(entity));
  if (!entity.parts.empty()) TRY(append_parts(session, catalog, entity, caller, id, deleted_at, out));
  return version;
}

Result<std::int64_t> Engine::read(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                                  std::string_view id, const std::vector<std::string>& expand,
                                  std::string& out) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  std::int64_t version = 0;
  const std::size_t start = out.size();
  TRY(database_.read(row_identity(database_, catalog, caller), [&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY_ASSIGN(read, write_one(session, catalog, entity, caller, id, expand, out));
    version = read;
    return {};
  }));
  TRY(note_reading(entity, caller, id));
  return version;
}

Result<void> Engine::require_scope(store::Session& session, const Catalog& catalog, const EntityEntry& entity,
                                   const Caller& caller, std::string_view id, std::size_t action) {
  const auto there = [&](std::size_t wanted) -> Result<bool> {
    std::vector<expression::SqlValue> owned = {std::string(id)};
    const std::string policy = RowPolicy(entity, catalog, caller, wanted).sql("t", owned, session.dialect());
    return session.query_one("SELECT 1 FROM " + entity.definition->table + " t WHERE t.id = $1" + policy,
                             as_params(owned, owned.size()), [](const store::Row&) {});
  };
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  TRY_ASSIGN(seen, there(0));
  if (!seen) return fail(no_record(entity));
  if (action == 0) return {};
  TRY(catalog.permissions.require(caller, entity.permission[action]));
  TRY_ASSIGN(in_scope, there(action));
  if (in_scope) return {};
  return fail(Error::forbidden("entity.out_of_scope", "You may not do this with this record.")
                  .with("entity", entity.definition->name));
}

Result<void> Engine::show(WriteContext& write, const EntityEntry& entity, std::string_view id,
                          std::string& out) const {
  TRY(write_one(write.transaction, write.catalog, entity, write.caller, id, {}, out));
  return {};
}

// What the caller may not see has no value for the code that acts for him.
void Engine::conceal(const EntityEntry& entity, const Caller& caller, Record& record) {
  const std::vector<bool>& hidden = entity.fields_for(caller).hidden;
  for (std::size_t i = 0; i < hidden.size(); ++i)
    if (hidden[i]) record.values[i] = {};
}

Result<Record> Engine::load(store::Session& session, const Catalog& catalog, const EntityEntry& entity,
                            const Caller& caller, std::string_view id) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  Record record;
  const store::RowScope scope(session, row_identity(database_, catalog, caller));
  std::vector<expression::SqlValue> owned = {std::string(id)};
  const std::string policy = RowPolicy(entity, catalog, caller, 0).sql("t", owned, session.dialect());
  TRY_ASSIGN(found, session.query_one(entity.read_sql + " AND t.deleted_at IS NULL" + policy,
                                      as_params(owned, owned.size()), [&](const store::Row& row) {
                                        record = read_record(entity, row, session.dialect());
                                      }));
  if (!found) return fail(no_record(entity));
  conceal(entity, caller, record);
  return record;
}

Result<std::vector<Record>> Engine::find(store::Session& session, const Catalog& catalog,
                                         const EntityEntry& entity, const Caller& caller,
                                         const ListQuery& query) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  TRY_ASSIGN(compiled,
             CompiledList::compile({catalog, entity, caller, session.dialect(), clock_}, query, {}));
  std::vector<Record> records;
  const store::RowScope scope(session, row_identity(database_, catalog, caller));
  TRY(each_row(session, compiled, std::nullopt, [&](const store::Row& row) {
    if (records.size() == static_cast<std::size_t>(query.page_size)) return false;
    records.push_back(read_record(entity, row, session.dialect()));
    conceal(entity, caller, records.back());
    return true;
  }));
  return records;
}

}  // namespace opsflux::entities
