// What an administrator may decide about passwords and second factors. Read anew for each judgement, so that
// a change counts at once.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace opsflux::identity {

using Days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

struct PasswordRules {
  std::size_t min_length = 8;  // code points
  int min_score = 3;           // 0 to 4, see strength.hpp
  std::size_t history = 5;     // earlier passwords that may not come back, besides the current one
  Days expiry{90};             // a log-in with an older one asks for a new one; 0: never
  bool set_by_others_is_temporary =
      false;                       // one that an administrator sets must be changed at the next log-in
  std::string breached_file = {};  // see breached.hpp; empty: none
  std::vector<std::string> own_words = {};  // of this instance: its name, its companies
};

struct FactorRules {
  std::vector<std::string> obliged_roles = {};         // these must have a second factor
  std::vector<std::string> kinds = {"totp", "email"};  // which may be set up: besides them "sms"
  Days trusted_device{90};                             // how long a device may skip it; 0: never
  std::string issuer = "OpsFlux";                      // the name beside the code in the application
};

struct SignInRules {
  PasswordRules passwords = {};
  FactorRules factors = {};
};

// Any thread; must not block.
using SignInRulesSource = std::function<SignInRules()>;

}  // namespace opsflux::identity
