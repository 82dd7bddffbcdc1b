// API keys: programs that act for a person with no more than the permissions that the key names.
#include <gtest/gtest.h>

#include <thread>

#include "host/base/clock.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class ApiKeys : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start({{"OPSFLUX_NETWORK_TRUSTED_PROXIES", "127.0.0.1"}});
    in_.install("fleet_1_0");
  }
  // The id of a new key, with its secret in `secret`.
  std::string make(const Json& more, std::string& secret) const {
    Json values = {{"name", "Robot"}, {"permissions", {"fleet.vehicle.view"}}};
    if (more.is_object()) values.update(more);
    const Answer made = in_.post("/api/v1/identity/api_keys", values);
    EXPECT_EQ(made.status, 201) << made.text();
    const std::string id = get_string_or(made.json(), "id", "");
    secret = rotate(id, 0);
    return id;
  }
  std::string rotate(const std::string& id, int hours) const {
    const Answer given = in_.post("/api/v1/identity/api_keys/" + id + "/secret", {{"overlap_hours", hours}});
    EXPECT_EQ(given.status, 201) << given.text();
    return get_string_or(given.json(), "key", "");
  }
  Answer by(const std::string& key, const std::string& method, const std::string& path,
            const Json& body = nullptr, const std::string& address = "192.0.2.7") const {
    return send_to(in_.port(), {method,
                                path,
                                body.is_null() ? "" : to_text(body),
                                {{"Authorization", "Bearer " + key},
                                 {"Content-Type", "application/json"},
                                 {"X-Forwarded-For", address}}});
  }
  int view(const std::string& key) const { return by(key, "GET", "/api/v1/fleet/vehicles").status; }
  // What is changed by somebody is taken soon after its commit.
  bool becomes(int status, const std::string& key) const {
    for (int i = 0; i < 200 && view(key) != status; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return view(key) == status;
  }
  Instance in_;
};

TEST_F(ApiKeys, DoWhatTheyNameAndNothingElseThoughTheOwnerIsAdministrator) {
  std::string key;
  make({}, key);
  EXPECT_EQ(view(key), 200);
  EXPECT_EQ(by(key, "POST", "/api/v1/fleet/vehicles", {{"plate", "x"}}).code(), "identity.not_permitted");
  EXPECT_EQ(by(key, "GET", "/api/v1/identity/users").code(), "identity.not_permitted");
  EXPECT_EQ(by(key, "GET", "/api/v1/modules").status, 403);
  EXPECT_EQ(by(key, "GET", "/api/v1/audit").status, 403);
  const Json bulk = {{"mode", "each"},
                     {"operations", {{{"action", "create"}, {"values", {{"plate", "x"}}}}}}};
  const Answer several = by(key, "POST", "/api/v1/fleet/vehicles/bulk", bulk);
  EXPECT_EQ(several.body.find("\"state\":\"done\""), std::string::npos) << several.text();
  std::string other;
  make({{"name", "Other"}, {"permissions", {"identity.user.view"}}}, other);
  EXPECT_EQ(view(other), 403) << "what one key holds is not kept for another";
  EXPECT_EQ(by(other, "GET", "/api/v1/identity/users").status, 200);
}

TEST_F(ApiKeys, ReachNothingOfTheirOwnersAccount) {
  std::string key;
  const std::string id =
      make({{"permissions",
             {"identity.user.view", "identity.user.edit", "identity.user.password", "identity.user.sessions",
              "identity.api_key.create", "identity.api_key.view", "identity.api_key.edit"}}},
           key);
  EXPECT_EQ(by(key, "GET", "/api/v1/auth/me").status, 200) << "whom it acts for";
  for (const auto& [method, path] : {std::pair("PATCH", std::string("/api/v1/auth/me")),
                                     {"GET", "/api/v1/auth/sessions"},
                                     {"POST", "/api/v1/auth/sessions/end-others"},
                                     {"POST", "/api/v1/auth/password"},
                                     {"GET", "/api/v1/identity/users/x/sessions"},
                                     {"POST", "/api/v1/identity/users/x/password"},
                                     {"POST", "/api/v1/identity/api_keys/" + id + "/secret"}})
    EXPECT_EQ(by(key, method, path, Json::object()).code(), "identity.own_only") << method << path;
  EXPECT_EQ(
      by(key, "POST", "/api/v1/identity/api_keys", {{"name", "x"}, {"permissions", {"identity.user.view"}}})
          .code(),
      "identity.own_only");
  EXPECT_EQ(by(key, "PATCH", "/api/v1/identity/api_keys/" + id, {{"permissions", {"modules.manage"}}}).code(),
            "identity.own_only");
}

