// What stands between the Internet and the server: proxies, fields that tell browsers what they may do.
#include <gtest/gtest.h>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

constexpr const char* kSecured[][2] = {{"x-content-type-options", "nosniff"},
                                       {"referrer-policy", "same-origin"},
                                       {"x-frame-options", "DENY"},
                                       {"cross-origin-opener-policy", "same-origin"},
                                       {"cross-origin-resource-policy", "same-origin"},
                                       {"permissions-policy", "geolocation=(), microphone=(), camera=()"}};

TEST(SecurityFields, StandOnPagesFilesAnswersAndRefusals) {
  Instance in;
  in.start();
  for (const char* path : {"/", "/login", "/api/docs", "/api/v1/auth/me", "/api/v1/nothing", "/healthz",
                           "/api/v1/identity/users", "/assets/nothing.js"}) {
    const Answer answer = in.anonymous("GET", path);
    for (const auto& [name, value] : kSecured) EXPECT_EQ(answer.field(name), value) << path << " " << name;
    const std::string policy = answer.field("content-security-policy");
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << path << ": " << policy;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path << ": " << policy;
    EXPECT_EQ(answer.head.find("Content-Security-Policy"), answer.head.rfind("Content-Security-Policy"))
        << path;
    EXPECT_EQ(answer.field("strict-transport-security"), "") << "it went by plain HTTP";
  }
  EXPECT_EQ(in.get("/api/v1/auth/me").field("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'");
}

Answer log_in_through_proxy(const Instance& in, const std::string& client, const std::string& password,
                            const std::string& email = kAdminEmail) {
  return in.request(
      "POST", "/api/v1/auth/login", to_text({{"email", email}, {"password", password}}),
      {{"X-Forwarded-For", client}, {"X-Forwarded-Proto", "https"}, {"X-Opsflux-Client", "web"}});
}

TEST(Proxy, ATrustedOneMakesTheClientCountAndTheCookieSecure) {
  Instance in;
  in.start({{"OPSFLUX_NETWORK_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"}});
  const Answer answer = log_in_through_proxy(in, "192.0.2.7, 10.0.0.3", kPassword);
  ASSERT_EQ(answer.status, 200) << answer.text();
  EXPECT_TRUE(answer.field("set-cookie").starts_with("__Host-opsflux_session=")) << answer.head;
  EXPECT_NE(answer.field("set-cookie").find("; Secure"), std::string::npos) << answer.head;
  EXPECT_EQ(answer.field("strict-transport-security"), "max-age=31536000");
  EXPECT_EQ(in.sql("SELECT DISTINCT address FROM identity_session WHERE kind = 'browser'"), "192.0.2.7\n");
}

TEST(Proxy, FromAnybodyElseTheFieldsAreIgnored) {
  Instance in;
  in.start();
  const Answer answer = log_in_through_proxy(in, "192.0.2.7", kPassword);
  ASSERT_EQ(answer.status, 200) << answer.text();
  EXPECT_TRUE(answer.field("set-cookie").starts_with("opsflux_session=")) << answer.head;
  EXPECT_EQ(answer.field("strict-transport-security"), "");
  EXPECT_EQ(in.sql("SELECT DISTINCT address FROM identity_session WHERE kind = 'browser'"), "127.0.0.1\n");
}

// A guesser cannot get new tries by inventing addresses, and does not lock out his neighbours behind the
// proxy.
TEST(Proxy, GuessingIsCountedForTheClientAndNotForWhatHeWrites) {
  Instance in;
  in.start({{"OPSFLUX_NETWORK_TRUSTED_PROXIES", "127.0.0.1"}});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(log_in_through_proxy(in, "203.0.113." + std::to_string(i) + ", 192.0.2.7", "wrong wrong",
                                   "person" + std::to_string(i) + "@example.org")
                  .status,
              401);
  EXPECT_EQ(log_in_through_proxy(in, "203.0.113.9, 192.0.2.7", kPassword).status, 429);
  EXPECT_EQ(log_in_through_proxy(in, "192.0.2.8", kPassword).status, 200);
}

TEST(Proxy, AnAccountIsClosedAgainstGuessesFromManyAddresses) {
  Instance in;
  in.start({{"OPSFLUX_NETWORK_TRUSTED_PROXIES", "127.0.0.1"}});
  int judged = 0;
  for (int i = 0; i < 200; ++i)
    judged +=
        log_in_through_proxy(in, "198.51.100." + std::to_string(i), "wrong wrong").status == 401 ? 1 : 0;
  EXPECT_EQ(judged, 5);
}

TEST(Proxy, AWrongNetworkStopsTheStartAndNamesTheKey) {
  const Outcome outcome = run({OPSFLUX_PROGRAM, "serve", "--network-trusted-proxies", "10.0.0.1/8"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.err.find("network.trusted_proxies"), std::string::npos) << outcome.err;
}

// What another site's page can make a browser send: no field of ours, a foreign origin, a form's types.
TEST(ForgedRequests, ChangeNothing) {
  Instance in;
  in.start();
  const Answer session =
      in.request("POST", "/api/v1/auth/login", to_text({{"email", kAdminEmail}, {"password", kPassword}}),
                 {{"X-Opsflux-Client", "web"}});
  const std::string set = session.field("set-cookie");
  const std::string cookie = set.substr(0, set.find(';'));
  const std::string body = to_text({{"name", "Mallory"}});
  const auto forge = [&](std::vector<std::pair<std::string, std::string>> fields) {
    fields.emplace_back("Cookie", cookie);
    return send_to(in.port(), {"PATCH", "/api/v1/auth/me", body, std::move(fields)});
  };
  EXPECT_EQ(forge({{"Content-Type", "application/json"}}).code(), "identity.foreign_request");
  EXPECT_EQ(forge({{"Content-Type", "application/json"},
                   {"X-Opsflux-Client", "web"},
                   {"Origin", "https://evil.example"}})
                .code(),
            "identity.foreign_request");
  EXPECT_EQ(
      forge({{"Content-Type", "application/json"}, {"X-Opsflux-Client", "web"}, {"Origin", "null"}}).code(),
      "identity.foreign_request");
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"}) {
    EXPECT_EQ(forge({{"Content-Type", type}}).code(), "identity.foreign_request") << type;
    EXPECT_EQ(forge({{"Content-Type", type}, {"X-Opsflux-Client", "web"}}).status, 415) << type;
  }
  EXPECT_NE(in.get("/api/v1/auth/me").json()["user"]["name"], "Mallory");
  EXPECT_EQ(forge({{"Content-Type", "application/json"}, {"X-Opsflux-Client", "web"}}).status, 200)
      << "our own page";
}

}  // namespace
}  // namespace opsflux::system_test
