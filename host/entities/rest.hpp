// The REST routes of every entity: /api/v1/{module}/{plural}.
#pragma once

#include <vector>

#include "host/entities/engine.hpp"
#include "host/http/router.hpp"

namespace opsflux::entities {

// Routes that refer to `catalog` and `engine`; both must outlive the table they go into (the registry
// owns catalog and table together).
std::vector<http::Route> entity_routes(const Catalog& catalog, Engine& engine);

}  // namespace opsflux::entities
