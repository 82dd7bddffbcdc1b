#include "host/modules/records.hpp"

namespace opsflux::modules {
namespace {

constexpr std::string_view kModuleColumns =
    "id, version, digest, state, previous_version, previous_digest, trust, key_id, signer, installed_at, "
    "installed_by, updated_at";

InstalledModule read_module(const store::Row& row) {
  return {row.string(0), row.string(1), row.string(2), row.string(3), row.string(4),  row.string(5),
          row.string(6), row.string(7), row.string(8), row.string(9), row.string(10), row.string(11)};
}

Operation read_operation(const Json& json) {
  Operation out;
  out.id = json.value("id", "");
  out.kind = json.value("kind", "");
  out.module = json.value("module", "");
  out.version = json.value("version", "");
  out.digest = json.value("digest", "");
  out.state = json.value("state", "");
  out.stage = json.value("stage", "");
  out.plan_digest = json.value("plan", "");
  out.purge = json.value("purge", false);
  out.exclusive = json.value("exclusive", false);
  out.from_version = json.value("from_version", "");
  out.from_digest = json.value("from_digest", "");
  out.from_state = json.value("from_state", "");
  out.from_migration = json.value("from_migration", 0);
  out.error = json.value("error", Json());
  out.started_at = json.value("started_at", "");
  out.started_by = json.value("started_by", "");
  out.started_by_name = json.value("started_by_name", "");
  out.finished_at = json.value("finished_at", "");
  for (const Json& stage : json.value("stages", Json::array())) {
    StageRecord record{stage.value("id", ""),
                       stage.value("state", ""),
                       stage.value("started_at", ""),
                       stage.value("took_ms", std::int64_t{0}),
                       {}};
    for (const Json& line : stage.value("lines", Json::array()))
      record.lines.push_back(
          {line.value("at", ""), line.value("code", ""), line.value("params", Json::object())});
    out.stages.push_back(std::move(record));
  }
  return out;
}

Result<std::vector<Operation>> read_operations(store::Session& session, std::string_view sql,
                                               store::Params params) {
  std::vector<Operation> out;
  std::optional<Error> broken;
  TRY(session.query(sql, params, [&](const store::Row& row) {
    auto json = parse_json(row.text(0));
    if (json)
      out.push_back(read_operation(*json));
    else
      broken = std::move(json.error());
    return json.has_value();
  }));
  if (broken) return fail(std::move(*broken));
  return out;
}

Result<void> done(Result<std::int64_t> result) {
  if (!result) return fail(std::move(result.error()));
  return {};
}

}  // namespace

Result<std::vector<InstalledModule>> installed_modules(store::Session& session) {
  std::vector<InstalledModule> out;
  TRY(session.query("SELECT " + std::string(kModuleColumns) + " FROM core_module ORDER BY id", {},
                    [&](const store::Row& row) {
                      out.push_back(read_module(row));
                      return true;
                    }));
  return out;
}

Result<std::optional<InstalledModule>> installed_module(store::Session& session, std::string_view id) {
  std::optional<InstalledModule> out;
  TRY(session.query_one("SELECT " + std::string(kModuleColumns) + " FROM core_module WHERE id = $1", {id},
                        [&](const store::Row& row) { out = read_module(row); }));
  return out;
}

Result<void> put_module(store::Transaction& transaction, const InstalledModule& m) {
  TRY(delete_module(transaction, m.id));
  return done(transaction.execute(
      "INSERT INTO core_module (" + std::string(kModuleColumns) +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {std::string_view(m.id), std::string_view(m.version), std::string_view(m.digest),
       std::string_view(m.state), store::text_or_null(std::string_view(m.previous_version)),
       store::text_or_null(std::string_view(m.previous_digest)), std::string_view(m.trust),
       std::string_view(m.key_id), std::string_view(m.signer), std::string_view(m.installed_at),
       store::text_or_null(std::string_view(m.installed_by)), std::string_view(m.updated_at)}));
}

Result<void> delete_module(store::Transaction& transaction, std::string_view id) {
  return done(transaction.execute("DELETE FROM core_module WHERE id = $1", {id}));
}

Result<std::vector<ModuleVersion>> module_versions(store::Session& session, std::string_view id) {
  std::vector<ModuleVersion> out;
  TRY(
      session.query("SELECT version, digest, installed_at FROM core_module_version WHERE module = $1 ORDER "
                    "BY installed_at DESC",
                    {id}, [&](const store::Row& row) {
                      out.push_back({row.string(0), row.string(1), row.string(2)});
                      return true;
                    }));
  return out;
}

Result<void> put_version(store::Transaction& transaction, std::string_view id, const ModuleVersion& version) {
  TRY(done(transaction.execute("DELETE FROM core_module_version WHERE module = $1 AND version = $2",
                               {id, std::string_view(version.version)})));
  return done(transaction.execute(
      "INSERT INTO core_module_version (module, version, digest, installed_at) VALUES ($1, $2, $3, $4)",
      {id, std::string_view(version.version), std::string_view(version.digest),
       std::string_view(version.installed_at)}));
}

Result<std::optional<Plan>> find_plan(store::Session& session, std::string_view digest) {
  std::optional<Plan> out;
  std::string text;
  TRY(
      session.query_one("SELECT digest, module, state, document, package_file, created_at, created_by FROM "
                        "core_module_plan WHERE digest = $1",
                        {digest}, [&](const store::Row& row) {
                          out = Plan{row.string(0), row.string(1), row.string(2), {},
                                     row.string(4), row.string(5), row.string(6)};
                          text = row.string(3);
                        }));
  if (!out) return out;
  TRY_ASSIGN(document, parse_json(text));
  out->document = std::move(document);
  return out;
}

Result<void> put_plan(store::Transaction& transaction, const Plan& plan) {
  TRY(done(transaction.execute("DELETE FROM core_module_plan WHERE digest = $1",
                               {std::string_view(plan.digest)})));
  const std::string document = to_text(plan.document);
  return done(transaction.execute(
      "INSERT INTO core_module_plan (digest, module, state, document, package_file, created_at, created_by) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {std::string_view(plan.digest), std::string_view(plan.module), std::string_view(plan.state),
       std::string_view(document), std::string_view(plan.package_file), std::string_view(plan.created_at),
       store::text_or_null(std::string_view(plan.created_by))}));
}

