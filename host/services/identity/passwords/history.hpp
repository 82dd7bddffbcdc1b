// The rows of passwords: the current hash, the earlier ones, and whether a new one is due.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/services/identity/login/rules.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

// The current hash first, then `earlier` older ones, the newest first. Empty: no password yet.
Result<std::vector<std::string>> password_hashes(store::Session& session, std::string_view user_id,
                                                 std::size_t earlier);

// Makes `hash` the user's password; the one before goes to the history, of which `keep` stay. `temporary`:
// the next log-in asks for another one.
Result<void> replace_password_hash(store::Transaction& transaction, std::string_view user_id,
                                   std::string_view hash, UtcNs now, std::size_t keep, bool temporary);

// The same password under other parameters of the hash: neither its age nor the history changes.
Result<void> store_rehashed(store::Transaction& transaction, std::string_view user_id, std::string_view hash);

enum class PasswordAge : std::uint8_t { kGood, kExpired, kTemporary };

// kGood when there is no password.
Result<PasswordAge> password_age(store::Session& session, std::string_view user_id, UtcNs now, Days expiry);

}  // namespace opsflux::identity
