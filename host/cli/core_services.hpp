// The core services as the registry takes them: shaped like modules, compiled in, always on.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "host/modules/registry.hpp"
#include "host/services/identity/identity.hpp"
#include "host/services/settings/flags.hpp"

namespace opsflux::cli {

// `resources` holds services/<id>/{manifest.json,entities/}. `routes` are those of all services together.
Result<std::vector<modules::CoreService>> core_services(const std::filesystem::path& resources,
                                                        identity::Identity& identity,
                                                        settings_service::Flags& flags,
                                                        std::function<std::vector<http::Route>()> routes);

}  // namespace opsflux::cli
