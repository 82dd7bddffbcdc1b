// What may not be done to companies, departments, assignments and people in them. Internal to this folder.
#pragma once

#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {

// Adds to `out`. `standings` must outlive them.
void add_company_guards(const Standings& standings, Guards& out);

// Refuses to give or take what an assignment gives to who has not as much there himself.
Result<void> check_assignment(const Standings& standings, const Caller& caller,
                              const entities::EntityEntry& entity, const entities::Record& record,
                              std::string_view field);

// Refuses to change somebody who has, anywhere, more rights than the caller: his address alone leads to all
// of them.
Result<void> check_may_change(const Standings& standings, store::Session& session, const Caller& caller,
                              std::string_view person, const std::string& role);

}  // namespace opsflux::identity
