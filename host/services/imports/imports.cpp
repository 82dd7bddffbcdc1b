#include "host/services/imports/imports.hpp"

#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/services/imports/import_options.hpp"

namespace opsflux::imports {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kColumns =
    "id, entity, file_name, state, file, plan, counts, error, created_at, created_by, finished_at";

Error no_run() { return Error::not_found("import.not_found", "There is no such import."); }

Json json_of(const store::Row& row, int column) {
  if (row.is_null(column)) return nullptr;
  auto parsed = parse_json(row.text(column));
  return parsed ? std::move(*parsed) : Json();
}

Run run_of(const store::Row& row) {
  return {row.string(0),   row.string(1),   row.string(2), row.string(3), json_of(row, 4), json_of(row, 5),
          json_of(row, 6), json_of(row, 7), row.string(8), row.string(9), row.string(10)};
}

store::Value json_or_null(const Json& json, const std::string& text) {
  return json.is_null() ? store::Value(store::kNull) : store::Value(std::string_view(text));
}

// What is known of a workbook of several sheets whose first one cannot be read; false for other files.
bool has_other_sheets(const fs::path& file, const tabular::ReadOptions& options, Run& run) {
  const auto sheets = tabular::sheet_names(file, options);
  if (!sheets || sheets->size() < 2) return false;
  std::error_code ignored;
  run.file = {{"kind", tabular::kind_name(tabular::TableKind::kXlsx)},
              {"sheet", sheets->front()},
              {"sheets", *sheets},
              {"size", fs::file_size(file, ignored)},
              {"headers", Json::array()}};
  return true;
}

// The same for files with the same columns in the same order.
std::string key_of(const Json& headers) { return sha256_hex(to_text(headers)).substr(0, 32); }

}  // namespace

Json to_json(const Run& run) {
  const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
  return {{"id", run.id},
          {"entity", run.entity},
          {"file_name", run.file_name},
          {"state", run.state},
          {"file", run.file},
          {"plan", run.plan},
          {"counts", run.counts},
          {"error", run.error},
          {"created_at", run.created_at},
          {"created_by", text(run.created_by)},
          {"finished_at", text(run.finished_at)}};
}

Imports::Imports(Parts parts) : parts_(std::move(parts)), mappings_(parts_.engine, parts_.registry) {}

Imports::~Imports() {
  stopping_ = true;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, flag] : cancelled_) flag->store(true);
  }
  runner_.stop();
}

Result<std::unique_ptr<Imports>> Imports::open(Parts parts) {
  TRY(make_folders(parts.folder));
  auto out = std::unique_ptr<Imports>(new Imports(std::move(parts)));
  const std::string error = to_text(problem_json(interrupted(), interrupted().message));
  TRY(out->parts_.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("UPDATE import_run SET state = 'interrupted', error = $1 WHERE state = 'running'",
                            {std::string_view(error)}));
    return {};
  }));
  return out;
}

Result<Json> Imports::receive(const Caller& caller, std::string_view entity_name, std::string_view file_name,
                              const fs::path& file) {
  const auto registry = parts_.registry.current();
  TRY_ASSIGN(entity, entity_to_import(*registry, caller, entity_name));
  const std::string id = parts_.engine.new_id();
  if (utf8_length(file_name) > 200)
    return fail(Error::invalid("import.bad_options", "The name of the file has at most 200 characters.")
                    .at("file_name")
                    .with("name", "file_name")
                    .with("expected", "at most 200 characters"));
  TRY_ASSIGN(options, read_options(Json::object(), file_name));
  Run run{id,
          std::string(entity_name),
          std::string(file_name),
          "uploaded",
          Json::object(),
          nullptr,
          Json::object(),
          nullptr,
          format_utc(parts_.engine.clock().now()),
          caller.user_id,
          ""};
  auto seen = look(*entity, caller, file, options, run);
  if (!seen && !has_other_sheets(file, options, run)) return fail(std::move(seen.error()));
  if (!seen)
    run.error = problem_json(seen.error(), parts_.translator.catalog()->sentence(
                                               i18n::choose_language(caller.language, ""), seen.error()));
  std::error_code ec;
  fs::copy_file(file, file_of(id), fs::copy_options::overwrite_existing, ec);
  if (ec) return fail(file_error(ec.value(), file_of(id).string(), "write"));
  TRY(parts_.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    const std::string file_text = to_text(run.file), counts = "{}", key = key_of(run.file["headers"]);
    const std::string error = to_text(run.error);
    TRY(transaction.execute(
        "INSERT INTO import_run (id, entity, file_name, state, file, headers_key, counts, error, created_at, "
        "created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        {std::string_view(id), entity_name, file_name, std::string_view(run.state),
         std::string_view(file_text), std::string_view(key), std::string_view(counts),
         json_or_null(run.error, error), std::string_view(run.created_at),
         store::text_or_null(std::string_view(run.created_by))}));
    return {};
  }));
  Json out = to_json(run);
  out["preview"] = seen ? std::move(*seen) : Json();
  return out;
}

