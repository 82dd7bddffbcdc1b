#include "host/services/identity/rights/every_company.hpp"

#include <nlohmann/json.hpp>

#include "host/entities/row_policy.hpp"
#include "host/services/identity/rights/guards.hpp"
#include "host/services/identity/rights/people.hpp"

namespace opsflux::identity {
namespace {

struct Seeing {
  std::string permission;
  std::size_t number = 0;
};

// The rights to see records that belong to companies, those of modules before those of the host.
std::vector<Seeing> rights_to_see(const entities::Catalog& catalog) {
  std::vector<Seeing> out, own;
  for (const entities::EntityEntry* entity : catalog.all()) {
    if (!entities::of_companies(*entity)) continue;
    const std::string& name = entity->definition->name;
    (name.starts_with("identity.") ? own : out).push_back({name + ".view", entity->permission[0]});
  }
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

const Seeing* seen_whole(const Rights& rights, const std::vector<Seeing>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Seeing& one) {
    return rights.administrator ||
           (one.number < rights.held.size() &&
            entities::scope_of_byte(rights.held[one.number]) == entities::Scope::kAll);
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

Result<Json> sees_every_company(const RightsParts& parts, const Caller& asker) {
  TRY(only_administrators(asker));
  const auto registry = parts.registry.current();
  const std::vector<Seeing> all = rights_to_see(registry->catalog());
  std::vector<SeenPerson> people;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(seen, people_seen(session, registry->catalog(), asker));
    people = std::move(seen);
    return {};
  }));
  Json data = Json::array();
  std::size_t total = 0;
  for (const SeenPerson& person : people) {
    const Seeing* by = seen_whole(*parts.standings.of(person.id, person.role).rights, all);
    if (by == nullptr || ++total > kMaxSeeEvery) continue;
    data.push_back({{"id", person.id}, {"name", person.name}, {"permission", by->permission}});
  }
  return Json{{"data", std::move(data)}, {"meta", {{"total", total}, {"truncated", total > kMaxSeeEvery}}}};
}

}  // namespace opsflux::identity
