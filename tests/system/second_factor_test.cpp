// A second factor that was lost: the way back in at the command line.
#include <gtest/gtest.h>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

TEST(SecondFactor, IsTakenAwayAtTheCommandLineWhichTheTrailTells) {
  Instance in;
  in.start();
  const std::string id = get_string_or(in.get("/api/v1/auth/me").json()["user"], "id", "");
  in.stop();
  in.sql(
      "INSERT INTO identity_factor (id, user_id, kind, sealed, label, last_step, created_at, confirmed_at) "
      "VALUES ('f', '" +
      id + "', 'totp', 'x', '', 0, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z')");
  in.start();
  const auto log_in = [&] {
    return in.anonymous("POST", "/api/v1/auth/login", {{"email", kAdminEmail}, {"password", kPassword}});
  };
  const Answer half = log_in();
  EXPECT_EQ(half.status, 202);
  EXPECT_EQ(half.json()["step"], "factor");
  EXPECT_EQ(in.as(half.json()["login_token"], "GET", "/api/v1/auth/me").status, 401);
  in.stop();

  const Outcome unknown = in.cli({"user", "factors-off", "nobody@example.org"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.err.find("There is no such user"), std::string::npos) << unknown.err;
  const Outcome done = in.cli({"user", "factors-off", kAdminEmail});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "second factors removed: 1\n");
  in.start();
  EXPECT_EQ(log_in().status, 200);
  EXPECT_EQ(in.sql("SELECT actor_name, via FROM core_audit WHERE action = 'factor.removed'"), "system|cli\n");
}

}  // namespace
}  // namespace opsflux::system_test
