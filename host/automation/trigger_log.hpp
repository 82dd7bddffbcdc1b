// The log of what triggers did, for the module page.
#pragma once

#include <string>
#include <vector>

#include "host/automation/event.hpp"
#include "host/automation/sandbox.hpp"
#include "host/base/ids.hpp"
#include "host/store/database.hpp"

namespace opsflux::automation {

struct TriggerRun {
  std::string id, event_id, event;
  std::string trigger;  // "triggers/review.lua"
  std::string module;
  std::string state;  // "done", "failed" (tried again later), "dead"
  std::int64_t attempt = 1;
  std::int64_t duration_ms = 0, instructions = 0, memory_bytes = 0;
  Json error;      // null, or {code, message, field, line}
  Json log;        // [{level, text}]
  std::string at;  // UTC text
};

class TriggerLog {
 public:
  explicit TriggerLog(store::Database& database) : database_(database) {}

  static Result<void> add(store::Transaction& transaction, const TriggerRun& run);
  // Newest first; of one module, or of all when empty.
  Result<std::vector<TriggerRun>> list(std::string_view module, std::size_t limit);
  Result<std::int64_t> prune(UtcNs before);

 private:
  store::Database& database_;
};

}  // namespace opsflux::automation
