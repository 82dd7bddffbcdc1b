// The versions of a record, out of the audit trail: every write of the engine makes one version and one row
// of the trail, so that no value is stored twice.
#pragma once

#include "host/entities/engine.hpp"

namespace opsflux::entities {

// Versions are numbered from 1; those whose rows the trail no longer has are not found
// (entity.no_version). Fields that the caller may not see are in none of the answers. References must outlive
// it.
class History {
 public:
  explicit History(Engine& engine) : engine_(engine) {}

  // {"data":[{"version","action","at","actor":{"id","name"},"via","fields":[…]}]}, newest first, at most
  // 1000.
  Result<void> versions(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                        std::string_view id, std::string& out);
  // {"version":3,"values":{"name":…}}
  Result<void> version(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                       std::string_view id, std::int64_t version, std::string& out);
  // {"from":1,"to":3,"changes":[{"field","before","after"}]}
  Result<void> difference(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                          std::string_view id, std::int64_t from, std::int64_t to, std::string& out);
  // {"fields":{"name":{"version","at","actor":{…}}}}: who last set each field, and when.
  Result<void> blame(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                     std::string_view id, std::string& out);
  // Gives the record the values of a version, as far as the caller may set them; the status stays where steps
  // lead to it, and what is computed is computed again. `expected`: as in Engine::update.
  Result<Written> restore(WriteContext& write, const EntityEntry& entity, std::string_view id,
                          std::int64_t version, std::int64_t expected);

 private:
  Engine& engine_;
};

}  // namespace opsflux::entities
