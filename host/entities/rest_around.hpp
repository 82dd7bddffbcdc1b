// Routes around one record of any entity: comments, tags, marks and shares, versions, merges, copies, locks.
#pragma once

#include <vector>

#include "host/entities/engine.hpp"
#include "host/http/router.hpp"

namespace opsflux::entities {

// References must outlive the routes.
void add_routes_around(std::vector<http::Route>& routes, const Catalog& catalog, const EntityEntry& entity,
                       Engine& engine);

}  // namespace opsflux::entities
