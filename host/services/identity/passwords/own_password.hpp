// The own password once more, before something that an open session alone must not do. Internal to identity.
#pragma once

#include <functional>
#include <string>

#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

// Runs `then` on the pool's thread when `password` is that of the request's caller, else answers:
// "identity.wrong_password" at `field`. Guessing is slowed down as at the log-in: a session that somebody
// left open gives no password away.
void with_own_password(Identity::Parts& parts, http::Exchange exchange, std::string password,
                       std::string field, std::function<void(const User&)> then);

}  // namespace opsflux::identity
