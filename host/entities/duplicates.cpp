#include "host/entities/duplicates.hpp"

#include <bit>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "host/base/fold.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/likeness.hpp"
#include "host/entities/record_io.hpp"
#include "host/entities/row_policy.hpp"
#include "host/entities/row_security.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxKeys = 40;         // of one record and rule
constexpr std::size_t kMaxCandidates = 200;  // that are compared
constexpr std::size_t kMaxFound = 10;
constexpr std::int64_t kCommon = 2000;  // a key of more records says little
constexpr std::size_t kBatch = 500;
constexpr std::size_t kIds = 50;  // statements name identifiers by as many, so that few texts are prepared

std::string folded(const Definition& definition, std::size_t field, const Record& record) {
  const Json value = to_json(definition.fields[field], record.values[field]);
  return value.is_null() ? std::string() : fold(value.is_string() ? value.get<std::string>() : value.dump());
}

std::vector<std::string> folded_values(const Definition& definition, const DuplicateRule& rule,
                                       const Record& record) {
  std::vector<std::string> out;
  for (const std::size_t field : rule.fields) out.push_back(folded(definition, field, record));
  return out;
}

// The first and the last four characters of a word: a slip of the pen spoils one of them at most.
void keys_of_word(std::string_view word, std::set<std::string>& out) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < word.size(); ++i)
    if ((static_cast<unsigned char>(word[i]) & 0xC0) != 0x80) starts.push_back(i);
  if (starts.size() < 2 || out.size() + 2 > kMaxKeys) return;
  const std::size_t end = starts.size() > 4 ? starts[4] : word.size();
  const std::size_t begin = starts.size() > 4 ? starts[starts.size() - 4] : 0;
  out.insert("<" + std::string(word.substr(0, end)));
  out.insert(">" + std::string(word.substr(begin)));
}

// Records that are alike by the rule have one of these in common. None where the rule says nothing of it.
std::set<std::string> keys_of(const DuplicateRule& rule, const std::vector<std::string>& values) {
  std::set<std::string> out;
  if (values.front().empty()) return out;
  if (rule.likeness != Likeness::kEqual) {
    for (const std::string_view word : words(values.front())) keys_of_word(word, out);
    if (out.empty()) out.insert("<" + values.front().substr(0, 64));
    return out;
  }
  std::string all;
  for (const std::string& value : values) {
    if (value.empty()) return out;
    all += value + "\n";
  }
  out.insert(all.size() > 100 ? sha256_hex(all).substr(0, 40) : all);
  return out;
}

// How alike two records are by the rule; 0 when not enough.
double likeness(const DuplicateRule& rule, const std::vector<std::string>& a,
                const std::vector<std::string>& b) {
  double least = 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // What one of both does not say does not tell them apart, but for what the rule begins with.
    if ((a[i].empty() || b[i].empty()) && i > 0 && rule.likeness != Likeness::kEqual) continue;
    if (a[i].empty() || b[i].empty()) return 0;
    const double one = rule.likeness == Likeness::kEqual     ? (a[i] == b[i] ? 1 : 0)
                       : rule.likeness == Likeness::kTrigram ? trigram_likeness(a[i], b[i])
                                                             : jaro_winkler(a[i], b[i]);
    least = std::min(least, one);
  }
  return least >= rule.threshold ? least : 0;
}

bool touches(const DuplicateRule& rule, const Record& record, const Record& before) {
  return std::any_of(rule.fields.begin(), rule.fields.end(),
                     [&](std::size_t field) { return record.values[field] != before.values[field]; });
}

// All keys by one statement; of a few lengths only, so that few texts are prepared. The last key fills up the
// rest.
Result<void> insert_keys(store::Transaction& transaction, const Definition& definition,
                         const DuplicateRule& rule, const Record& record) {
  const auto all = keys_of(rule, folded_values(definition, rule, record));
  if (all.empty()) return {};
  std::vector<std::string_view> keys(all.begin(), all.end());
  keys.resize(std::min(std::bit_ceil(keys.size()), kMaxKeys), keys.back());
  std::string sql = "INSERT INTO core_likeness (entity, rule, record_id, key) VALUES ";
  std::vector<store::Value> params = {std::string_view(definition.name), std::string_view(rule.id),
                                      std::string_view(record.id)};
  for (const std::string_view key : keys) {
    params.emplace_back(key);
    sql +=
        std::string(params.size() > 4 ? ", " : "") + "($1, $2, $3, $" + std::to_string(params.size()) + ")";
  }
  return transaction.post(sql + " ON CONFLICT DO NOTHING", params);
}

