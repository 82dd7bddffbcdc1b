// The copy of all that is kept of a person: a ZIP with JSON and CSV of each part.
#include "host/entities/export.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/package/zip_writer.hpp"
#include "host/services/privacy/person_fields.hpp"
#include "host/services/privacy/privacy.hpp"
#include "host/tabular/table_writer.hpp"

namespace opsflux::privacy {
namespace {

using Files = std::map<std::string, package::PackedBytes>;

constexpr std::int64_t kMaxTrailRows = 100'000;

Result<std::string> content_of(const entities::ExportFile& made) {
  std::string out(made.size, '\0');
  std::size_t at = 0;
  while (at < out.size()) {
    const ssize_t got = ::pread(made.file.get(), out.data() + at, out.size() - at, static_cast<off_t>(at));
    if (got <= 0) return fail(file_error(errno, "export", "read"));
    at += static_cast<std::size_t>(got);
  }
  return out;
}

// One table, in both forms.
class Sheet {
 public:
  Sheet(std::string name, std::vector<std::string> columns)
      : name_(std::move(name)), columns_(std::move(columns)) {}

  // `row` has the columns at its beginning.
  void add(const store::Row& row) {
    Json object = Json::object();
    std::vector<tabular::Cell> cells;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const int column = static_cast<int>(i);
      object[columns_[i]] = row.is_null(column) ? Json() : Json(row.string(column));
      cells.emplace_back(row.is_null(column) ? tabular::Cell() : tabular::Cell(row.string(column)));
    }
    json_.push_back(std::move(object));
    rows_.push_back(std::move(cells));
  }

  Result<void> put(Files& files, const std::filesystem::path& temp) const {
    files[name_ + ".json"] = package::pack_bytes(json_.dump(2));
    std::vector<tabular::OutputColumn> columns;
    for (const std::string& column : columns_) columns.push_back({column, "", 0});
    const auto path = temp / ("copy-" + to_hex(random_bytes(8)) + ".csv");
    TRY_ASSIGN(writer, tabular::create_table(path, tabular::OutputKind::kCsv, std::move(columns)));
    for (const auto& row : rows_) TRY(writer->row(row));
    TRY(writer->finish());
    auto text = read_file(path);
    TRY(remove_tree(path));
    if (!text) return fail(text.error());
    files[name_ + ".csv"] = package::pack_bytes(*text);
    return {};
  }

 private:
  const std::string name_;
  const std::vector<std::string> columns_;
  Json json_ = Json::array();
  std::vector<std::vector<tabular::Cell>> rows_;
};

Result<void> put_tables(const Parts& parts, const Person& person, Files& files) {
  for (const PersonTable& table : parts.tables) {
    if (table.columns.empty()) continue;
    Sheet sheet(table.name, table.columns);
    TRY(parts.database.read([&](store::Session& session) {
      return session.query(
          "SELECT " + join(table.columns, ", ") + " FROM " + table.table + " WHERE " + table.person + " = $1",
          {table.by_email ? person.email : person.id}, [&](const store::Row& row) {
            sheet.add(row);
            return true;
          });
    }));
    TRY(sheet.put(files, parts.engine.temp_folder()));
  }
  return {};
}

// What he did, and what others did with his record; the addresses of others are theirs.
Result<void> put_trail(const Parts& parts, const Person& person, Files& files) {
  Sheet sheet("activity", {"at", "action", "entity", "record_id", "by", "address", "device", "changes"});
  TRY(parts.database.read([&](store::Session& session) {
    return session.query(
        "SELECT at, action, entity, record_id, actor_name, CASE WHEN actor_id = $1 THEN address END, "
        "CASE WHEN actor_id = $1 THEN user_agent END, changes FROM core_audit WHERE actor_id = $1 OR "
        "(entity = 'identity.user' AND record_id = $1) ORDER BY at, id LIMIT $2",
        {person.id, kMaxTrailRows}, [&](const store::Row& row) {
          sheet.add(row);
          return true;
        });
  }));
  return sheet.put(files, parts.engine.temp_folder());
}

// His own records, as far as he may see their fields.
Result<void> put_records(const Parts& parts, const entities::Catalog& catalog, const Person& person,
                         const Caller& as, Files& files) {
  Caller system;
  system.system = true;
  system.user_id = person.id;
  system.name = person.name;
  system.via = "privacy";
  for (const entities::EntityEntry* entity : catalog.all()) {
    entities::ListQuery query;
    query.filter = own_records(*entity, person.id);
    if (query.filter.empty()) continue;
    for (const std::size_t field : entity->fields_for(as).visible)
      query.fields.push_back(entity->definition->fields[field].name);
    for (const bool deleted : {false, true}) {
      query.deleted = deleted;
      const std::string name = "records/" + entity->definition->module + "/" + entity->definition->plural +
                               (deleted ? "-deleted" : "");
      for (const auto format : {entities::ExportFormat::kJson, entities::ExportFormat::kCsv}) {
        TRY_ASSIGN(made, entities::export_records(parts.engine, catalog, *entity, system, query, {format}));
        if (made.rows == 0) break;
        TRY_ASSIGN(text, content_of(made));
        files[name + (format == entities::ExportFormat::kJson ? ".json" : ".csv")] =
            package::pack_bytes(text);
      }
    }
  }
  return {};
}

Result<void> put_profile(const Parts& parts, const entities::Catalog& catalog, const Person& person,
                         Files& files) {
  Caller system;
  system.system = true;
  system.user_id = person.id;
  system.via = "privacy";
  entities::ListQuery query;
  query.filter = "id == \"" + person.id + "\"";
  for (const auto format : {entities::ExportFormat::kJson, entities::ExportFormat::kCsv}) {
    TRY_ASSIGN(made, entities::export_records(parts.engine, catalog, *catalog.find("identity.user"), system,
                                              query, {format}));
    TRY_ASSIGN(text, content_of(made));
    files[std::string("profile") + (format == entities::ExportFormat::kJson ? ".json" : ".csv")] =
        package::pack_bytes(text);
  }
  return {};
}

}  // namespace

Result<void> Privacy::make_export(const Request& request) const {
  const auto catalog = parts_.catalog();
  std::optional<Person> person;
  TRY(parts_.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, find_person(session, request.user_id));
    person = std::move(found);
    return {};
  }));
  if (!person) return fail(Error::not_found("identity.user_missing", "There is no such user."));
  Caller as;
  as.user_id = person->id;
  as.role = person->role;
  if (parts_.judge) parts_.judge(as);
  Files files;
  TRY(put_profile(parts_, *catalog, *person, files));
  TRY(put_tables(parts_, *person, files));
  TRY(put_records(parts_, *catalog, *person, as, files));
  TRY(put_trail(parts_, *person, files));
  files["about.json"] =
      package::pack_bytes(Json{{"user", person->id}, {"made_at", format_utc(parts_.clock.now())}}.dump(2));
  TRY_ASSIGN(bytes, package::write_zip(files));
  return write_file_atomic(path_of(request.id), bytes, 0600);
}

}  // namespace opsflux::privacy
