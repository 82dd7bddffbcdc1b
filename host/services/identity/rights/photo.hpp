// The picture of a person, which stands where his name does: everybody who is signed in may see both.
#pragma once

#include "host/http/exchange.hpp"
#include "host/services/identity/rights/rights_routes.hpp"

namespace opsflux::identity {

// "file.not_found": there is no such person, or none with a photo.
Result<http::Response> photo_of(const RightsParts& parts, const http::Request& request);

}  // namespace opsflux::identity