// Those of the keys that few records have; all, when there are no such.
Result<std::vector<std::string>> telling_keys(store::Session& session, const Definition& definition,
                                              const DuplicateRule& rule, const std::set<std::string>& keys) {
  std::vector<std::string> out;
  for (const std::string& key : keys) {
    std::int64_t count = 0;
    TRY(session.query_one(
        "SELECT count(*) FROM (SELECT 1 FROM core_likeness WHERE entity = $1 AND rule = $2 "
        "AND key = $3 LIMIT 2001) k",
        {std::string_view(definition.name), std::string_view(rule.id), std::string_view(key)},
        [&](const store::Row& row) { count = row.i64(0); }));
    if (count <= kCommon) out.push_back(key);
  }
  if (out.empty()) out.assign(keys.begin(), keys.end());
  return out;
}

std::string places(std::size_t first, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "$" : ", $") + std::to_string(first + i);
  return out;
}

// Records that share keys, those that share most first.
Result<std::vector<std::string>> candidates(store::Session& session, const Definition& definition,
                                            const DuplicateRule& rule, const std::set<std::string>& all) {
  std::vector<std::string> out;
  if (all.empty()) return out;
  TRY_ASSIGN(keys, telling_keys(session, definition, rule, all));
  keys.resize(kMaxKeys, keys.back());
  std::vector<store::Value> params = {std::string_view(definition.name), std::string_view(rule.id)};
  for (const std::string& key : keys) params.emplace_back(std::string_view(key));
  TRY(session.query("SELECT record_id FROM core_likeness WHERE entity = $1 AND rule = $2 AND key IN (" +
                        places(3, kMaxKeys) +
                        ") GROUP BY record_id ORDER BY count(*) DESC, record_id LIMIT " +
                        std::to_string(kMaxCandidates),
                    params, [&](const store::Row& row) {
                      out.push_back(row.string(0));
                      return true;
                    }));
  return out;
}

struct Found {
  Record record;
  double score = 0;
  std::vector<std::string> rules;
};

class Search {
 public:
  Search(const Catalog& catalog, const EntityEntry& entity, const Caller& caller)
      : catalog_(catalog),
        entity_(entity),
        definition_(*entity.definition),
        caller_(caller),
        access_(entity.fields_for(caller)) {}

  // In two steps: the keys are the host's, the records are read for the caller.
  Result<void> run(store::Database& database, const Record& sought) {
    std::vector<Sought> all;
    TRY(database.read([&](store::Session& session) { return gather(session, sought, all); }));
    if (std::all_of(all.begin(), all.end(), [](const Sought& one) { return one.ids.empty(); })) return {};
    return database.read(row_identity(database, catalog_, caller_),
                         [&](store::Session& session) -> Result<void> {
                           found_.clear();
                           for (const Sought& one : all)
                             TRY(compare(session, *one.rule, one.values, one.ids));
                           return {};
                         });
  }

  void write(std::string& out) {
    std::vector<const Found*> best;
    for (const auto& [id, found] : found_) best.push_back(&found);
    std::sort(best.begin(), best.end(), [](const Found* a, const Found* b) {
      return std::tie(b->score, a->record.id) < std::tie(a->score, b->record.id);
    });
    if (best.size() > kMaxFound) best.resize(kMaxFound);
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    for (const Found* one : best) {
      json.begin_object().key("id").string(one->record.id).key("title");
      const auto title = definition_.find(definition_.title);
      if (title && !access_.hidden[*title])
        write_value(json, definition_.fields[*title], one->record.values[*title]);
      else
        json.null();
      json.key("score").raw(Json(std::round(one->score * 1000) / 1000).dump()).key("rules").begin_array();
      for (const std::string& rule : one->rules) json.string(rule);
      json.end_array().end_object();
    }
    json.end_array().end_object();
  }

