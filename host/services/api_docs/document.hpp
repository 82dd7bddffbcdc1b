// The description of the interface, as one caller may use it.
#pragma once

#include "host/base/json.hpp"
#include "host/entities/catalog.hpp"
#include "host/http/router.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::api_docs {

struct Reader {
  const entities::Catalog& catalog;
  const std::vector<http::Route>& routes;
  const i18n::Catalog& texts;
  const Caller& caller;
  i18n::Language language = i18n::Language::kEnglish;
};

// OpenAPI 3.1. Only routes that the caller may call, entities of which he has a right, fields that he may
// see. Depends on his role and language alone. "x-generation" is a digest of all the rest.
Json describe(const Reader& reader);

}  // namespace opsflux::api_docs
