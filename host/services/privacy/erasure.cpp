// The erasure of a person: a job that may be cut off anywhere and is run again from its beginning, since what
// is done already is not found a second time.
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/entities/duplicates.hpp"
#include "host/entities/record_io.hpp"
#include "host/entities/search.hpp"
#include "host/services/privacy/person_fields.hpp"
#include "host/services/privacy/privacy.hpp"

namespace opsflux::privacy {
namespace {

using entities::EntityEntry;
using entities::Field;
using entities::FieldType;
using entities::FieldValue;
using entities::Record;

constexpr int kBatch = 500;

std::string short_name(std::string_view id) { return sha256_hex(id).substr(0, 4); }

// What stands in a field that must have a value. Nothing where no value of its type says nothing: the field
// keeps what it has and the report names it.
std::optional<FieldValue> placeholder(const Field& field, std::string_view record_id) {
  switch (field.type) {
    case FieldType::kEmail:
      return FieldValue("erased-" + std::string(record_id) + "@invalid");
    case FieldType::kPhone:
    case FieldType::kText:
    case FieldType::kLongText:
    case FieldType::kRichText: {
      std::string text =
          "Personne effacée " + (field.unique ? std::string(record_id) : short_name(record_id));
      if (field.max_length > 0 && utf8_length(text) > field.max_length)
        text = sha256_hex(record_id).substr(0, field.max_length);
      return FieldValue(std::move(text));
    }
    default:
      return std::nullopt;
  }
}

// Takes the marked values out of records, past hooks and rules: those of a module must not keep a person.
class Anonymiser {
 public:
  Anonymiser(const Parts& parts, const entities::Catalog& catalog, Json& report)
      : parts_(parts), catalog_(catalog), report_(report) {}

  // Records that are the person, batch by batch.
  Result<void> records(const EntityEntry& entity, const Person& person) {
    const Recognition known = recognition(entity);
    if (known.empty()) return {};
    std::string where;
    std::vector<std::string> wanted;
    const auto add = [&](const std::string& condition, const std::string& value) {
      wanted.push_back(value);
      where += (where.empty() ? "" : " OR ") + condition + "$" + std::to_string(wanted.size());
    };
    for (const std::string& column : known.named) add("t." + column + " = ", person.id);
    for (const std::string& column : known.addressed)
      add("lower(t." + column + ") = ", to_lower_ascii(person.email));
    wanted.emplace_back();
    for (;;) {
      std::int64_t done = 0;
      std::string last;
      TRY(parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
        done = 0;
        std::vector<Record> found;
        const std::vector<store::Value> values(wanted.begin(), wanted.end());
        TRY(transaction.query("SELECT " + entity.select_columns + " FROM " + entity.definition->table +
                                  " t WHERE (" + where + ") AND t.id > $" + std::to_string(wanted.size()) +
                                  " ORDER BY t.id LIMIT " + std::to_string(kBatch),
                              values, [&](const store::Row& row) {
                                found.push_back(entities::read_record(entity, row, transaction.dialect()));
                                return true;
                              }));
        for (const Record& record : found) TRY(one(transaction, entity, record));
        done = static_cast<std::int64_t>(found.size());
        if (!found.empty()) last = found.back().id;
        return {};
      }));
      wanted.back() = last;
      count("records", entity.definition->name, done);
      if (done < kBatch) return {};
    }
  }

  Result<void> one(store::Transaction& transaction, const EntityEntry& entity, const Record& before) {
    Record record = before;
    std::string sql;
    std::vector<std::size_t> changed;
    Json fields = Json::array();
    for (const std::size_t i : marked_fields(entity)) {
      const Field& field = entity.definition->fields[i];
      if (std::holds_alternative<std::monostate>(record.values[i])) continue;
      if (field.required) {
        auto value = placeholder(field, record.id);
        if (!value) {
          report_["kept_fields"][entity.definition->name].push_back(field.name);
          continue;
        }
        record.values[i] = std::move(*value);
      } else {
        record.values[i] = FieldValue();
      }
      changed.push_back(i);
      fields.push_back({{"field", field.name}, {"before", nullptr}, {"after", nullptr}});
    }
    if (changed.empty()) return {};
    const std::string now = format_utc(parts_.clock.now());
    ++record.version;
    record.updated_at = now;
    std::vector<store::Value> values{std::string_view(record.id), record.version, std::string_view(now)};
    for (const std::size_t i : changed) {
      values.push_back(
          entities::bind_value(entity.definition->fields[i], record.values[i], transaction.dialect()));
      sql += ", " + entity.definition->fields[i].name + " = $" + std::to_string(values.size());
    }
    TRY(transaction.execute(
        "UPDATE " + entity.definition->table + " SET version = $2, updated_at = $3" + sql + " WHERE id = $1",
        values));
    TRY(forget_files(transaction, entity, record.id, changed, now));
    if (entities::words_changed(*entity.definition, record, before))
      TRY(entities::index_words(transaction, entity, record));
    TRY(entities::Duplicates::keep(transaction, entity, record, &before));
    return note(transaction, entity, record, fields);
  }

