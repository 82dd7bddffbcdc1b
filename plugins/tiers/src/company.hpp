// What happens before a company is written.
#pragma once

#include "opsflux/module.hpp"

namespace tiers {

// Before a company is created or changed: numbers in their one form and right, no circle of parents, the
// score.
void check_company(opsflux::Context& ctx, opsflux::Record& company);

// Before a company is deleted: nobody may be left pointing at it.
void check_company_is_unused(opsflux::Context& ctx, opsflux::Record& company);

// GET /api/v1/tiers/checks/siret/{siret}: whether a SIRET is one, and what follows from it.
opsflux::Response check_siret_route(opsflux::Context& ctx, const opsflux::Request& request);

}  // namespace tiers
