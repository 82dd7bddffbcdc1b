// What a script can do to the world. The services layer implements it over the entity engine.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/json.hpp"

namespace opsflux::automation {

struct ScriptListQuery {
  std::string filter;        // an expression; empty: all
  std::string sort;          // "-score,name"; empty: the entity's own order
  std::int64_t limit = 100;  // 1 to 1000, already checked
};

// One object a run, called on the thread of the run and never after it. Every call is made with the rights of
// whoever the script runs for. Errors reach the script as Lua errors with code, message and field.
// Implementations should be quick: the time limit of a run is looked at between the calls, not during one.
class ScriptHost {
 public:
  virtual ~ScriptHost() = default;

  // A record as REST would show it. Entities are named "tiers.company".
  virtual Result<Json> get(std::string_view entity, std::string_view id) = 0;
  virtual Result<Json> list(std::string_view entity,
                            const ScriptListQuery& query) = 0;                   // an array of records
  virtual Result<Json> create(std::string_view entity, const Json& values) = 0;  // the record made
  virtual Result<Json> update(std::string_view entity, std::string_view id, const Json& values) = 0;
  virtual Result<void> remove(std::string_view entity, std::string_view id) = 0;

  virtual Result<Json> setting(std::string_view key) = 0;  // of the script's own module
  // Whether a feature flag is on for whoever the script runs for; without a dot, one of the script's own
  // module.
  virtual Result<bool> flag(std::string_view name) = 0;
  virtual UtcNs now() = 0;
};

}  // namespace opsflux::automation
