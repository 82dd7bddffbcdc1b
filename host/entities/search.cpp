#include "host/entities/search.hpp"

#include <algorithm>
#include <set>

#include "host/base/fold.hpp"
#include "host/entities/record_io.hpp"

namespace opsflux::entities {
namespace {

// People are written by the service that signs them in, past the engine; they are few.
bool is_indexed(const EntityEntry& entity) {
  return !entity.definition->search.empty() && entity.people != &entity;
}

// Rises when the words or their keys are made in another way.
constexpr std::string_view kFormat = "1";

// Seven characters for a field, the same in every process: FNV-1a in base 32.
std::string key_of(const Definition& definition, std::size_t field) {
  std::uint32_t hash = 2'166'136'261u;
  for (const char c : definition.name + "." + definition.fields[field].name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619u;
  std::string out;
  for (int i = 0; i < 7; ++i, hash >>= 5) out += "0123456789abcdefghijklmnopqrstuv"[hash & 31u];
  return out;
}

// Of all search fields; empty where two have one key, so that they could not be told apart.
std::string fields_of(const Definition& definition) {
  std::set<std::string> keys;
  std::string out(kFormat);
  for (const std::size_t field : definition.search) {
    keys.insert(key_of(definition, field));
    out += " " + definition.fields[field].name;
  }
  return keys.size() == definition.search.size() ? out : "";
}

// Sorted, so that the same record always gives the same text.
std::set<std::string> terms_of(const Definition& definition, const Record& record) {
  std::set<std::string> out;
  std::size_t bytes = 0;
  for (const std::size_t field : definition.search) {
    const auto* text = std::get_if<std::string>(&record.values[field]);
    if (text == nullptr) continue;
    const std::string prefix = key_of(definition, field) + ":";
    for (const std::string& word : terms(*text)) {
      if (bytes + prefix.size() + word.size() > kMaxIndexedWords) return out;
      if (out.insert(prefix + word).second) bytes += prefix.size() + word.size() + 3;
    }
  }
  return out;
}

constexpr const char* kOfRecord = " WHERE entity = $1 AND record_id = $2";
// SQLite's index has to be told the words that it is to forget.
constexpr const char* kUnindex =
    "INSERT INTO core_search_words (core_search_words, rowid, words) SELECT 'delete', id, words FROM "
    "core_search";

Result<void> forget_where(store::Transaction& transaction, const std::string& where, store::Params params) {
  if (transaction.dialect() == store::Dialect::kSqlite) TRY(transaction.execute(kUnindex + where, params));
  TRY(transaction.execute("DELETE FROM core_search" + where, params));
  return {};
}

}  // namespace

Result<void> index_words(store::Transaction& transaction, const EntityEntry& entity, const Record& record,
                         bool fresh) {
  const Definition& definition = *entity.definition;
  if (!is_indexed(entity)) return {};
  const bool lite = transaction.dialect() == store::Dialect::kSqlite;
  std::string words;
  for (const std::string& term : terms_of(definition, record)) {
    if (!words.empty()) words += ' ';
    words += lite ? term : "'" + term + "'";
  }
  const std::vector<store::Value> values = {std::string_view(definition.name), std::string_view(record.id),
                                            std::string_view(words)};
  if (!lite) {
    TRY(
        transaction.post("INSERT INTO core_search (entity, record_id, words) VALUES ($1, $2, CAST($3 AS "
                         "tsvector)) ON CONFLICT "
                         "(entity, record_id) DO UPDATE SET words = excluded.words",
                         values));
    return {};
  }
  if (!fresh) TRY(transaction.execute(std::string(kUnindex) + kOfRecord, {values[0], values[1]}));
  std::int64_t row_id = 0;
  TRY(
      transaction.query_one("INSERT INTO core_search (entity, record_id, words) VALUES ($1, $2, $3) ON "
                            "CONFLICT (entity, record_id) "
                            "DO UPDATE SET words = excluded.words RETURNING id",
                            values, [&](const store::Row& row) { row_id = row.i64(0); }));
  TRY(transaction.execute("INSERT INTO core_search_words (rowid, words) VALUES ($1, $2)",
                          {row_id, values[2]}));
  return {};
}

bool words_changed(const Definition& definition, const Record& record, const Record& before) {
  return std::any_of(definition.search.begin(), definition.search.end(),
                     [&](std::size_t field) { return record.values[field] != before.values[field]; });
}

Result<void> forget_words(store::Transaction& transaction, const EntityEntry& entity, std::string_view id) {
  return forget_where(transaction, kOfRecord, {std::string_view(entity.definition->name), id});
}

Result<void> forget_search(store::Transaction& transaction, std::string_view module) {
  // As a range, which the index serves: "/" follows "." in ASCII.
  const std::string from = std::string(module) + ".", until = std::string(module) + "/";
  const std::vector<store::Value> range = {std::string_view(from), std::string_view(until)};
  const std::string where = transaction.dialect() == store::Dialect::kSqlite
                                ? " WHERE entity >= $1 AND entity < $2"
                                : " WHERE entity COLLATE \"C\" >= $1 AND entity COLLATE \"C\" < $2";
  TRY(forget_where(transaction, where, range));
  TRY(transaction.execute("DELETE FROM core_search_state" + where, range));
  return {};
}

std::string search_text(const Definition& definition, const std::vector<std::size_t>& fields,
                        const std::vector<std::string>& words, store::Dialect dialect) {
  const bool lite = dialect == store::Dialect::kSqlite;
  std::vector<std::string> keys;
  for (const std::size_t field : fields) keys.push_back(key_of(definition, field));
  std::string out;
  for (const std::string& word : std::set<std::string>(words.begin(), words.end())) {
    std::string any;
    for (const std::string& key : keys) {
      if (!any.empty()) any += lite ? " OR " : " | ";
      any += lite ? "\"" + key + ":" + word + "\" *" : "'" + key + ":" + word + "':*";
    }
    if (!out.empty()) out += lite ? " AND " : " & ";
    out += "(" + any + ")";
  }
  return out;
}

std::string search_select(const Definition& definition, const std::string& place, bool ranked,
                          store::Dialect dialect) {
  const std::string entity = " AND s.entity = '" + definition.name + "'";
  if (dialect == store::Dialect::kSqlite)
    return std::string("SELECT s.record_id AS id") +
           (ranked ? ", CAST(core_search_words.rank * -1000000000 AS INTEGER) AS rank" : "") +
           " FROM core_search_words CROSS JOIN core_search s ON s.id = core_search_words.rowid WHERE "
           "core_search_words MATCH " +
           place + entity;
  const std::string query = "CAST(" + place + " AS tsquery)";
  return std::string("SELECT s.record_id AS id") +
         (ranked ? ", CAST(ts_rank(s.words, " + query + ", 1) * 1000000000 AS bigint) AS rank" : "") +
         " FROM core_search s WHERE s.words @@ " + query + entity;
}

Result<bool> SearchFiller::step(const Catalog& catalog, std::size_t batch) {
  for (const EntityEntry* entity : catalog.all()) {
    if (entity->searchable || !is_indexed(*entity)) continue;
    const std::string fields = fields_of(*entity->definition);
    if (fields.empty()) continue;
    TRY_ASSIGN(state, load(*entity));
    if (state.done && state.fields == fields) {
      entity->searchable = true;
      continue;
    }
    TRY(fill(*entity, batch));
    return true;
  }
  return false;
}

Result<SearchFiller::State> SearchFiller::load(const EntityEntry& entity) {
  State out;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY(session.query_one("SELECT fields, last_id, done FROM core_search_state WHERE entity = $1",
                          {std::string_view(entity.definition->name)}, [&](const store::Row& row) {
                            out = {row.string(0), row.string(1), row.boolean(2)};
                          }));
    return {};
  }));
  return out;
}

