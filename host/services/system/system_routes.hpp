// Health, readiness, and the web application's files.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "host/http/router.hpp"
#include "host/store/database.hpp"

namespace opsflux::system_service {

// GET /healthz (the process answers) and /readyz (the database answers too).
std::vector<http::Route> health_routes(store::Database& database);

// The shell: "/" and every path that nothing else has gives index.html, with the content security policy;
// /assets/* and the other files of `folder` as they are. Errors when the folder holds no shell.
Result<std::vector<http::Route>> web_routes(const std::filesystem::path& folder);

}  // namespace opsflux::system_service
