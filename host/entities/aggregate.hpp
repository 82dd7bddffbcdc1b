// Records counted and summed in groups, for charts, boards and comparisons: one prepared statement, with the
// filter and the rights of a list.
#pragma once

#include <string>
#include <vector>

#include "host/entities/query.hpp"

namespace opsflux::entities {

inline constexpr std::int64_t kMaxGroups = 1000;

struct AggregateQuery {
  std::string filter = {}, q = {};
  bool deleted = false;
  // "status", "company.city", or a date with a bucket, "created_at:month": day, week (its Monday), month,
  // quarter, year; of times in UTC. At most three; none: one group of all.
  std::vector<std::string> group = {};
  // "sum:amount"; sum, avg, min, max of numbers. The count is always given.
  std::vector<std::string> measures = {};
  std::string sort = {};     // "-count", "-sum:amount", "status"; empty: by the groups
  std::int64_t limit = 100;  // 1 to kMaxGroups
};

struct GroupKey {
  std::string name;  // as asked for
  std::string sql;
  const Field* field = nullptr;  // null: a bucket, or a text that every entity has
  bool label = false;            // a reference: the title of its record stands in the next column
};

struct Measure {
  std::string name, op;
  const Field* field = nullptr;
};

class CompiledAggregate {
 public:
  // Invalid at "group", "measures", "sort", "limit", "filter".
  static Result<CompiledAggregate> compile(const QueryScope& scope, const AggregateQuery& query);

  std::string sql;
  std::vector<GroupKey> groups;  // stand first, each followed by its label; then the count, then the measures
  std::vector<Measure> measures;
  std::vector<expression::SqlValue> owned;
  std::vector<std::string_view> tables;
};

}  // namespace opsflux::entities
