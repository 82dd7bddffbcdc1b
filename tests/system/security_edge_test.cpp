// What stands between the Internet and the server: proxies, fields that tell browsers what they may do.
#include <gtest/gtest.h>

#include <thread>

#include "host/base/clock.hpp"
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

// Requests as they come through the trusted proxy, of a client at `address`.
class AddressRules : public ::testing::Test {
 protected:
  void SetUp() override { in_.start({{"OPSFLUX_NETWORK_TRUSTED_PROXIES", "127.0.0.1"}}); }
  Answer at(const std::string& address, const std::string& method, const std::string& path,
            const Json& body = nullptr) const {
    return in_.request(method, path, body.is_null() ? "" : to_text(body), {{"X-Forwarded-For", address}});
  }
  Answer rule(const Json& values, const std::string& by = "127.0.0.1") const {
    return at(by, "POST", "/api/v1/identity/address_rules", values);
  }
  // Rules hold from soon after their commit.
  bool becomes(int status, const std::string& address, const std::string& path = "/healthz") const {
    for (int i = 0; i < 200; ++i) {
      if (at(address, "GET", path).status == status) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  Instance in_;
};

TEST_F(AddressRules, ADeniedNetworkIsKeptOutUntilTheRuleGoes) {
  const Answer made = rule({{"network", "192.0.2.0/24"}, {"list", "deny"}, {"reason", "scans"}});
  ASSERT_EQ(made.status, 201) << made.text();
  EXPECT_TRUE(becomes(403, "192.0.2.7"));
  for (const char* path : {"/", "/api/v1/auth/me", "/api/v1/identity/users"}) {
    const Answer refused = at("192.0.2.7", "GET", path);
    EXPECT_EQ(refused.code(), "identity.address_denied") << path << refused.text();
  }
  EXPECT_EQ(at("192.0.3.7", "GET", "/api/v1/auth/me").status, 200);
  const std::string path = "/api/v1/identity/address_rules/" + made.json()["id"].get<std::string>();
  EXPECT_EQ(at("127.0.0.1", "DELETE", path).status, 204);
  EXPECT_TRUE(becomes(200, "192.0.2.7"));
  EXPECT_EQ(at("127.0.0.1", "POST", path + "/restore").status, 200);
  EXPECT_TRUE(becomes(403, "192.0.2.7"));
}

TEST_F(AddressRules, AnAllowedNetworkClosesSigningInToTheRest) {
  ASSERT_EQ(rule({{"network", "10.0.0.0/8"}, {"list", "allow"}, {"applies_to", "login"}}).status, 201);
  const Json form = {{"email", kAdminEmail}, {"password", kPassword}};
  const auto log_in = [&](const std::string& address) {
    return at(address, "POST", "/api/v1/auth/login", form);
  };
  for (int i = 0; i < 200 && log_in("192.0.2.7").status != 403; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(log_in("192.0.2.7").code(), "identity.address_denied");
  EXPECT_EQ(log_in("10.9.9.9").status, 200);
  EXPECT_EQ(at("192.0.2.7", "GET", "/api/v1/auth/me").status, 200) << "a session goes on";
}

TEST_F(AddressRules, AdministratorsCanBeHeldToANetwork) {
  ASSERT_EQ(rule({{"network", "10.0.0.0/8"}, {"list", "allow"}, {"applies_to", "administrators"}}).status,
            201);
  EXPECT_TRUE(becomes(403, "192.0.2.7", "/api/v1/auth/me"));
  EXPECT_EQ(at("192.0.2.7", "GET", "/api/v1/auth/me").code(), "identity.address_denied");
  EXPECT_EQ(at("10.0.0.1", "GET", "/api/v1/auth/me").status, 200);
  EXPECT_EQ(at("192.0.2.7", "GET", "/healthz").status, 200);
}

TEST_F(AddressRules, NobodyLocksHimselfOut) {
  const Answer denied = rule({{"network", "192.0.2.0/24"}, {"list", "deny"}}, "192.0.2.7");
  EXPECT_EQ(denied.status, 409);
  EXPECT_EQ(denied.code(), "identity.rule_locks_out") << denied.text();
  EXPECT_EQ(rule({{"network", "10.0.0.0/8"}, {"list", "allow"}}, "192.0.2.7").code(),
            "identity.rule_locks_out");
  EXPECT_EQ(
      rule({{"network", "192.0.2.0/24"}, {"list", "allow"}, {"applies_to", "administrators"}}, "192.0.2.7")
          .status,
      201);
  const Answer list = at("127.0.0.1", "GET", "/api/v1/identity/address_rules");
  EXPECT_EQ(list.json()["data"].size(), 1u) << list.text();
}

TEST_F(AddressRules, WhatIsNoNetworkIsRefusedAndOneTextIsKept) {
  const Answer wrong = rule({{"network", "10.0.0.1/8"}, {"list", "deny"}});
  EXPECT_EQ(wrong.status, 422) << wrong.text();
  EXPECT_NE(wrong.body.find("10.0.0.0/8"), std::string::npos) << wrong.text();
  EXPECT_EQ(rule({{"network", "everybody"}}).code(), "net.not_a_network");
  const Answer made = rule({{"network", "2001:0DB8::/32"}});
  ASSERT_EQ(made.status, 201) << made.text();
  EXPECT_EQ(made.json()["network"], "2001:db8::/32") << made.text();
}

TEST_F(AddressRules, OneThatEndsLetsInAgain) {
  const auto now = std::chrono::system_clock::now().time_since_epoch() + std::chrono::seconds(2);
  const std::string until = format_utc(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
  ASSERT_EQ(rule({{"network", "192.0.2.0/24"}, {"list", "deny"}, {"until", until}}).status, 201);
  EXPECT_TRUE(becomes(403, "192.0.2.7"));
  EXPECT_TRUE(becomes(200, "192.0.2.7"));
}

TEST(Limits, OfRequestsWithoutASessionAreToldAndHeld) {
  Instance in;
  in.start({{"OPSFLUX_SETTING__IDENTITY__ANONYMOUS_REQUESTS", "20"},
            {"OPSFLUX_NETWORK_TRUSTED_PROXIES", "127.0.0.1"}});
  const auto ask = [&](const std::string& path, const std::string& address) {
    return send_to(in.port(), {"GET", path, "", {{"X-Forwarded-For", address}}});
  };
  const Answer first = ask("/api/v1/auth/me", "192.0.2.7");
  EXPECT_EQ(first.status, 401);
  EXPECT_EQ(first.field("ratelimit-policy"), "\"anonymous\";q=20;w=60");
  EXPECT_TRUE(first.field("ratelimit").starts_with("\"anonymous\";r=19;t=")) << first.head;
  for (int i = 0; i < 19; ++i) EXPECT_EQ(ask("/api/v1/auth/me", "192.0.2.7").status, 401) << i;
  const Answer refused = ask("/api/v1/auth/me", "192.0.2.7");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "http.too_many_requests");
  EXPECT_EQ(refused.field("ratelimit"), "\"anonymous\";r=0;t=" + refused.field("retry-after"))
      << refused.head;
  EXPECT_EQ(ask("/", "192.0.2.7").status, 200) << "pages are not counted";
  EXPECT_EQ(ask("/api/v1/auth/me", "192.0.2.8").status, 401) << "another address";
  EXPECT_EQ(in.request("GET", "/api/v1/auth/me", "", {{"X-Forwarded-For", "192.0.2.7"}}).status, 200)
      << "whoever is signed in";
}

TEST(Limits, OfLogInsAreToldAlikeForKnownAndUnknown) {
  Instance in;
  in.start();
  for (const char* email : {kAdminEmail, "nobody@example.org"}) {
    const Answer wrong =
        in.request("POST", "/api/v1/auth/login", to_text({{"email", email}, {"password", "wrong wrong"}}));
    EXPECT_EQ(wrong.field("ratelimit-policy"), "\"login\";q=5;w=900") << wrong.head;
    EXPECT_TRUE(wrong.field("ratelimit").ends_with(";t=900")) << wrong.head;
  }
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
