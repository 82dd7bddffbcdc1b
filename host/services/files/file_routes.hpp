// /api/v1/files: where files are uploaded before anything names them.
#pragma once

#include <vector>

#include "host/entities/engine.hpp"
#include "host/http/router.hpp"

namespace opsflux::files {

// `engine` must outlive the routes.
std::vector<http::Route> file_routes(entities::Engine& engine);

}  // namespace opsflux::files
