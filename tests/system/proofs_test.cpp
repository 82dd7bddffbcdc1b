// Proofs of presence, and the second factor of administrators, in the whole program.
#include <gtest/gtest.h>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

const std::string kIdentity = "/api/v1/identity/";

// As if everybody had proved long ago who he is.
void forget_proofs(Instance& in) {
  ASSERT_EQ(in.stop(), 0);
  in.sql("UPDATE identity_session SET confirmed_at = '2020-01-01T00:00:00.000000Z'");
  in.start();
}

TEST(Proofs, WhatTookOneToDeleteTakesOneToBringBack) {
  Instance in;
  in.start();
  const auto made = [&](const std::string& plural, const Json& body) {
    const Answer answer = in.post(kIdentity + plural, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return kIdentity + plural + "/" + get_string_or(answer.json(), "id", "");
  };
  const std::string user =
      made("users", {{"email", "ada@example.org"}, {"name", "Ada"}, {"role", "user"}, {"language", "en"}});
  const std::string id = user.substr(user.rfind('/') + 1);
  const std::string group = made("groups", {{"name", "Yard"}});
  const std::vector<std::string> all = {
      made("roles", {{"key", "buyer"}, {"name", "Buyer"}}),
      made("api_keys", {{"name", "Robot"}, {"permissions", {"identity.user.view"}}}),
      made("address_rules", {{"network", "192.0.2.0/24"}, {"list", "deny"}}),
      made("memberships", {{"person", id}, {"in_group", group.substr(group.rfind('/') + 1)}}),
      made("companies", {{"name", "North"}, {"code", "N"}}),
      user};
  for (const std::string& path : all) ASSERT_EQ(in.request("DELETE", path).status, 204) << path;
  forget_proofs(in);
  for (auto path = all.rbegin(); path != all.rend(); ++path) {
    const Answer refused = in.request("POST", *path + "/restore");
    EXPECT_EQ(refused.code(), "identity.confirm_needed") << *path << " " << refused.text();
    EXPECT_TRUE(in.get(*path).json()["deleted_at"].is_string()) << *path;
  }
  ASSERT_EQ(in.post("/api/v1/auth/confirm", {{"password", kPassword}}).status / 100, 2);
  for (auto path = all.rbegin(); path != all.rend(); ++path) {
    const Answer back = in.request("POST", *path + "/restore");
    EXPECT_EQ(back.status, 200) << *path << " " << back.text();
  }
}

TEST(Proofs, WhatNeedsNoneToDeleteComesBackWithoutOne) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  const Answer made = in.post("/api/v1/fleet/vehicles", {{"plate", "AB-123"}});
  ASSERT_EQ(made.status, 201) << made.text();
  const std::string path = "/api/v1/fleet/vehicles/" + get_string_or(made.json(), "id", "");
  ASSERT_EQ(in.request("DELETE", path).status, 204);
  forget_proofs(in);
  EXPECT_EQ(in.request("POST", path + "/restore").status, 200);
}

// Started by itself, with nothing said of the second factor.
struct Plain {
  Plain(Instance& in, const std::vector<std::string>& flags) {
    Environment environment = in.environment();
    environment.erase("OPSFLUX_SETTING__IDENTITY__SECOND_FACTOR_ROLES");
    std::vector<std::string> words = {"serve", "--port", "0"};
    words.insert(words.end(), flags.begin(), flags.end());
    server.emplace(in.command(words), environment);
    const std::string mark = "serves at http://127.0.0.1:";
    EXPECT_TRUE(server->wait_for_output(mark, 60'000) && server->wait_for_output("\n", 60'000))
        << server->err();
    const std::string& out = server->out();
    if (const auto at = out.find(mark); at != std::string::npos)
      port = static_cast<std::uint16_t>(std::atoi(out.c_str() + at + mark.size()));
  }
  Answer log_in() const {
    return send_to(port, {"POST",
                          "/api/v1/auth/login",
                          to_text({{"email", kAdminEmail}, {"password", kPassword}}),
                          {{"Content-Type", "application/json"}}});
  }
  std::optional<Child> server;
  std::uint16_t port = 0;
};

TEST(SecondFactorOfAdministrators, IsObligedButInDevelopmentMode) {
  Instance in;
  {
    const Plain usual(in, {});
    const Answer half = usual.log_in();
    EXPECT_EQ(half.status, 202) << half.text();
    EXPECT_EQ(half.json()["step"], "enrol");
  }
  {
    const Plain development(in, {"--development"});
    const Answer whole = development.log_in();
    ASSERT_EQ(whole.status, 200) << whole.text();
    const std::string token = get_string_or(whole.json(), "access_token", "");
    const Answer settings = send_to(
        development.port, {"GET", "/api/v1/settings/identity", "", {{"Authorization", "Bearer " + token}}});
    const Json all = settings.json();
    Json roles;
    for (const Json& one : all["data"])
      if (one["key"] == "second_factor_roles") roles = one;
    EXPECT_EQ(roles["value"], Json::array()) << "and the page of settings says so: " << roles.dump();
    EXPECT_NE(roles.dump().find("development mode"), std::string::npos) << roles.dump();
  }
  const Plain again(in, {});
  EXPECT_EQ(again.log_in().json()["step"], "enrol") << "nothing of it stays";
}

}  // namespace
}  // namespace opsflux::system_test