 private:
  void count(const char* what, const std::string& name, std::int64_t number) {
    if (number == 0) return;
    if (!report_.contains(what)) report_[what] = Json::object();
    report_[what][name] = report_[what].value(name, std::int64_t{0}) + number;
  }

  Result<void> forget_files(store::Transaction& transaction, const EntityEntry& entity, const std::string& id,
                            const std::vector<std::size_t>& changed, const std::string& now) {
    for (const std::size_t i : changed)
      if (entities::is_file(entity.definition->fields[i].type))
        TRY(transaction.execute(
            "UPDATE core_file SET deleted_at = $4 WHERE entity = $1 AND record_id = $2 AND "
            "field = $3 AND deleted_at IS NULL",
            {entity.definition->name, id, entity.definition->fields[i].name, now}));
    return {};
  }

  // Which fields, not what stood in them.
  Result<void> note(store::Transaction& transaction, const EntityEntry& entity, const Record& record,
                    const Json& fields) {
    Caller system;
    system.system = true;
    system.via = "erasure";
    if (!record.deleted_at.empty())
      return parts_.audit.write(transaction, system,
                                {"erased", entity.definition->name, record.id, to_text(fields)});
    entities::WriteContext write{transaction, catalog_, system};
    return parts_.engine.note(write, entity, record.id, "erased", fields);
  }

  const Parts& parts_;
  const entities::Catalog& catalog_;
  Json& report_;
};

Result<void> delete_rows(const Parts& parts, const Person& person, Json& report) {
  for (const PersonTable& table : parts.tables) {
    if (!table.erased) continue;
    std::int64_t deleted = 0;
    TRY(parts.database.write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY_ASSIGN(count, transaction.execute("DELETE FROM " + table.table + " WHERE " + table.person + " = $1",
                                            {table.by_email ? person.email : person.id}));
      deleted = count;
      return {};
    }));
    if (deleted > 0) report["tables"][table.name] = deleted;
  }
  return {};
}

Result<void> set_state(const Parts& parts, const Request& request, const char* state, const Json& report) {
  const std::string now = format_utc(parts.clock.now());
  const std::string text = report.is_null() ? "" : to_text(report);
  return parts.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.execute(
        "UPDATE privacy_request SET state = $2, done_at = $3, report = $4 WHERE id = $1",
        {request.id, state, report.is_null() ? store::Value(store::kNull) : store::Value(now),
         store::text_or_null(std::string_view(text))}));
    return {};
  });
}

// What was counted before the last run was cut off is lost; what it did is not.
Result<void> anonymise_account(const Parts& parts, const entities::Catalog& catalog, const Person& person,
                               Anonymiser& anonymiser) {
  const EntityEntry& users = *catalog.find("identity.user");
  return parts.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    std::optional<Record> record;
    TRY(transaction.query_one(
        "SELECT " + users.select_columns + " FROM " + users.definition->table + " t WHERE t.id = $1",
        {person.id},
        [&](const store::Row& row) { record = entities::read_record(users, row, transaction.dialect()); }));
    if (!record) return {};
    TRY(anonymiser.one(transaction, users, *record));
    return parts.erased ? parts.erased(transaction, person.id) : Result<void>();
  });
}

}  // namespace

Result<void> Privacy::erase(const Request& request) const {
  const auto catalog = parts_.catalog();
  std::optional<Person> person;
  TRY(parts_.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, find_person(session, request.user_id));
    person = std::move(found);
    return {};
  }));
  Json report = Json::object();
  if (person) {
    TRY(set_state(parts_, request, "running", nullptr));
    Anonymiser anonymiser(parts_, *catalog, report);
    for (const EntityEntry* entity : catalog->all()) TRY(anonymiser.records(*entity, *person));
    TRY(delete_rows(parts_, *person, report));
    TRY_ASSIGN(requests, requests_of(person->id));
    for (const Request& other : requests)
      if (other.kind == "export") TRY(remove_tree(path_of(other.id)));
    TRY(anonymise_account(parts_, *catalog, *person, anonymiser));
    report["records"]["identity.user"] = 1;
  }
  report["kept"] = kept_after_erasure();
  TRY(set_state(parts_, request, "done", report));
  log::info("privacy.erased", {{"user", request.user_id}});
  return {};
}

}  // namespace opsflux::privacy
