// Saved mappings: what the columns of a kind of file mean for an entity, and how its rows are written, under
// a name. A mapping is its owner's; a shared one is used by everybody who may import into the entity, and
// changed by its owner and by administrators. To anybody else it does not exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/entities/importer.hpp"
#include "host/http/router.hpp"
#include "host/modules/registry.hpp"

namespace opsflux::imports {

// A row of import_mapping.
struct Mapping {
  std::string id, entity, name;
  bool shared = false;
  Json plan;  // as Imports::start takes it
  std::string created_at, created_by, updated_at;
  std::string owner;  // the name of who saved it; empty: not known
};

// Safe from any thread; what is given to the constructor must outlive it. Everything blocks for the database.
//
// Mappings are answered as
// {"id","entity","name","shared","plan","gone":[{"column","field"}],"own","may_change",
// "owner","created_by","created_at","updated_at"}. `gone`: the columns whose field the caller cannot set,
// mostly because it was removed; `field` is null, and so is that of the plan, where he may not know of it.
class Mappings {
 public:
  static constexpr std::int64_t kMostOwn = 100;     // of one person for one entity
  static constexpr std::int64_t kMostShared = 200;  // for one entity
  static constexpr std::size_t kLongestName = 100;  // code points
  static constexpr std::size_t kLargestPlan = 64 << 10;

  Mappings(entities::Engine& engine, const modules::RegistryHolder& registry)
      : engine_(engine), registry_(registry) {}

  // Those into the entity that the caller may use, by name: {"data":[…]}.
  Result<Json> list(const Caller& caller, std::string_view entity) const;
  Result<Json> read(const Caller& caller, std::string_view id) const;
  // {"entity","name","shared","plan"}. The plan must fit the entity as it is now.
  Result<Json> create(const Caller& caller, const Json& body);
  // "name", "shared", "plan", as far as given.
  Result<Json> change(const Caller& caller, std::string_view id, const Json& body);
  Result<void> remove(const Caller& caller, std::string_view id);

 private:
  struct Found {
    Mapping mapping;
    const entities::EntityEntry* entity = nullptr;
  };
  Result<Json> checked_plan(const modules::Registry& registry, const entities::EntityEntry& entity,
                            const Caller& caller, const Json& plan) const;
  Result<Found> find(store::Session& session, const modules::Registry& registry, const Caller& caller,
                     std::string_view id) const;

  entities::Engine& engine_;
  const modules::RegistryHolder& registry_;
};

// /api/v1/import-mappings and what is below it.
std::vector<http::Route> mapping_routes(Mappings& mappings);

}  // namespace opsflux::imports