 private:
  struct Sought {
    const DuplicateRule* rule;
    std::vector<std::string> values, ids;
  };

  Result<void> gather(store::Session& session, const Record& sought, std::vector<Sought>& out) const {
    out.clear();
    for (const DuplicateRule& rule : definition_.duplicates) {
      const bool seen = std::none_of(rule.fields.begin(), rule.fields.end(),
                                     [&](std::size_t field) { return access_.hidden[field]; });
      if (!seen) continue;
      Sought one{&rule, folded_values(definition_, rule, sought), {}};
      TRY_ASSIGN(ids, candidates(session, definition_, rule, keys_of(rule, one.values)));
      std::erase(ids, sought.id);
      one.ids = std::move(ids);
      out.push_back(std::move(one));
    }
    return {};
  }

  Result<void> compare(store::Session& session, const DuplicateRule& rule,
                       const std::vector<std::string>& values, const std::vector<std::string>& ids) {
    for (std::size_t i = 0; i < ids.size(); i += kIds) {
      std::vector<std::string> some(
          ids.begin() + static_cast<std::ptrdiff_t>(i),
          ids.begin() + static_cast<std::ptrdiff_t>(std::min(i + kIds, ids.size())));
      some.resize(kIds, some.back());
      std::vector<expression::SqlValue> owned(some.begin(), some.end());
      const std::string policy = RowPolicy(entity_, catalog_, caller_, 0).sql("t", owned, session.dialect());
      TRY(session.query("SELECT " + entity_.select_columns + " FROM " + definition_.table +
                            " t WHERE t.id IN (" + places(1, kIds) + ") AND t.deleted_at IS NULL" + policy,
                        as_params(owned, owned.size()), [&](const store::Row& row) {
                          add(rule, values, read_record(entity_, row, session.dialect()));
                          return true;
                        }));
    }
    return {};
  }

  void add(const DuplicateRule& rule, const std::vector<std::string>& values, Record record) {
    const double score = likeness(rule, values, folded_values(definition_, rule, record));
    if (score == 0) return;
    Found& found = found_[record.id];
    found.score = std::max(found.score, score);
    found.rules.push_back(rule.id);
    found.record = std::move(record);
  }

  const Catalog& catalog_;
  const EntityEntry& entity_;
  const Definition& definition_;
  const Caller& caller_;
  const FieldAccess& access_;
  std::map<std::string, Found> found_;
};

// What the keys of an entity are made by; when it changes they are made anew.
std::string rules_text(const Definition& definition) {
  Json out = Json::array();
  for (const DuplicateRule& rule : definition.duplicates) {
    Json fields = Json::array();
    for (const std::size_t field : rule.fields) fields.push_back(definition.fields[field].name);
    out.push_back({{"id", rule.id}, {"fields", fields}, {"equal", rule.likeness == Likeness::kEqual}});
  }
  return to_text(out);
}

}  // namespace

Result<void> Duplicates::keep(store::Transaction& transaction, const EntityEntry& entity,
                              const Record& record, const Record* before) {
  const Definition& definition = *entity.definition;
  for (const DuplicateRule& rule : definition.duplicates) {
    if (before != nullptr) {
      if (!touches(rule, record, *before)) continue;
      TRY(transaction.post(
          "DELETE FROM core_likeness WHERE record_id = $1 AND entity = $2 AND rule = $3",
          {std::string_view(record.id), std::string_view(definition.name), std::string_view(rule.id)}));
    }
    TRY(insert_keys(transaction, definition, rule, record));
  }
  return {};
}

Result<void> Duplicates::forget(store::Transaction& transaction, std::string_view record_id) {
  TRY(transaction.execute("DELETE FROM core_likeness WHERE record_id = $1", {record_id}));
  return {};
}

