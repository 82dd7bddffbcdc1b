// What each role has of each permission, read and changed as one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"
#include "host/services/identity/rights/grants.hpp"
#include "host/services/identity/rights/people.hpp"
#include "host/services/identity/rights/standings.hpp"

namespace opsflux::identity {

inline constexpr std::size_t kMaxMatrixChanges = 20'000;

// [{"id","module","module_label","entity","entity_label","action","action_label","label","class","risk",
// "defaults":{<key of a role>: <scope>}}], in the order of declaration.
Json permission_list(const modules::Registry& registry, const i18n::Catalog& texts, i18n::Language language);

// [{"id","key","name","description","built_in","fixed","inherits":[…],"version","people","grants":
// {<permission>: <scope>}}] of living roles, by name. "fixed": has everything, whatever grants say; "people":
// how many of those seen have the role or one that inherits it.
Result<Json> read_matrix(store::Session& session, const Standings::Now& standings,
                         const std::vector<SeenPerson>& seen);

struct MatrixChange {
  std::string role, permission, scope;  // a scope, "none" or "default"
  std::optional<std::string> was;       // what who changes it saw there
};

// {"changes":[{"role","permission","scope","was"?}]}. Malformed "identity.matrix_changes"; Invalid, at
// "changes/<index>/<field>": "identity.matrix_scope", "identity.matrix_twice".
Result<std::vector<MatrixChange>> parse_matrix_changes(const Json& body);

// All or none. Errors: identity.administrators_only; at the changes that are wrong identity.matrix_role,
// identity.matrix_permission, identity.built_in_role; Conflict "identity.matrix_changed" where a "was" is no
// longer true, with {"cells":[{"role","permission","was","stored"}]} as its current.
Result<void> change_matrix(entities::Engine& engine, entities::WriteContext& write,
                           const std::vector<MatrixChange>& changes);

}  // namespace opsflux::identity
