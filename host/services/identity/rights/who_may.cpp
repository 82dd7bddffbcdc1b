#include "host/services/identity/rights/who_may.hpp"

#include <nlohmann/json.hpp>

#include "host/services/identity/rights/people.hpp"

namespace opsflux::identity {
namespace {

class Search {
 public:
  Search(const RightsParts& parts, store::Session& session, const entities::Catalog& catalog,
         std::size_t number)
      : parts_(parts), session_(session), catalog_(catalog), number_(number) {}

  Result<Json> run(const std::vector<SeenPerson>& people, const std::optional<Act>& act,
                   const std::string& record) {
    Json data = Json::array();
    std::size_t total = 0, asked = 0;
    bool more = false;
    for (const SeenPerson& person : people) {
      if (act && asked >= kMaxWhoMayRecord) {
        more = true;
        break;
      }
      TRY_ASSIGN(byte, most(person, act, record));
      asked += byte != 0;
      const auto scope = entities::scope_of_byte(byte);
      if (!scope) continue;
      if (++total <= kMaxWhoMay)
        data.push_back({{"id", person.id},
                        {"name", person.name},
                        {"scope", entities::kScopes[static_cast<std::size_t>(*scope)]}});
    }
    return Json{{"data", std::move(data)},
                {"meta", {{"total", total}, {"truncated", more || total > kMaxWhoMay}}}};
  }

 private:
  // What he has in whichever name he acts; of a record, where it is among those that he may do it with.
  Result<std::uint8_t> most(const SeenPerson& person, const std::optional<Act>& act,
                            const std::string& record) {
    std::vector<std::string> names = parts_.standings.companies_of(person.id);
    names.insert(names.begin(), std::string());
    std::uint8_t out = 0;
    for (const std::string& company : names) {
      const Standing standing = parts_.standings.of(person.id, person.role, company);
      const std::uint8_t byte =
          number_ < standing.rights->held.size() ? standing.rights->held[number_] : std::uint8_t{0};
      if (byte == 0 || entities::widest(out, byte) == out) continue;
      if (act) {
        TRY_ASSIGN(covered, covers(*act, person, standing, record));
        if (!covered) continue;
      }
      out = byte;
    }
    return out;
  }
  Result<bool> covers(const Act& act, const SeenPerson& person, const Standing& standing,
                      const std::string& record) {
    Caller caller;
    caller.user_id = person.id;
    take(standing, caller);
    const auto allowed =
        entities::Engine::require_scope(session_, catalog_, *act.entity, caller, record, act.action);
    if (!allowed && allowed.error().kind == ErrorKind::kInternal) return fail(allowed.error());
    return allowed.has_value();
  }

  const RightsParts& parts_;
  store::Session& session_;
  const entities::Catalog& catalog_;
  std::size_t number_;
};

}  // namespace

Result<Json> who_may(const RightsParts& parts, const Caller& asker, const std::string& permission,
                     const std::string& record) {
  const auto registry = parts.registry.current();
  const entities::Catalog& catalog = registry->catalog();
  const auto number = catalog.permissions.index(permission);
  if (!number)
    return fail(Error::invalid("identity.explain_permission", "There is no permission " + permission + ".")
                    .at("permission")
                    .with("name", permission));
  Json out;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    std::optional<Act> act;
    if (!record.empty()) {
      TRY_ASSIGN(found, act_of(catalog, permission));
      act = found;
      TRY(entities::Engine::require_scope(session, catalog, *act->entity, asker, record, 0));
    }
    TRY_ASSIGN(people, people_seen(session, catalog, asker));
    TRY_ASSIGN(found, Search(parts, session, catalog, *number).run(people, act, record));
    out = std::move(found);
    return {};
  }));
  return out;
}

}  // namespace opsflux::identity
