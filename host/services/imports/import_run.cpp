// How a run is carried out, and taken back.
#include <nlohmann/json.hpp>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/entities/history.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/imports/import_options.hpp"
#include "host/services/imports/imports.hpp"
#include "host/tabular/table_writer.hpp"

namespace opsflux::imports {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatch = 200, kShownProblems = 100;
constexpr std::int64_t kMostProblems = 100'000;  // kept in the list of errors

Error wrong_state(const Run& run) {
  return Error::conflict("import.wrong_state", "The import is " + run.state + ".").with("state", run.state);
}

// The version that stands, where only automations have worked on the record since `version`; else `version`,
// by which a change of somebody is noticed.
Result<std::int64_t> untouched_version(store::Transaction& transaction, const entities::EntityEntry& entity,
                                       const std::string& id, std::int64_t version) {
  std::int64_t now = version;
  TRY(transaction.query_one("SELECT version FROM " + entity.definition->table + " WHERE id = $1",
                            {std::string_view(id)}, [&](const store::Row& row) { now = row.i64(0); }));
  if (now <= version) return version;
  bool people = false;
  TRY(transaction.query(
      "SELECT via FROM core_audit WHERE entity = $1 AND record_id = $2 AND action IN "
      "('created', 'updated', 'deleted', 'restored') ORDER BY id DESC LIMIT " +
          std::to_string(now - version),
      {std::string_view(entity.definition->name), std::string_view(id)}, [&](const store::Row& row) {
        const std::string_view via = row.is_null(0) ? std::string_view() : row.text(0);
        people = !via.starts_with("trigger:") && !via.starts_with("module:");
        return !people;
      }));
  return people ? version : now;
}

}  // namespace

struct Imports::Job {
  Run run;
  Caller caller;
  std::shared_ptr<const modules::Registry> registry;
  const entities::EntityEntry* entity = nullptr;
  tabular::ReadOptions reading;
  Options options;
  bool check = false, trying = true;  // trying: nothing was written so far
  std::shared_ptr<std::atomic<bool>> cancelled;
  std::unique_ptr<tabular::TableWriter> errors;
  i18n::Language language = i18n::Language::kEnglish;
  std::int64_t total = 0, rows = 0, created = 0, updated = 0, unchanged = 0, failed = 0;
  Json problems = Json::array();

  void count() {
    run.counts = {{"total", total},         {"rows", rows},     {"created", created},   {"updated", updated},
                  {"unchanged", unchanged}, {"failed", failed}, {"problems", problems}, {"trying", trying}};
  }
};

