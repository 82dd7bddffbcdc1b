// Roles as records: what administrators decide of them holds at once, and nobody gives what he has not.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class Roles : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("supply");
    bob_ = person("bob@example.org", "user");
    token_ = in_.log_in("bob@example.org", kPassword);
    order_ = in_.post("/api/v1/supply/orders", {{"title", "Workshop"}}).json()["id"];
  }

  std::string person(const std::string& email, const std::string& role) {
    const Answer made =
        in_.post("/api/v1/identity/users",
                 {{"email", email}, {"name", email}, {"role", role}, {"language", "en"}, {"active", true}});
    EXPECT_EQ(made.status, 201) << made.text();
    const std::string id = made.json().value("id", "");
    in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}});
    return id;
  }
  std::string role(const Json& body) {
    const Answer made = in_.post("/api/v1/identity/roles", body);
    EXPECT_EQ(made.status, 201) << made.text();
    return made.json().value("id", "");
  }
  Answer patch(const std::string& path, const Json& body) {
    return in_.request("PATCH", "/api/v1/identity/" + path, to_text(body),
                       {{"Content-Type", "application/json"}});
  }
  int status(const std::string& path) { return in_.as(token_, "GET", path).status; }
  int change() {
    return in_
        .as(token_, "PATCH", "/api/v1/supply/orders/" + order_, {{"title", "By Bob " + std::to_string(++n_)}})
        .status;
  }
  // Open sessions are judged anew within a second.
  template <class Probe>
  int becomes(Probe probe, int wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    int now = probe();
    while (now != wanted && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      now = probe();
    }
    return now;
  }

  Instance in_;
  std::string bob_, token_, order_;
  int n_ = 0;
};

TEST_F(Roles, ExportWhatTheyViewUntilAnAdministratorSaysOtherwise) {
  const std::string path = "/api/v1/supply/orders";
  const auto decide = [&](const std::string& permission, const std::string& scope) {
    const Json changes = {{"changes", {{{"role", "user"}, {"permission", permission}, {"scope", scope}}}}};
    const Answer answer = in_.request("PUT", "/api/v1/identity/roles/matrix", to_text(changes),
                                      {{"Content-Type", "application/json"}});
    EXPECT_EQ(answer.status, 200) << answer.text();
  };
  EXPECT_EQ(status(path), 200);
  EXPECT_EQ(status(path + "/export"), 200) << "no definition says who exports";
  decide("supply.order.export", "none");
  EXPECT_EQ(becomes([&] { return status(path + "/export"); }, 403), 403);
  EXPECT_EQ(status(path), 200) << "he reads on";
  EXPECT_EQ(in_.as(token_, "GET", path + "/export").json()["params"]["permission"], "supply.order.export");
  decide("supply.order.export", "own");
  EXPECT_EQ(becomes([&] { return status(path + "/export"); }, 200), 200);
  EXPECT_EQ(in_.as(token_, "GET", path + "/export?format=json").json(), Json::array())
      << "none of them is his";
  decide("supply.order.export", "default");
  decide("supply.order.view", "none");
  EXPECT_EQ(becomes([&] { return status(path + "/export"); }, 403), 403) << "it goes with the view";
  for (const Json& one : in_.get("/api/v1/identity/permissions").json()["data"])
    if (one["id"] == "supply.order.export") {
      EXPECT_EQ(one["follows"], "supply.order.view");
    }
}

TEST_F(Roles, ThatTheHostBringsAlongAreThereAndStay) {
  const Json roles = in_.get("/api/v1/identity/roles?sort=key").json()["data"];
  std::vector<std::string> keys;
  for (const Json& one : roles) keys.push_back(one["key"]);
  EXPECT_EQ(keys, (std::vector<std::string>{"administrator", "guest", "manager", "user"}));
  EXPECT_EQ(roles[0]["id"], "administrator");
  EXPECT_EQ(in_.request("DELETE", "/api/v1/identity/roles/guest").code(), "identity.built_in_role");
  EXPECT_EQ(patch("roles/guest", {{"key", "visitor"}}).code(), "identity.role_key_fixed");
  EXPECT_EQ(patch("roles/guest", {{"inherits", {"user"}}}).code(), "identity.built_in_role");
  EXPECT_EQ(
      patch("roles/administrator", {{"grants", {{{"permission", "supply.order.view"}, {"scope", "none"}}}}})
          .code(),
      "identity.built_in_role");
}

TEST_F(Roles, GrantsHoldAtOnceAboveWhatModulesGive) {
  EXPECT_EQ(change(), 403);
  const Json grants = {{{"permission", "supply.order.edit"}, {"scope", "all"}}};
  ASSERT_EQ(patch("roles/user", {{"grants", grants}}).status, 200);
  EXPECT_EQ(becomes([&] { return change(); }, 200), 200);
  ASSERT_EQ(
      patch("roles/user", {{"grants", {{{"permission", "supply.order.view"}, {"scope", "none"}}}}}).status,
      200);
  EXPECT_EQ(becomes([&] { return status("/api/v1/supply/orders"); }, 403), 403);
  in_.stop();
  in_.start();
  token_ = in_.log_in("bob@example.org", kPassword);
  EXPECT_EQ(status("/api/v1/supply/orders"), 403) << "also after a restart";
  ASSERT_EQ(patch("roles/user", {{"grants", Json::array()}}).status, 200);
  EXPECT_EQ(becomes([&] { return status("/api/v1/supply/orders"); }, 200), 200);
}

