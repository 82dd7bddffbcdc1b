// What a log-in asks for after the password.
#pragma once

#include <string_view>

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

struct Standing {
  bool has_factor = false;
  bool obliged = false;  // the role asks for a second factor
  PasswordAge password = PasswordAge::kGood;
};
Result<Standing> standing_of(store::Session& session, const User& user, const SignInRules& rules, UtcNs now);

// `proved`: the second factor was given, or the device is trusted.
LogInStep next_step(const Standing& standing, bool proved);

}  // namespace opsflux::identity
