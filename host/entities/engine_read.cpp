#include "host/base/json_writer.hpp"
#include "host/entities/engine.hpp"
#include "host/entities/record_io.hpp"

namespace opsflux::entities {
namespace {

// The reference fields whose label may be shown: the caller must be allowed to see the target.
std::vector<std::size_t> visible_labels(const Catalog& catalog, const EntityEntry& entity, const Caller& caller) {
  std::vector<std::size_t> out;
  for (const std::size_t index : entity.reference_fields)
    if (catalog.permissions.allows(caller, entity.references[index]->permission[0])) out.push_back(index);
  return out;
}

Error no_record(const EntityEntry& entity) {
  return Error::not_found("entity.no_record", "There is no such record of " + entity.definition->name + ".").with("entity", entity.definition->name);
}

// The name a person is shown under, from the statement's own text.
void write_total(JsonWriter& json, const Total& total, const Field& field, const store::Row& row, int column, store::Dialect dialect) {
  if (row.is_null(column)) {
    json.null();
    return;
  }
  if (total.op == "avg") {
    double value = row.f64(column);
    if (field.type == FieldType::kDecimal && dialect == store::Dialect::kSqlite)
      for (int i = 0; i < field.scale; ++i) value /= 10;
    char text[64];
    std::snprintf(text, sizeof text, "%.2f", value);
    json.string(text);
  } else if (field.type == FieldType::kDecimal && dialect == store::Dialect::kSqlite) {
    json.string(scaled_to_decimal(row.i64(column), field.scale));
  } else {
    json.string(row.text(column));
  }
}

struct Summary {
  std::int64_t count = 0;
  std::string totals;  // JSON object
};

Result<Summary> summarise(store::Session& session, const EntityEntry& entity, const CompiledList& list) {
  Summary summary;
  const auto params = list.params(list.filter_count);
  TRY(session.query(list.totals_sql, params, [&](const store::Row& row) {
    summary.count = row.i64(0);
    JsonWriter json(summary.totals);
    json.begin_object();
    for (std::size_t i = 0; i < list.totals.size(); ++i) {
      json.key(list.totals[i].name);
      write_total(json, list.totals[i], entity.definition->fields[list.totals[i].field], row, static_cast<int>(i) + 1, session.dialect());
    }
    json.end_object();
    return false;
  }));
  return summary;
}

// Text that tells one counted set from another: the statement and its parameters.
std::string count_key(const CompiledList& list) {
  std::string key = list.totals_sql;
  for (std::size_t i = 0; i < list.filter_count; ++i) {
    key += '\0';
    if (const auto* text = std::get_if<std::string>(&list.owned[i])) key += 't' + *text;
    else if (const auto* number = std::get_if<std::int64_t>(&list.owned[i])) key += 'i' + std::to_string(*number);
    else if (const auto* flag = std::get_if<bool>(&list.owned[i])) key += *flag ? "b1" : "b0";
  }
  return key;
}

void write_meta(JsonWriter& json, const ListQuery& query, const std::optional<CountCache::Entry>& summary, std::string_view next_cursor) {
  json.key("meta").begin_object();
  if (query.cursor.empty()) json.key("page").number(query.page);
  json.key("page_size").number(query.page_size);
  if (summary) {
    json.key("total").number(summary->count).key("pages").number((summary->count + query.page_size - 1) / query.page_size);
    if (!query.totals.empty()) json.key("totals").raw(summary->totals);
  }
  json.key("next_cursor");
  if (next_cursor.empty()) json.null();
  else json.string(next_cursor);
  json.end_object();
}

}  // namespace

Result<void> Engine::list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller, const ListQuery& query, std::string& out) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  const store::Dialect dialect = database_.dialect();
  TRY_ASSIGN(compiled, CompiledList::compile(entity, query, dialect, clock_, visible_labels(catalog, entity, caller)));
  const bool summarised = !compiled.totals_sql.empty();
  const bool cached = summarised && database_.embedded();
  const std::string key = cached ? count_key(compiled) : std::string();
  const std::uint64_t table_version = cached ? versions_.get(entity.definition->table) : 0;
  std::optional<CountCache::Entry> summary = cached ? counts_.find(key, table_version) : std::nullopt;

  const std::size_t start = out.size();
  return database_.read([&](store::Session& session) -> Result<void> {
    out.resize(start);  // the store may run this again on a new connection
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    std::int64_t written = 0;
    std::string next_cursor;
    bool more = false;
    TRY(session.query(compiled.rows_sql, compiled.params(compiled.owned.size()), [&](const store::Row& row) {
      more = written == query.page_size;  // the row beyond the page only tells that there is a next one
      if (more) return false;
      write_row(json, entity, row, dialect, compiled.fields, compiled.label_fields);
      if (++written == query.page_size) next_cursor = encode_cursor(compiled.sort, row);
      return true;
    }));
    json.end_array();
    if (summarised && !summary) {
      TRY_ASSIGN(counted, summarise(session, entity, compiled));
      summary = CountCache::Entry{table_version, counted.count, std::move(counted.totals)};
      if (cached) counts_.put(key, *summary);
    }
    write_meta(json, query, summary, more ? next_cursor : std::string());
    json.end_object();
    return {};
  });
}

