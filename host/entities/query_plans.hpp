// How SQLite is to find the rows of a page.
//
// Its planner knows how many records share a value of an index on average, but not how many have the one that
// is asked for. So it sorts half of a table for 25 records, or walks a million in their order to find the
// three that are wanted. Counting some thousand of those that meet the conditions costs little and decides:
// few are sorted; where there are many, the next of them is never far in the order.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "host/entities/query.hpp"

namespace opsflux::entities {

// Any thread.
class QueryPlans {
 public:
  // The one of the list's statements to run. `count`: how many records meet its conditions, where known.
  // `generation`: what the planner says is asked anew when it differs from before (Database::analyses).
  Result<std::string_view> choose(store::Session& session, const CompiledList& list,
                                  std::optional<std::int64_t> count, std::uint64_t generation);

 private:
  struct Plan {
    bool sorts = false;  // what it finds
    bool scans = false;  // a table, or an index without a beginning
  };
  Result<Plan> plan(store::Session& session, const std::string& sql, store::Params params,
                    std::uint64_t generation);

  std::mutex mutex_;
  std::uint64_t generation_ = 0;
  std::unordered_map<std::string, Plan> known_;  // by text
};

}  // namespace opsflux::entities
