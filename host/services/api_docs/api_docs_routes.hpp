// The description of the interface as the caller may use it, with what is made of it.
#pragma once

#include <vector>

#include "host/http/router.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::api_docs {

// GET /api/v1/openapi.json, /openapi/postman.json, /openapi/samples/{operation}?lang=. Made once for each
// registry, role and language, and kept while the registry is. Both references must outlive the routes.
std::vector<http::Route> api_docs_routes(const modules::RegistryHolder& registry,
                                         const i18n::Translator& translator);

}  // namespace opsflux::api_docs