Result<void> delete_plans(store::Transaction& transaction, std::string_view before) {
  return done(transaction.execute(
      "DELETE FROM core_module_plan WHERE state IN ('open', 'refused') AND created_at < $1", {before}));
}

Result<std::set<std::string>> plan_files(store::Session& session) {
  std::set<std::string> out;
  TRY(session.query("SELECT package_file FROM core_module_plan WHERE state IN ('open', 'approved')", {},
                    [&](const store::Row& row) {
                      out.insert(row.string(0));
                      return true;
                    }));
  return out;
}

Json to_json(const Operation& operation) {
  Json stages = Json::array();
  for (const StageRecord& stage : operation.stages) {
    Json lines = Json::array();
    for (const StageLine& line : stage.lines)
      lines.push_back({{"at", line.at}, {"code", line.code}, {"params", line.params}});
    stages.push_back({{"id", stage.id},
                      {"state", stage.state},
                      {"started_at", stage.started_at},
                      {"took_ms", stage.took_ms},
                      {"lines", std::move(lines)}});
  }
  return {{"id", operation.id},
          {"kind", operation.kind},
          {"module", operation.module},
          {"version", operation.version},
          {"digest", operation.digest},
          {"state", operation.state},
          {"stage", operation.stage},
          {"stages", std::move(stages)},
          {"plan", operation.plan_digest},
          {"purge", operation.purge},
          {"exclusive", operation.exclusive},
          {"from_version", operation.from_version},
          {"from_digest", operation.from_digest},
          {"from_state", operation.from_state},
          {"from_migration", operation.from_migration},
          {"error", operation.error},
          {"started_at", operation.started_at},
          {"started_by", operation.started_by},
          {"started_by_name", operation.started_by_name},
          {"finished_at", operation.finished_at}};
}

Result<void> put_operation(store::Transaction& transaction, const Operation& operation) {
  const std::string document = to_text(to_json(operation));
  TRY(done(transaction.execute("DELETE FROM core_module_operation WHERE id = $1",
                               {std::string_view(operation.id)})));
  return done(
      transaction.execute("INSERT INTO core_module_operation (id, module, state, stage, document, "
                          "started_at) VALUES ($1, $2, $3, $4, $5, $6)",
                          {std::string_view(operation.id), std::string_view(operation.module),
                           std::string_view(operation.state), std::string_view(operation.stage),
                           std::string_view(document), std::string_view(operation.started_at)}));
}

Result<std::optional<Operation>> find_operation(store::Session& session, std::string_view id) {
  TRY_ASSIGN(found,
             read_operations(session, "SELECT document FROM core_module_operation WHERE id = $1", {id}));
  if (found.empty()) return std::optional<Operation>();
  return std::optional<Operation>(std::move(found.front()));
}

Result<std::vector<Operation>> running_operations(store::Session& session) {
  return read_operations(
      session, "SELECT document FROM core_module_operation WHERE state = 'running' ORDER BY id", {});
}

Result<std::vector<Operation>> recent_operations(store::Session& session, std::string_view module,
                                                 int limit) {
  const std::int64_t count = limit;
  if (module.empty())
    return read_operations(session, "SELECT document FROM core_module_operation ORDER BY id DESC LIMIT $1",
                           {count});
  return read_operations(
      session, "SELECT document FROM core_module_operation WHERE module = $1 ORDER BY id DESC LIMIT $2",
      {module, count});
}

}  // namespace opsflux::modules
