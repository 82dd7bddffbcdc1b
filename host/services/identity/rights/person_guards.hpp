// What a change of a person, an invitation, an API key or a rule of addresses brings along, whichever way it
// comes: as before-hooks.
#pragma once

#include "host/services/identity/identity.hpp"
#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {

// The status of a user and "active" say the same. A user who loses access loses sessions and keys with the
// commit; the last administrator stays one. The mail of an invitation goes out with the record; a change
// makes the link that was mailed before void. `identity` must outlive them. Errors:
// identity.status_contradicts, identity.time_zone, identity.last_administrator, identity.invitation_used,
// identity.more_than_own, identity.own_only, identity.key_for_others, identity.unknown_permission, and those
// of Identity::invitation_end(), Identity::send_invitation(), rule_network() and IpNetwork::parse().
Guards person_guards(Identity& identity);

}  // namespace opsflux::identity
