// What every way to a new password shares: judged, compared with the earlier ones, hashed, stored.
#pragma once

#include <string>

#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

// "identity.user_missing" for an unknown id.
Result<User> read_user(Identity::Parts& parts, std::string_view id);

// The hash of a new password for `user`. `done` runs once, on this thread or the pool's. Errors, at `field`:
// those of PasswordPolicy::check, identity.password_used_before; also identity.busy, identity.hash_failed.
void make_password(Identity::Parts& parts, const User& user, std::string password, std::string_view field,
                   Passwords::OnHash done);

struct PasswordChange {
  std::string user_id, by = {};
  std::string kept_session = {}, kept_ticket = {};  // of whoever makes the change; empty: none
};

// In a transaction: the hash becomes the user's password, and whoever knew the old one is out: his sessions,
// half-done log-ins and trusted devices end. Tells the audit trail who did it.
Result<void> set_password(Identity::Parts& parts, store::Transaction& transaction,
                          const http::Request& request, const PasswordChange& change, std::string_view hash,
                          bool temporary);

// The same by the request's caller in a transaction of its own, then answers 204.
void store_password(Identity::Parts& parts, http::Exchange exchange, std::string user_id, std::string hash,
                    bool temporary);

}  // namespace opsflux::identity