Result<std::int64_t> Engine::read(const Catalog& catalog, const EntityEntry& entity, const Caller& caller, std::string_view id, std::string& out) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  const store::Dialect dialect = database_.dialect();
  const std::vector<std::size_t> labels = visible_labels(catalog, entity, caller);
  const std::string sql = labels.size() == entity.reference_fields.size() ? entity.read_labelled_sql : select_with_labels(entity, labels) + " WHERE t.id = $1";
  std::int64_t version = 0;
  const std::size_t start = out.size();
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    JsonWriter json(out);
    TRY_ASSIGN(found, session.query_one(sql, {id}, [&](const store::Row& row) {
      version = row.i64(1);
      write_row(json, entity, row, dialect, entity.all_fields, labels);
    }));
    if (!found) return fail(no_record(entity));
    return {};
  }));
  return version;
}

Result<Record> Engine::load(store::Session& session, const Catalog& catalog, const EntityEntry& entity, const Caller& caller, std::string_view id) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  Record record;
  TRY_ASSIGN(found, session.query_one(entity.read_sql + " AND t.deleted_at IS NULL", {id}, [&](const store::Row& row) {
    record = read_record(entity, row, session.dialect());
  }));
  if (!found) return fail(no_record(entity));
  return record;
}

Result<std::vector<Record>> Engine::find(store::Session& session, const Catalog& catalog, const EntityEntry& entity, const Caller& caller, const ListQuery& query) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  TRY_ASSIGN(compiled, CompiledList::compile(entity, query, session.dialect(), clock_, {}));
  std::vector<Record> records;
  TRY(session.query(compiled.rows_sql, compiled.params(compiled.owned.size()), [&](const store::Row& row) {
    if (records.size() == static_cast<std::size_t>(query.page_size)) return false;
    records.push_back(read_record(entity, row, session.dialect()));
    return true;
  }));
  return records;
}

Result<void> Engine::activity(const Catalog& catalog, const EntityEntry& entity, const Caller& caller, std::string_view id, std::string& out) {
  TRY(catalog.permissions.require(caller, entity.permission[0]));
  const std::size_t start = out.size();
  return database_.read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY_ASSIGN(exists, session.query_one(entity.read_sql, {id}, [](const store::Row&) {}));
    if (!exists) return fail(no_record(entity));
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    TRY(session.query("SELECT id, at, actor_id, actor_name, via, action, changes FROM core_audit WHERE entity = $1 AND record_id = $2 ORDER BY id DESC LIMIT 200",
                      {std::string_view(entity.definition->name), id}, [&](const store::Row& row) {
      json.begin_object().key("id").string(row.text(0)).key("at").string(row.text(1)).key("actor").begin_object().key("id").string(row.text(2)).key("name").string(row.text(3)).end_object();
      json.key("via").string(row.text(4)).key("action").string(row.text(5)).key("changes");
      if (row.is_null(6)) json.raw("[]");
      else json.raw(row.text(6));
      json.end_object();
      return true;
    }));
    json.end_array().end_object();
    return {};
  });
}

}  // namespace opsflux::entities
