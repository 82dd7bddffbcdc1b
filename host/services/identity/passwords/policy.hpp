// Which passwords are accepted. One judge for set-up, change, reset and the meter that people see while they
// type.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/services/identity/login/rules.hpp"
#include "host/services/identity/passwords/breached.hpp"
#include "host/services/identity/passwords/strength.hpp"

namespace opsflux::identity {

struct PasswordOwner {
  std::string_view name, email;  // either may be empty: not known
};

// Any thread; reads the file of breached passwords, so not for threads that must not wait for a disk.
class PasswordPolicy {
 public:
  explicit PasswordPolicy(SignInRulesSource rules) : rules_(std::move(rules)) {}

  struct Judgement {
    Strength strength;
    Result<void> accepted;  // errors as of check()
  };
  Judgement judge(std::string_view password, const PasswordOwner& owner) const;

  // Errors, at field "password": those of Passwords::check; identity.password_weak {score, min};
  // identity.password_breached. A list of breached passwords that cannot be read refuses every password
  // ("identity.breached_unreadable"): who asked for that check must not lose it unseen.
  Result<void> check(std::string_view password, const PasswordOwner& owner) const;

  PasswordRules rules() const { return rules_().passwords; }

 private:
  Result<std::shared_ptr<const BreachedList>> list(const std::string& file) const;

  const SignInRulesSource rules_;
  mutable std::mutex mutex_;
  mutable std::string file_, stamp_;  // what list_ was opened as
  mutable std::shared_ptr<const BreachedList> list_;
};

}  // namespace opsflux::identity