// Nobody is there who could be asked for his password or a code.
TEST_F(ApiKeys, DoNothingThatAsksForAProof) {
  std::string key;
  make({{"permissions",
         {"identity.address_rule.create", "identity.membership.create", "identity.group.create",
          "identity.user.create", "identity.user.edit", "modules.manage", "audit.view"}}},
       key);
  const auto refused = [&](const std::string& method, const std::string& path, const Json& body) {
    EXPECT_EQ(by(key, method, path, body).code(), "identity.confirm_needed") << path;
  };
  refused("POST", "/api/v1/identity/address_rules", {{"network", "192.0.2.0/24"}, {"list", "deny"}});
  refused("POST", "/api/v1/identity/groups", {{"name", "Night shift"}});
  refused("POST", "/api/v1/modules/fleet/uninstall", Json::object());
  EXPECT_EQ(by(key, "GET", "/api/v1/audit/export").code(), "identity.confirm_needed");
  const std::string me = in_.get("/api/v1/auth/me").json()["user"]["id"];
  EXPECT_EQ(by(key, "PATCH", "/api/v1/identity/users/" + me, {{"name", "Ada"}}).status, 403)
      << "he may do more than his key";
  // By bulk as well.
  const Answer bulk =
      by(key, "POST", "/api/v1/identity/groups/bulk",
         {{"mode", "all"}, {"operations", {{{"action", "create"}, {"values", {{"name", "Day shift"}}}}}}});
  EXPECT_NE(bulk.text().find("identity.confirm_needed"), std::string::npos) << bulk.text();
}

TEST_F(ApiKeys, NeverHaveMoreThanTheirOwnerAndFollowHim) {
  in_.post("/api/v1/identity/users", {{"name", "Bob"}, {"email", "bob@example.org"}});
  const Json users = in_.get("/api/v1/identity/users?q=bob").json()["data"];
  ASSERT_EQ(users.size(), 1u);
  const std::string bob = users[0]["id"];
  std::string key;
  make({{"owner", bob}, {"permissions", {"fleet.vehicle.view", "identity.user.view"}}}, key);
  EXPECT_EQ(view(key), 200);
  EXPECT_EQ(by(key, "GET", "/api/v1/identity/users").code(), "identity.not_permitted");
  EXPECT_EQ(in_.request("PATCH", "/api/v1/identity/users/" + bob, to_text({{"active", false}})).status, 200);
  EXPECT_EQ(view(key), 401) << "at once";
  EXPECT_EQ(in_.request("PATCH", "/api/v1/identity/users/" + bob, to_text({{"active", true}})).status, 200);
  EXPECT_TRUE(becomes(200, key));
}

TEST_F(ApiKeys, AreRevokedAtOnceAndRotatedWithOverlap) {
  std::string first;
  const std::string id = make({}, first);
  const std::string second = rotate(id, 24);
  EXPECT_EQ(view(first), 200);
  EXPECT_EQ(view(second), 200);
  const std::string third = rotate(id, 0);
  EXPECT_EQ(view(first), 401);
  EXPECT_EQ(view(second), 401);
  EXPECT_EQ(view(third), 200);
  EXPECT_EQ(in_.get("/api/v1/identity/api_keys/" + id).json()["hint"], third.substr(0, 8));
  in_.stop();
  in_.start({{"OPSFLUX_NETWORK_TRUSTED_PROXIES", "127.0.0.1"}});
  EXPECT_EQ(view(third), 200);
  EXPECT_EQ(in_.request("DELETE", "/api/v1/identity/api_keys/" + id).status, 204);
  EXPECT_EQ(by(third, "GET", "/api/v1/fleet/vehicles").code(), "identity.key_unknown");
}