TEST_F(Roles, MadeByAdministratorsInheritAndAreGivenToPeopleAndGroups) {
  const std::string buyer = role({{"key", "buyer"},
                                  {"name", "Buyer"},
                                  {"inherits", {"user"}},
                                  {"grants", {{{"permission", "supply.order.edit"}, {"scope", "all"}}}}});
  ASSERT_EQ(patch("users/" + bob_, {{"role", buyer}}).status, 200);
  EXPECT_EQ(becomes([&] { return change(); }, 200), 200);
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/auth/me").json()["user"]["role"], buyer);
  EXPECT_EQ(in_.request("DELETE", "/api/v1/identity/roles/" + buyer).code(), "identity.role_in_use");
  ASSERT_EQ(patch("users/" + bob_, {{"role", "user"}}).status, 200);
  EXPECT_EQ(becomes([&] { return change(); }, 403), 403);

  const std::string group =
      in_.post("/api/v1/identity/groups", {{"name", "Buyers"}, {"role", buyer}}).json()["id"];
  const Answer member = in_.post("/api/v1/identity/memberships", {{"person", bob_}, {"in_group", group}});
  ASSERT_EQ(member.status, 201) << member.text();
  EXPECT_EQ(becomes([&] { return change(); }, 200), 200);
  EXPECT_EQ(in_.request("DELETE", "/api/v1/identity/memberships/" + std::string(member.json()["id"])).status,
            204);
  EXPECT_EQ(becomes([&] { return change(); }, 403), 403);
}

TEST_F(Roles, ThatMakeNoSenseAreRefused) {
  const std::string a = role({{"key", "a_role"}, {"name", "A"}});
  const std::string b = role({{"key", "b_role"}, {"name", "B"}, {"inherits", {a}}});
  EXPECT_EQ(patch("roles/" + a, {{"inherits", {b}}}).code(), "identity.role_circle");
  EXPECT_EQ(patch("roles/" + a, {{"inherits", {a}}}).code(), "identity.role_circle");
  EXPECT_EQ(patch("roles/" + a, {{"inherits", {"administrator"}}}).code(), "identity.inherits_administrator");
  EXPECT_EQ(in_.post("/api/v1/identity/roles", {{"key", "a_role"}, {"name", "Again"}}).status, 409);
  EXPECT_EQ(in_.post("/api/v1/identity/roles", {{"key", "Not a key"}, {"name", "C"}}).status, 422);
  EXPECT_EQ(patch("users/" + bob_, {{"role", "nothing"}}).status, 422);
}

TEST_F(Roles, NobodyGivesMoreThanHeHas) {
  const std::string helper = role({{"key", "helper"},
                                   {"name", "Helper"},
                                   {"inherits", {"user"}},
                                   {"grants",
                                    {{{"permission", "identity.user.view"}, {"scope", "all"}},
                                     {{"permission", "identity.user.edit"}, {"scope", "all"}},
                                     {{"permission", "identity.user.create"}, {"scope", "all"}},
                                     {{"permission", "identity.role.view"}, {"scope", "all"}},
                                     {{"permission", "identity.invitation.create"}, {"scope", "all"}},
                                     {{"permission", "identity.invitation.view"}, {"scope", "all"}},
                                     {{"permission", "identity.role.edit"}, {"scope", "all"}}}}});
  const std::string eve = person("eve@example.org", helper), ann = person("ann@example.org", "administrator");
  const std::string token = in_.log_in("eve@example.org", kPassword);
  const auto as_eve = [&](const std::string& path, const Json& body) {
    return in_.as(token, "PATCH", "/api/v1/identity/" + path, body);
  };
  EXPECT_EQ(as_eve("users/" + bob_, {{"name", "Bob B."}}).status, 200);
  EXPECT_EQ(as_eve("users/" + bob_, {{"role", "guest"}}).status, 200);
  EXPECT_EQ(as_eve("users/" + bob_, {{"role", "administrator"}}).code(), "identity.more_than_own");
  EXPECT_EQ(as_eve("users/" + eve, {{"role", "administrator"}}).code(), "identity.more_than_own");
  EXPECT_EQ(as_eve("users/" + ann, {{"active", false}}).code(), "identity.more_than_own");
  EXPECT_EQ(as_eve("roles/" + helper, {{"name", "Master"}}).code(), "identity.administrators_only");
  EXPECT_EQ(in_.as(token, "POST", "/api/v1/identity/invitations",
                   {{"email", "x@example.org"}, {"role", "administrator"}, {"language", "en"}})
                .code(),
            "identity.more_than_own");
  EXPECT_EQ(in_.as(token, "POST", "/api/v1/identity/users",
                   {{"email", "x@example.org"},
                    {"name", "X"},
                    {"role", "administrator"},
                    {"language", "en"},
                    {"active", true}})
                .code(),
            "identity.more_than_own");
}

}  // namespace
}  // namespace opsflux::system_test
