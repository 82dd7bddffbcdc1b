// REST about what roles and people may do: GET identity/permissions and …/{id}/people, GET and PUT
// identity/roles/matrix, GET identity/users/{id}/rights and …/rights/explain, GET and POST
// identity/roles/file, GET identity/users/{id}/photo, all under /api/v1.
#pragma once

#include "host/entities/engine.hpp"
#include "host/http/router.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"
#include "host/services/identity/rights/standings.hpp"

namespace opsflux::identity {

struct RightsParts {
  const Standings& standings;
  entities::Engine& engine;
  const modules::RegistryHolder& registry;
  const i18n::Translator& translator;
};

// What `parts` refers to must outlive the routes.
std::vector<http::Route> rights_routes(const RightsParts& parts);

}  // namespace opsflux::identity