// The state is read again inside the transaction: another server may fill the same index.
Result<void> SearchFiller::fill(const EntityEntry& entity, std::size_t batch) {
  const Definition& definition = *entity.definition;
  const std::string name = definition.name, fields = fields_of(definition);
  return database_.write_now([&entity, &definition, name, fields,
                              batch](store::Transaction& transaction) -> Result<void> {
    std::string last;
    TRY(transaction.query_one("SELECT last_id FROM core_search_state WHERE entity = $1 AND fields = $2",
                              {std::string_view(name), std::string_view(fields)},
                              [&](const store::Row& row) { last = row.string(0); }));
    std::vector<Record> records;
    TRY(transaction.query("SELECT " + entity.select_columns + " FROM " + definition.table +
                              " t WHERE t.id > $1 ORDER BY t.id LIMIT " + std::to_string(batch),
                          {std::string_view(last)}, [&](const store::Row& row) {
                            records.push_back(read_record(entity, row, transaction.dialect()));
                            return true;
                          }));
    for (const Record& record : records) TRY(index_words(transaction, entity, record));
    if (!records.empty()) last = records.back().id;
    TRY(transaction.execute(
        "INSERT INTO core_search_state (entity, fields, last_id, done) VALUES ($1, $2, $3, $4) ON CONFLICT "
        "(entity) DO UPDATE SET fields = excluded.fields, last_id = excluded.last_id, done = excluded.done",
        {std::string_view(name), std::string_view(fields), std::string_view(last), records.size() < batch}));
    return {};
  });
}

}  // namespace opsflux::entities