TEST_F(ApiKeys, HoldForTheirAddressesAndTimeOnly) {
  std::string key;
  const std::string id = make({{"addresses", {"10.0.0.0/8", "2001:db8::/32"}}}, key);
  const auto at = [&](const char* address) {
    return by(key, "GET", "/api/v1/fleet/vehicles", nullptr, address);
  };
  EXPECT_EQ(at("10.9.9.9").status, 200);
  EXPECT_EQ(at("2001:db8::1").status, 200);
  EXPECT_EQ(at("192.0.2.7").code(), "identity.key_address");
  const std::string past = format_utc(SystemClock().now() - 1'000'000'000);
  EXPECT_EQ(in_.request("PATCH", "/api/v1/identity/api_keys/" + id,
                        to_text({{"addresses", Json::array()}, {"expires_at", past}}))
                .status,
            200);
  EXPECT_TRUE(becomes(401, key));
  EXPECT_EQ(by(key, "GET", "/api/v1/fleet/vehicles").code(), "identity.key_expired");
}

TEST_F(ApiKeys, AreHeldToTheirLimitAndTold) {
  std::string key;
  make({{"per_hour", 5}}, key);
  const Answer first = by(key, "GET", "/api/v1/fleet/vehicles");
  EXPECT_EQ(first.field("ratelimit-policy"), "\"key\";q=5;w=3600") << first.head;
  EXPECT_TRUE(first.field("ratelimit").starts_with("\"key\";r=4;t=")) << first.head;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(view(key), 200);
  const Answer refused = by(key, "GET", "/api/v1/fleet/vehicles");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.field("ratelimit"), "\"key\";r=0;t=" + refused.field("retry-after")) << refused.head;
}

TEST_F(ApiKeys, KeepTheirSecretNowhere) {
  std::string key;
  const std::string id = make({}, key);
  EXPECT_EQ(view(key), 200);
  for (const char* table : {"identity_api_key", "identity_api_key_secret", "core_audit"})
    EXPECT_EQ(in_.sql("SELECT * FROM " + std::string(table)).find(key.substr(8)), std::string::npos) << table;
  EXPECT_EQ(in_.server().err().find(key.substr(8)), std::string::npos);
  const Json record = in_.get("/api/v1/identity/api_keys/" + id).json();
  EXPECT_EQ(record["last_address"], "192.0.2.7") << record.dump();
  EXPECT_EQ(in_.get("/api/v1/audit?q=api_key").body.find(key.substr(8)), std::string::npos);
}

TEST_F(ApiKeys, AreRefusedWhereTheyAreWrong) {
  const auto wrong = [&](const Json& more) {
    Json values = {{"name", "Robot"}, {"permissions", {"fleet.vehicle.view"}}};
    values.update(more);
    return in_.post("/api/v1/identity/api_keys", values).code();
  };
  EXPECT_EQ(wrong({{"permissions", {"fleet.vehicle.fly"}}}), "identity.unknown_permission");
  EXPECT_EQ(wrong({{"addresses", {"10.0.0.1/8"}}}), "net.network_has_host_bits");
  std::string key;
  const std::string id = make({}, key);
  EXPECT_EQ(in_.post("/api/v1/identity/api_keys/" + id + "/secret", {{"overlap_hours", 169}}).code(),
            "identity.overlap_wrong");
  EXPECT_EQ(in_.post("/api/v1/identity/api_keys/nonsense/secret", Json::object()).code(), "identity.no_key");
  std::string changed = key;
  changed.back() = changed.back() == 'a' ? 'b' : 'a';
  EXPECT_EQ(by(changed, "GET", "/api/v1/fleet/vehicles").code(), "identity.key_unknown");
}

}  // namespace
}  // namespace opsflux::system_test
