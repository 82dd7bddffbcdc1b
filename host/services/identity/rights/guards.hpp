// What may not be done to roles, grants, memberships, companies, departments, assignments and the people that
// they are about, whichever way it comes: as before-hooks of their entities.
#pragma once

#include <string>

#include "host/entities/catalog.hpp"
#include "host/services/identity/rights/standings.hpp"

namespace opsflux::identity {

using Guards = entities::Hooks;

// `standings` must outlive them. Errors: identity.administrators_only, identity.built_in_role,
// identity.role_key_fixed, identity.role_circle, identity.role_in_use, identity.no_role,
// identity.more_than_own, identity.department_elsewhere, identity.department_company_fixed,
// identity.company_outside.
Guards rights_guards(const Standings& standings);

// Refuses (Forbidden "identity.administrators_only") everybody else.
Result<void> only_administrators(const Caller& caller);

// Refuses (Forbidden "identity.more_than_own") to give somebody a role with more rights than one has oneself.
Result<void> check_may_give(const Standings& standings, const Caller& caller, const std::string& role,
                            std::string_view field);

// The same for a role in a company; without one, everywhere.
Result<void> check_may_give_in(const Standings& standings, const Caller& caller, const std::string& role,
                               const std::string& company, std::string_view field);

// The same for what comes back after a deletion, which hooks are not asked about; of the entities that are
// judged by it. In the transaction, with the record and what went with it back already.
Result<void> check_restored(const Standings& standings, store::Session& session,
                            const entities::RecordChange& change);

// The same for a group: its role, and those of the groups around it, come with it.
Result<void> check_may_give_group(const Standings& standings, store::Session& session, const Caller& caller,
                                  std::string group, std::string_view field);

}  // namespace opsflux::identity
