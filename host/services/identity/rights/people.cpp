#include "host/services/identity/rights/people.hpp"

#include <nlohmann/json.hpp>

#include "host/entities/engine.hpp"
#include "host/entities/row_policy.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {
namespace {

constexpr std::string_view kUser = "identity.user";

}  // namespace

Result<std::vector<SeenPerson>> people_seen(store::Session& session, const entities::Catalog& catalog,
                                            const Caller& caller) {
  std::vector<SeenPerson> out;
  const entities::EntityEntry* entity = catalog.find(kUser);
  if (entity == nullptr) return out;
  const entities::RowPolicy policy(*entity, catalog, caller, 0);
  if (!policy.allowed()) return out;
  std::vector<expression::SqlValue> owned;
  const std::string seen = policy.sql("t", owned, session.dialect());
  TRY(session.query(
      "SELECT t.id, t.name, t.role FROM identity_user t WHERE t.deleted_at IS NULL AND t.active" + seen +
          " ORDER BY t.name, t.id",
      entities::as_params(owned, owned.size()), [&](const store::Row& row) {
        out.push_back({row.string(0), row.string(1), row.string(2)});
        return true;
      }));
  return out;
}

Result<void> require_seen(store::Session& session, const entities::Catalog& catalog, const Caller& caller,
                          const std::string& person) {
  const entities::EntityEntry* entity = catalog.find(kUser);
  if (entity == nullptr) return fail(user_missing());
  auto seen = entities::Engine::require_scope(session, catalog, *entity, caller, person, 0);
  if (!seen && seen.error().kind == ErrorKind::kNotFound) return fail(user_missing());
  return seen;
}

}  // namespace opsflux::identity
