// What the bridge needs of the host to serve modules. Made by the composition root; outlives every
// generation. The probe makes one over a throw-away database.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/ids.hpp"
#include "host/entities/engine.hpp"

namespace opsflux::package {
struct ManifestSetting;
}

namespace opsflux::modules {

using TextParams = std::vector<std::pair<std::string, std::string>>;

struct EmittedEvent {
  std::string name;     // "tiers.score_recomputed", "tiers.company.created", "job:tiers.nightly"
  std::string payload;  // JSON object
  std::int64_t not_before_ns = 0;
};

struct Runtime {
  entities::Engine& engine;
  const Clock& clock;
  IdSource& ids;
  // The catalog of the current registry. Any thread.
  std::function<std::shared_ptr<const entities::Catalog>()> catalog;
  // The text of a module's key in a language, else English, else the key.
  std::function<std::string(std::string_view module, std::string_view key, std::string_view language,
                            const TextParams& params)>
      translate;
  // The value of a module's setting that holds, as JSON text; empty: neither set nor has it a default.
  std::function<std::string(std::string_view module, const package::ManifestSetting& setting)> setting;
  // Whether a feature flag, by its complete name, is on for the caller. Any thread; reads no database.
  std::function<bool(std::string_view name, const Caller& caller)> flag;
  // Stores an event for its durable subscribers, in the given transaction; gives its id.
  std::function<Result<std::string>(store::Transaction&, const Caller&, const EmittedEvent&)> emit;
};

}  // namespace opsflux::modules