// What the file is goes into the run; the answer is the preview.
Result<Json> Imports::look(const entities::EntityEntry& entity, const Caller& caller, const fs::path& file,
                           const tabular::ReadOptions& options, Run& run) const {
  TRY_ASSIGN(reader, tabular::open_table(file, options));
  TRY_ASSIGN(seen, look_at(*reader, entity, caller, *parts_.translator.catalog()));
  const tabular::TableInfo& info = reader->info();
  run.file = {{"kind", tabular::kind_name(info.kind)}, {"sheet", info.sheet}, {"sheets", info.sheets}};
  if (info.kind == tabular::TableKind::kCsv) {
    run.file["encoding"] = tabular::encoding_name(info.encoding);
    run.file["encoding_assumed"] = info.encoding_assumed;
    run.file["separator"] = std::string(1, info.separator);
  }
  std::error_code ignored;
  run.file["size"] = fs::file_size(file, ignored);
  run.file["headers"] = seen["headers"];
  const std::string key = key_of(seen["headers"]);
  // The mapping that worked for such a file before is the best guess.
  TRY(parts_.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY(session.query_one(
        "SELECT plan FROM import_run WHERE entity = $1 AND headers_key = $2 AND state = "
        "'done' AND created_by = $3 ORDER BY id DESC LIMIT 1",
        {std::string_view(run.entity), std::string_view(key), std::string_view(caller.user_id)},
        [&](const store::Row& row) { seen["before"] = json_of(row, 0); }));
    return {};
  }));
  return seen;
}

Result<Json> Imports::preview(const Caller& caller, std::string_view id, const Json& body) {
  TRY_ASSIGN(run, find(caller, id));
  if (!body.is_object()) return fail(bad_option("preview", "an object"));
  const auto registry = parts_.registry.current();
  TRY_ASSIGN(entity, entity_to_import(*registry, caller, run.entity));
  TRY_ASSIGN(options, read_options(body, run.file_name));
  TRY_ASSIGN(seen, look(*entity, caller, file_of(run.id), options, run));
  TRY(parts_.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    const std::string file_text = to_text(run.file), key = key_of(run.file["headers"]);
    TRY(
        transaction.execute("UPDATE import_run SET file = $2, headers_key = $3, error = CASE WHEN state = "
                            "'uploaded' THEN NULL ELSE error END WHERE id = $1 AND state <> 'running'",
                            {std::string_view(run.id), std::string_view(file_text), std::string_view(key)}));
    return {};
  }));
  if (run.state == "uploaded") run.error = nullptr;
  Json out = to_json(run);
  out["preview"] = std::move(seen);
  return out;
}

Result<void> Imports::each_run(store::Session& session, std::string_view where, std::vector<Run>& out) {
  return session.query("SELECT " + std::string(kColumns) + " FROM import_run WHERE " + std::string(where), {},
                       [&](const store::Row& row) {
                         out.push_back(run_of(row));
                         return true;
                       });
}

Result<Run> Imports::find(const Caller& caller, std::string_view id) const {
  std::optional<Run> out;
  TRY(parts_.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY(session.query_one("SELECT " + std::string(kColumns) + " FROM import_run WHERE id = $1", {id},
                          [&](const store::Row& row) { out = run_of(row); }));
    return {};
  }));
  if (!out || (out->created_by != caller.user_id && !caller.administrator())) return fail(no_run());
  return std::move(*out);
}

Result<std::vector<Run>> Imports::list(const Caller& caller, std::string_view entity) const {
  std::vector<Run> out;
  TRY(parts_.engine.database().read([&](store::Session& session) {
    out.clear();
    return session.query("SELECT " + std::string(kColumns) +
                             " FROM import_run WHERE created_by = $1 AND ($2 = '' OR entity = $2) ORDER BY "
                             "id DESC LIMIT 100",
                         {std::string_view(caller.user_id), entity}, [&](const store::Row& row) {
                           out.push_back(run_of(row));
                           return true;
                         });
  }));
  return out;
}

Result<void> Imports::save(const Run& run) const {
  const std::string plan = to_text(run.plan), counts = to_text(run.counts), error = to_text(run.error);
  return parts_.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.execute(
        "UPDATE import_run SET state = $2, plan = $3, counts = $4, error = $5, finished_at = $6 WHERE id = "
        "$1",
        {std::string_view(run.id), std::string_view(run.state), json_or_null(run.plan, plan),
         std::string_view(counts), json_or_null(run.error, error),
         store::text_or_null(std::string_view(run.finished_at))}));
    return {};
  });
}

void Imports::tell(const Run& run) const {
  if (!parts_.hub.anybody()) return;
  parts_.hub.publish("import", to_text(to_json(run)),
                     [&](const Caller& caller) { return caller.user_id == run.created_by; });
}

fs::path Imports::errors_of(const Run& run) const {
  const fs::path path = file_of(run.id + ".errors.csv");
  std::error_code ec;
  return fs::exists(path, ec) ? path : fs::path();
}

Result<Run> Imports::cancel(const Caller& caller, std::string_view id) {
  TRY_ASSIGN(run, find(caller, id));
  const std::lock_guard lock(mutex_);
  const auto it = cancelled_.find(id);
  if (it == cancelled_.end())
    return fail(Error::conflict("import.wrong_state", "The import does not run.").with("state", run.state));
  it->second->store(true);
  return run;
}

Result<void> Imports::prune(UtcNs before) {
  const std::string time = format_utc(before);
  std::vector<std::string> gone;
  TRY(parts_.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    gone.clear();
    TRY(transaction.query("SELECT id FROM import_run WHERE created_at < $1 AND state <> 'running' LIMIT 1000",
                          {std::string_view(time)}, [&](const store::Row& row) {
                            gone.push_back(row.string(0));
                            return true;
                          }));
    for (const std::string& id : gone) {
      TRY(transaction.execute("DELETE FROM import_row WHERE run_id = $1", {std::string_view(id)}));
      TRY(transaction.execute("DELETE FROM import_run WHERE id = $1", {std::string_view(id)}));
    }
    return {};
  }));
  std::error_code ignored;
  for (const std::string& id : gone)
    for (const fs::path& path : {file_of(id), file_of(id + ".errors.csv")}) fs::remove(path, ignored);
  return {};
}

}  // namespace opsflux::imports