Result<void> Duplicates::forget_module(store::Transaction& transaction, std::string_view module) {
  const std::string prefix = std::string(module) + ".";
  for (const char* table : {"core_likeness", "core_likeness_state"})
    TRY(transaction.execute("DELETE FROM " + std::string(table) + " WHERE substr(entity, 1, length($1)) = $1",
                            {std::string_view(prefix)}));
  return {};
}

Result<void> Duplicates::find(Engine& engine, const Catalog& catalog, const EntityEntry& entity,
                              const Caller& caller, const Json& values, std::string_view except,
                              std::string& out) {
  const Definition& definition = *entity.definition;
  if (!values.is_object())
    return fail(Error::invalid("entity.not_object", "The values are an object by field.").at("values"));
  Record sought;
  sought.id = except;
  sought.values.resize(definition.fields.size());
  for (const auto& [name, value] : values.items())
    if (const auto index = definition.find(name))
      if (auto parsed = parse_value(definition.fields[*index], value))
        sought.values[*index] = std::move(*parsed);
  Search search(catalog, entity, caller);
  TRY(search.run(engine.database(), sought));
  search.write(out);
  return {};
}

Result<void> Duplicates::find_like(Engine& engine, const Catalog& catalog, const EntityEntry& entity,
                                   const Caller& caller, std::string_view id, std::string& out) {
  TRY(engine.note_reading(entity, caller, id));
  Record record;
  TRY(engine.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(loaded, engine.load(session, catalog, entity, caller, id));
    record = std::move(loaded);
    return {};
  }));
  Search search(catalog, entity, caller);
  TRY(search.run(engine.database(), record));
  search.write(out);
  return {};
}

Result<bool> LikenessBuilder::step(const Catalog& catalog) {
  for (const EntityEntry* entity : catalog.all()) {
    const std::string& name = entity->definition->name;
    const std::string wanted =
        entity->definition->duplicates.empty() ? std::string() : rules_text(*entity->definition);
    const auto known = done_.find(name);
    if (known != done_.end() ? known->second == wanted : wanted.empty()) continue;
    TRY_ASSIGN(more, batch(*entity, wanted));
    if (!more) done_[name] = wanted;
    return true;
  }
  return false;
}

// The state moves with the keys, so that a batch is done once or not at all.
Result<bool> LikenessBuilder::batch(const EntityEntry& entity, const std::string& wanted) {
  const Definition& definition = *entity.definition;
  const std::string_view name = definition.name;
  bool more = false;
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    more = false;
    std::string rules, last;
    bool finished = false;
    TRY(transaction.query_one("SELECT rules, last_id, finished FROM core_likeness_state WHERE entity = $1",
                              {name}, [&](const store::Row& row) {
                                rules = row.string(0);
                                last = row.string(1);
                                finished = row.boolean(2);
                              }));
    if (rules == wanted && (finished || wanted.empty())) return {};
    if (rules != wanted) {
      TRY(transaction.execute("DELETE FROM core_likeness WHERE entity = $1", {name}));
      last.clear();
    }
    std::vector<Record> records;
    if (!wanted.empty())
      TRY(transaction.query("SELECT " + entity.select_columns + " FROM " + definition.table +
                                " t WHERE t.id > $1 ORDER BY t.id LIMIT " + std::to_string(kBatch),
                            {std::string_view(last)}, [&](const store::Row& row) {
                              records.push_back(read_record(entity, row, transaction.dialect()));
                              return true;
                            }));
    for (const Record& record : records)
      for (const DuplicateRule& rule : definition.duplicates)
        TRY(insert_keys(transaction, definition, rule, record));
    more = records.size() == kBatch;
    if (!records.empty()) last = records.back().id;
    TRY(transaction.execute("DELETE FROM core_likeness_state WHERE entity = $1", {name}));
    if (wanted.empty()) return {};
    TRY(transaction.execute(
        "INSERT INTO core_likeness_state (entity, rules, last_id, finished) VALUES ($1, $2, $3, $4)",
        {name, std::string_view(wanted), std::string_view(last), !more}));
    return {};
  }));
  return more;
}

}  // namespace opsflux::entities
