#include "host/automation/trigger_log.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::automation {
namespace {

constexpr std::string_view kColumns =
    "id, event_id, event, trigger_name, module, state, attempt, duration_ms, instructions, memory_bytes, "
    "error, log, at";

Json parsed(std::string_view text) {
  auto value = text.empty() ? Result<Json>(Json()) : parse_json(text);
  return value ? std::move(*value) : Json();
}

}  // namespace

Result<void> TriggerLog::add(store::Transaction& transaction, const TriggerRun& run) {
  const std::string error = run.error.is_null() ? "" : to_text(run.error), log = to_text(run.log);
  TRY(transaction.execute(
      "INSERT INTO core_trigger_run (" + std::string(kColumns) +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {run.id, run.event_id, run.event, run.trigger, run.module, run.state, run.attempt, run.duration_ms,
       run.instructions, run.memory_bytes, store::text_or_null(std::string_view(error)), log, run.at}));
  return {};
}

Result<std::vector<TriggerRun>> TriggerLog::list(std::string_view module, std::size_t limit) {
  std::vector<TriggerRun> runs;
  const std::string sql = "SELECT " + std::string(kColumns) + " FROM core_trigger_run" +
                          (module.empty() ? "" : " WHERE module = $2") + " ORDER BY id DESC LIMIT $1";
  std::vector<store::Value> params{static_cast<std::int64_t>(limit)};
  if (!module.empty()) params.emplace_back(module);
  TRY(database_.read([&](store::Session& session) {
    return session.query(sql, params, [&](const store::Row& row) {
      runs.push_back({.id = row.string(0),
                      .event_id = row.string(1),
                      .event = row.string(2),
                      .trigger = row.string(3),
                      .module = row.string(4),
                      .state = row.string(5),
                      .attempt = row.i64(6),
                      .duration_ms = row.i64(7),
                      .instructions = row.i64(8),
                      .memory_bytes = row.i64(9),
                      .error = parsed(row.text(10)),
                      .log = parsed(row.text(11)),
                      .at = row.string(12)});
      return true;
    });
  }));
  return runs;
}

Result<std::int64_t> TriggerLog::prune(UtcNs before) {
  std::int64_t removed = 0;
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(count,
               transaction.execute("DELETE FROM core_trigger_run WHERE at < $1", {format_utc(before)}));
    removed = count;
    return {};
  }));
  return removed;
}

}  // namespace opsflux::automation