Result<Run> Imports::start(const Caller& caller, std::string_view id, const Json& body, bool check) {
  TRY_ASSIGN(run, find(caller, id));
  if (run.state == "running" || run.state == "done" || run.state == "undone") return fail(wrong_state(run));
  auto job = std::make_shared<Job>();
  job->registry = parts_.registry.current();
  TRY_ASSIGN(entity, entity_to_import(*job->registry, caller, run.entity));
  job->entity = entity;
  TRY_ASSIGN(reading, read_options(body, run.file_name));
  job->reading = reading;
  TRY_ASSIGN(reader, tabular::open_table(file_of(run.id), reading));
  TRY_ASSIGN(options, parse_options(body, *entity, caller, reader->headers()));
  const auto texts = parts_.translator.catalog();
  options.plan.value_of_label = [texts, definition = entity->definition](const entities::Field& field,
                                                                         std::string_view text) {
    return value_of_label(*texts, *definition, field, text);
  };
  job->options = std::move(options);
  TRY(entities::Importer(parts_.engine, job->registry->catalog(), *entity, caller, job->options.plan,
                         reader->headers())
          .check_plan());
  job->caller = caller;
  job->caller.via = "import";
  job->language = i18n::choose_language(caller.language, "");
  job->check = check;
  job->cancelled = std::make_shared<std::atomic<bool>>(false);
  run.plan = body;
  run.state = "running";
  run.error = nullptr;
  run.finished_at.clear();
  job->run = run;
  job->count();
  {
    const std::lock_guard lock(mutex_);
    if (!cancelled_.emplace(run.id, job->cancelled).second) return fail(wrong_state(run));
  }
  TRY(save(job->run));
  if (!runner_.post([this, job] { carry_out(*job); }))
    return fail(Error::unavailable("import.wrong_state", "Too many imports wait.").retry_after(10'000));
  return job->run;
}

void Imports::carry_out(Job& job) {
  std::error_code ignored;
  fs::remove(file_of(job.run.id + ".errors.csv"), ignored);
  Result<void> done = count_rows(job);
  if (done && (job.check || job.options.all)) done = try_all(job);
  const bool refused = job.failed > 0;
  if (done && !job.check && !(job.options.all && refused)) done = write_all(job);
  if (done && job.errors) {
    if (auto finished = job.errors->finish(); !finished) done = fail(finished.error());
  }
  job.errors.reset();
  job.count();
  // Where not one row was good there is nothing to keep, and the choice of columns may be corrected.
  const bool none = job.failed > 0 && (job.options.all || job.created + job.updated + job.unchanged == 0);
  const bool cut_off = job.cancelled->load() && stopping_;
  job.run.state = cut_off                 ? "interrupted"
                  : job.cancelled->load() ? "cancelled"
                  : !done                 ? "failed"
                  : job.check             ? "uploaded"
                  : none                  ? "failed"
                                          : "done";
  if (cut_off) {
    job.run.error =
        problem_json(interrupted(), parts_.translator.catalog()->sentence(job.language, interrupted()));
  } else if (!done && done.error().code != "import.cancelled") {
    log::warn("import.failed", done.error());
    job.run.error =
        problem_json(done.error(), parts_.translator.catalog()->sentence(job.language, done.error()));
  }
  // All or nothing: what was written before it went wrong is taken back.
  if (job.options.all && !job.check && job.run.state != "done")
    if (auto back = take_back(job.caller, job.run); !back) log::error("import.not_taken_back", back.error());
  job.run.finished_at = format_utc(parts_.engine.clock().now());
  if (!job.check) {
    if (auto known = parts_.engine.database().analyze(); !known)
      log::warn("store.not_analysed", known.error());
  }
  {
    const std::lock_guard lock(mutex_);
    cancelled_.erase(job.run.id);
  }
  if (auto saved = save(job.run); !saved) log::error("import.not_saved", saved.error());
  tell(job.run);
}

// How many rows there are, so that it can be told how far the run is.
Result<void> Imports::count_rows(Job& job) const {
  TRY_ASSIGN(reader, tabular::open_table(file_of(job.run.id), job.reading));
  while (!job.cancelled->load()) {
    auto row = reader->next();
    if (!row && row.error().code != "table.ragged_row") return fail(std::move(row.error()));
    if (row && !row->has_value()) break;
    ++job.total;
  }
  job.count();
  return {};
}

Result<void> Imports::try_all(Job& job) { return each_batch(job, true); }

Result<void> Imports::write_all(Job& job) {
  job.rows = job.created = job.updated = job.unchanged = 0;
  job.trying = false;
  return each_batch(job, false);
}

Result<void> Imports::each_batch(Job& job, bool dry) {
  TRY_ASSIGN(reader, tabular::open_table(file_of(job.run.id), job.reading));
  entities::Importer importer(parts_.engine, job.registry->catalog(), *job.entity, job.caller,
                              job.options.plan, reader->headers());
  const auto note = [&](store::Transaction& transaction, const entities::ImportedRow& row) -> Result<void> {
    if (!row.created && row.version == row.version_before) return {};
    return transaction.post(
        "INSERT INTO import_row (run_id, record_id, created, version_before, version) VALUES ($1, $2, "
        "$3, $4, $5)",
        {std::string_view(job.run.id), std::string_view(row.id), row.created, row.version_before,
         row.version});
  };
  const auto keep = [&](const entities::RowProblem& problem) -> Result<void> {
    const std::string sentence = parts_.translator.catalog()->sentence(job.language, problem.error);
    ++job.failed;
    if (job.problems.size() < kShownProblems) {
      Json shown = problem_json(problem.error, sentence);
      shown["row"] = problem.row;
      shown["column"] = problem.column;
      shown["value"] = problem.value;
      job.problems.push_back(std::move(shown));
    }
    if (job.failed > kMostProblems) return {};
    if (!job.errors) {
      const auto texts = parts_.translator.catalog();
      std::vector<tabular::OutputColumn> columns;
      for (const char* name : {"row", "column", "value", "reason"})
        columns.push_back({name, texts->text(job.language, std::string("import.error_list.") + name), 0});
      tabular::WriteOptions writing;
      // Where the comma parts decimals, spreadsheets want semicolons between values.
      if (job.language != i18n::Language::kEnglish) writing.separator = ';';
      TRY_ASSIGN(errors, tabular::create_table(file_of(job.run.id + ".errors.csv"), tabular::OutputKind::kCsv,
                                               std::move(columns), writing));
      job.errors = std::move(errors);
    }
    const tabular::Cell cells[] = {tabular::Number{std::to_string(problem.row)}, problem.column,
                                   problem.value, sentence};
    return job.errors->row(cells);
  };
  std::vector<tabular::Row> rows;
  for (bool more = true; more;) {
    if (job.cancelled->load())
      return fail(Error::make(ErrorKind::kCancelled, "import.cancelled", "The import was cancelled."));
    auto row = reader->next();
    if (!row && row.error().code == "table.ragged_row") {
      std::int64_t line = 0;
      for (const auto& [name, value] : row.error().params)
        if (name == "line") line = parse_int(value).value_or(0);
      ++job.rows;
      TRY(keep({line, "", "", std::move(row.error())}));
      continue;
    }
    if (!row) return fail(std::move(row.error()));
    more = row->has_value();
    if (more) rows.push_back(std::move(**row));
    if (rows.empty() || (more && rows.size() < kBatch)) continue;
    TRY_ASSIGN(result, importer.batch(rows, dry, note));
    job.rows += static_cast<std::int64_t>(rows.size());
    rows.clear();
    for (const entities::ImportedRow& written : result.written)
      ++(written.created                             ? job.created
         : written.version == written.version_before ? job.unchanged
                                                     : job.updated);
    for (const entities::RowProblem& problem : result.problems) TRY(keep(problem));
    job.count();
    TRY(save(job.run));
    tell(job.run);
    if (!dry && job.options.all && job.failed > 0) return {};  // others changed something meanwhile
  }
  return {};
}

Result<Run> Imports::undo(const Caller& caller, std::string_view id) {
  TRY_ASSIGN(run, find(caller, id));
  if (run.state != "done" && run.state != "cancelled" && run.state != "interrupted")
    return fail(wrong_state(run));
  TRY(take_back(caller, run));
  run.state = "undone";
  run.finished_at = format_utc(parts_.engine.clock().now());
  TRY(save(run));
  tell(run);
  return run;
}

Result<void> Imports::take_back_interrupted() {
  std::vector<Run> runs;
  TRY(parts_.engine.database().read([&](store::Session& session) -> Result<void> {
    runs.clear();
    return each_run(
        session,
        "state = 'interrupted' AND EXISTS (SELECT 1 FROM import_row r WHERE r.run_id = import_run.id)", runs);
  }));
  for (Run& run : runs) {
    if (get_string_or(run.plan, "mode", "all") != "all") continue;
    {
      const std::lock_guard lock(mutex_);
      cancelled_.emplace(run.id, std::make_shared<std::atomic<bool>>(false));  // nobody starts it meanwhile
    }
    runner_.post([this, run]() mutable {
      Caller caller;
      caller.user_id = run.created_by;
      caller.system = true;
      if (auto back = take_back(caller, run); !back) log::error("import.not_taken_back", back.error());
      if (auto saved = save(run); !saved) log::error("import.not_saved", saved.error());
      {
        const std::lock_guard lock(mutex_);
        cancelled_.erase(run.id);
      }
      tell(run);
    });
  }
  return {};
}

// The newest first; what somebody has changed since stays as it is and is counted. What automations made of
// the rows goes with them.
Result<void> Imports::take_back(const Caller& caller, Run& run) {
  const auto registry = parts_.registry.current();
  const entities::EntityEntry* entity = registry->catalog().find(run.entity);
  if (entity == nullptr)
    return fail(Error::not_found("entity.no_entity", "There is no entity " + run.entity + ".")
                    .with("entity", run.entity));
  struct Written {
    std::string id;
    bool created;
    std::int64_t before, version;
  };
  std::vector<Written> rows;
  TRY(parts_.engine.database().read([&](store::Session& session) {
    rows.clear();
    return session.query(
        "SELECT record_id, created, version_before, version FROM import_row WHERE run_id = $1 ORDER BY "
        "record_id DESC, version DESC",
        {std::string_view(run.id)}, [&](const store::Row& row) {
          rows.push_back({row.string(0), row.boolean(1), row.i64(2), row.i64(3)});
          return true;
        });
  }));
  Caller actor = caller;
  actor.via = "import";
  entities::History history(parts_.engine);
  std::int64_t undone = 0, kept = 0;
  for (std::size_t start = 0; start < rows.size(); start += kBatch) {
    const std::size_t end = std::min(rows.size(), start + kBatch);
    std::int64_t undone_here = 0, kept_here = 0;
    TRY(parts_.engine.database().write_now([&](store::Transaction& transaction) -> Result<void> {
      undone_here = kept_here = 0;
      entities::WriteContext write{transaction, registry->catalog(), actor};
      for (std::size_t i = start; i < end; ++i) {
        const Written& row = rows[i];
        auto back = transaction.savepoint([&]() -> Result<void> {
          TRY_ASSIGN(version, untouched_version(transaction, *entity, row.id, row.version));
          // Who may make records takes his own back, whether or not he may delete others.
          if (!row.created) {
            TRY(history.restore(write, *entity, row.id, row.before, version));
            return {};
          }
          Caller all = actor;
          all.system = true;
          entities::WriteContext everybody{transaction, registry->catalog(), all};
          TRY(parts_.engine.remove(everybody, *entity, row.id, version));
          return {};
        });
        ++(back ? undone_here : kept_here);
        TRY(transaction.execute(
            "DELETE FROM import_row WHERE run_id = $1 AND record_id = $2 AND version = $3",
            {std::string_view(run.id), std::string_view(row.id), row.version}));
      }
      return {};
    }));
    undone += undone_here;
    kept += kept_here;
  }
  run.counts["undone"] = undone;
  run.counts["kept"] = kept;
  return {};
}

}  // namespace opsflux::imports
