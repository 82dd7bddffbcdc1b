#include "host/services/identity/login/next_step.hpp"

#include <algorithm>

#include "host/services/identity/factors/factor_rows.hpp"

namespace opsflux::identity {

std::string_view name_of(LogInStep step) {
  switch (step) {
    case LogInStep::kFactor:
      return "factor";
    case LogInStep::kEnrol:
      return "enrol";
    case LogInStep::kPassword:
      return "password";
    case LogInStep::kSession:
      break;
  }
  return "session";
}

Result<AccountState> account_state_of(store::Session& session, const User& user, const Rights& rights,
                                      const SignInRules& rules, UtcNs now) {
  AccountState out;
  TRY_ASSIGN(kinds, factor_kinds(session, user.id));
  out.has_factor = !kinds.empty();
  out.has_allowed_factor = !allowed_of(kinds, rules.factors.kinds).empty();
  const auto& obliged = rules.factors.obliged_roles;
  out.obliged = std::any_of(obliged.begin(), obliged.end(),
                            [&](const std::string& role) { return rights.has_role(role); });
  TRY_ASSIGN(age, password_age(session, user.id, now, rules.passwords.expiry));
  out.password = age;
  return out;
}

// The factor comes before the new password: whoever only knows the old one must not set the next.
LogInStep next_step(const AccountState& standing, bool proved) {
  if (standing.has_factor && !proved) return LogInStep::kFactor;
  if (!standing.has_allowed_factor && standing.obliged) return LogInStep::kEnrol;
  if (standing.password != PasswordAge::kGood) return LogInStep::kPassword;
  return LogInStep::kSession;
}

}  // namespace opsflux::identity
