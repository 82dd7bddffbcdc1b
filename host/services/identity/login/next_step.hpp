// What a log-in asks for after the password.
#pragma once

#include <string_view>

#include "host/base/rights.hpp"
#include "host/services/identity/passwords/history.hpp"
#include "host/services/identity/users.hpp"

namespace opsflux::identity {

enum class LogInStep : std::uint8_t {
  kFactor,    // a code of the second factor
  kEnrol,     // a second factor is to be set up first
  kPassword,  // another password
  kSession    // nothing more
};
std::string_view name_of(LogInStep step);  // "factor", "enrol", "password", "session"

struct AccountState {
  bool has_factor = false;          // of any kind
  bool has_allowed_factor = false;  // of a kind that the rules allow
  bool obliged = false;             // the role asks for a second factor
  PasswordAge password = PasswordAge::kGood;
};
// `rights`: what the user has now, for the roles that are obliged to have a second factor.
Result<AccountState> account_state_of(store::Session& session, const User& user, const Rights& rights,
                                      const SignInRules& rules, UtcNs now);

// `proved`: the second factor was given, or the device is trusted.
LogInStep next_step(const AccountState& standing, bool proved);

}  // namespace opsflux::identity
