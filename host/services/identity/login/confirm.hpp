// What is dangerous is done only soon after the person proved who he is: at the log-in, and again when it is
// asked for. API keys, triggers and people who see as somebody else have proved nothing.
#pragma once

#include <chrono>

#include "host/base/caller.hpp"
#include "host/base/error.hpp"

namespace opsflux::identity {

// `lifetime` of a proof; 0: nothing is asked for again. Commands and the host itself need none.
inline bool is_confirmed(const Caller& caller, UtcNs now, std::chrono::milliseconds lifetime) {
  return caller.system || (lifetime.count() == 0 && caller.key_id.empty()) ||
         (caller.confirmed_at != 0 && now - caller.confirmed_at < std::chrono::nanoseconds(lifetime).count());
}

Error confirm_needed();  // "identity.confirm_needed" (403)

}  // namespace opsflux::identity
