// What the web application draws itself from: menus, entities, bundles and texts of the active modules, as
// far as the user may see them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/base/config.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::identity {
class Standings;
}

namespace opsflux::app {

struct AppInfo {
  std::string name;  // of the instance, shown in the frame
  bool development = false;
  const identity::Standings* standings = nullptr;  // not null
  // The names of the feature flags that are on for the caller.
  std::function<std::vector<std::string>(const Caller&)> flags = {};
};

// GET /api/v1/app and /api/v1/app/i18n/{lang}. All references must outlive the routes.
std::vector<http::Route> app_routes(const modules::RegistryHolder& registry,
                                    const i18n::Translator& translator, store::Database& database,
                                    AppInfo info);

}  // namespace opsflux::app
