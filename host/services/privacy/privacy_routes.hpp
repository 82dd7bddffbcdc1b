// /api/v1/privacy and what is below it.
#pragma once

#include "host/http/router.hpp"
#include "host/http/server.hpp"
#include "host/services/privacy/privacy.hpp"

namespace opsflux::privacy {

// `privacy` must outlive the routes.
std::vector<http::Route> privacy_routes(Privacy& privacy);

// `check`, and then: whoever owes an answer to a required document gets "privacy.consent_needed" from every
// route that asks who calls, but those to read and answer documents and to know oneself.
http::AccessCheck consents_first(http::AccessCheck check, const Privacy& privacy);

}  // namespace opsflux::privacy
