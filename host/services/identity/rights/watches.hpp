// What the service does once one of its records has changed, whichever way that came.
#pragma once

#include "host/entities/catalog.hpp"
#include "host/services/identity/identity.hpp"

namespace opsflux::identity {

// A rule of addresses that would keep out him who makes it is refused, as is what comes back from a deletion
// and would give more than the caller has, or asks for a proof that he did not give lately. Rights, keys and
// rules are read anew after the commit. `identity` must outlive them. Errors: those of Identity::keep_in(),
// check_restored() and Identity::require_confirmed().
entities::Watches watches(Identity& identity);

}  // namespace opsflux::identity
