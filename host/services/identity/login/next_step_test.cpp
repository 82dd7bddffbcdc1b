#include "host/services/identity/login/next_step.hpp"

#include <gtest/gtest.h>

namespace opsflux::identity {
namespace {

TEST(NextStep, ASecondFactorComesBeforeANewPassword) {
  struct Row {
    AccountState standing;
    bool proved;
    LogInStep step;
  };
  using enum PasswordAge;
  for (const Row& row : {Row{{false, false, false, kGood}, false, LogInStep::kSession},
                         Row{{true, true, false, kGood}, false, LogInStep::kFactor},
                         Row{{true, true, true, kExpired}, false, LogInStep::kFactor},
                         Row{{true, true, true, kExpired}, true, LogInStep::kPassword},
                         Row{{true, true, true, kGood}, true, LogInStep::kSession},
                         Row{{false, false, true, kTemporary}, false, LogInStep::kEnrol},
                         Row{{false, false, true, kGood}, true, LogInStep::kEnrol},
                         Row{{false, false, false, kTemporary}, false, LogInStep::kPassword},
                         // Only of a kind that is not allowed any more: good for this, not for a role.
                         Row{{true, false, false, kGood}, true, LogInStep::kSession},
                         Row{{true, false, true, kGood}, false, LogInStep::kFactor},
                         Row{{true, false, true, kGood}, true, LogInStep::kEnrol}})
    EXPECT_EQ(next_step(row.standing, row.proved), row.step)
        << row.standing.has_factor << row.standing.obliged << row.proved;
}

}  // namespace
}  // namespace opsflux::identity
