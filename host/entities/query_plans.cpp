#include "host/entities/query_plans.hpp"

namespace opsflux::entities {

constexpr std::size_t kMaxPlans = 2000;

Result<QueryPlans::Plan> QueryPlans::plan(store::Session& session, const std::string& sql,
                                          store::Params params, std::uint64_t generation) {
  {
    const std::lock_guard lock(mutex_);
    if (generation_ != generation || known_.size() >= kMaxPlans) known_.clear();
    generation_ = generation;
    if (const auto known = known_.find(sql); known != known_.end()) return known->second;
  }
  Plan plan;
  // EXPLAIN does not look whether the schema has changed; a statement that runs does.
  TRY(session.query_one("SELECT 1 FROM sqlite_schema LIMIT 1", {}, [](const store::Row&) {}));
  // A prepared EXPLAIN is not made anew when the schema changes: no two have the same text.
  const std::string explain = "EXPLAIN QUERY PLAN " + sql + " /* " + std::to_string(generation) + " */";
  TRY(session.query(explain, params, [&](const store::Row& row) {
    const std::string_view step = row.text(3);
    plan.sorts = plan.sorts || step == "USE TEMP B-TREE FOR ORDER BY";
    plan.scans = plan.scans || step.starts_with("SCAN t") || step.starts_with("SCAN j");
    return true;
  }));
  const std::lock_guard lock(mutex_);
  if (generation_ == generation) known_.emplace(sql, plan);
  return plan;
}

Result<std::string_view> QueryPlans::choose(store::Session& session, const CompiledList& list,
                                            std::optional<std::int64_t> count, std::uint64_t generation) {
  if (list.probe_sql.empty()) return std::string_view(list.rows_sql);
  const auto conditions = list.params(list.filter_count);
  TRY_ASSIGN(probe, plan(session, list.probe_sql, conditions, generation));
  if (probe.scans) {
    // No index serves the conditions: the page fills soonest in its order, but for records that are few.
    if (count && *count < kFew) return std::string_view(list.rows_sql);
  } else {
    if (!count) {
      TRY(session.query_one(list.probe_sql, conditions, [&](const store::Row& row) { count = row.i64(0); }));
    }
    if (*count < kMany) return std::string_view(list.found_sql);
  }
  TRY_ASSIGN(ordered, plan(session, list.ordered_sql, list.params(list.owned.size()), generation));
  return std::string_view(ordered.sorts ? list.rows_sql : list.ordered_sql);
}

}  // namespace opsflux::entities
