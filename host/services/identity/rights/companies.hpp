// The companies that a person may act for, with their names, as the web application shows them.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/services/identity/rights/standings.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

// {"company": {"id":…,"name":…} or null, "companies": [{"id":…,"name":…}, …]}: the one that he acts for and
// all that he may. `company`: an identifier; what he has no role in is nobody's.
Result<Json> context_of(store::Session& session, const Standings& standings, const std::string& person,
                        const std::string& company);

}  // namespace opsflux::identity
