// Groups of people: whoever is in one has what is shared with it, and with those that it stands in.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class Groups : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("supply");
    const Answer made = in_.post("/api/v1/identity/users", {{"email", "bob@example.org"},
                                                            {"name", "Bob"},
                                                            {"role", "user"},
                                                            {"language", "en"},
                                                            {"active", true}});
    bob_ = made.json()["id"];
    in_.post("/api/v1/identity/users/" + bob_ + "/password", {{"password", kPassword}});
    token_ = in_.log_in("bob@example.org", kPassword);
    order_ = in_.post("/api/v1/supply/orders", {{"title", "Workshop"}}).json()["id"];
  }

  std::string group(const std::string& name, const Json& more = Json::object()) {
    Json body = {{"name", name}};
    body.update(more);
    const Answer made = in_.post("/api/v1/identity/groups", body);
    EXPECT_EQ(made.status, 201) << made.text();
    return made.json().value("id", "");
  }
  int change() {
    return in_
        .as(token_, "PATCH", "/api/v1/supply/orders/" + order_, {{"title", "By Bob " + std::to_string(++n_)}})
        .status;
  }
  // Open sessions are judged by a change of groups within a second.
  int change_becomes(int wanted) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    int status = change();
    while (status != wanted && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      status = change();
    }
    return status;
  }

  Instance in_;
  std::string bob_, token_, order_;
  int n_ = 0;
};

TEST_F(Groups, HaveWhatIsSharedWithThemAndWithThoseTheyStandIn) {
  const std::string company = group("Everybody"), team = group("Wells", {{"parent", company}});
  const Answer shared =
      in_.post("/api/v1/supply/orders/" + order_ + "/shares", {{"group", company}, {"editable", true}});
  ASSERT_LT(shared.status, 300) << shared.text();
  EXPECT_EQ(in_.get("/api/v1/supply/orders/" + order_ + "/around").json()["shares"][0]["name"], "Everybody");
  EXPECT_EQ(change(), 403);
  const Answer member = in_.post("/api/v1/identity/memberships", {{"person", bob_}, {"in_group", team}});
  ASSERT_EQ(member.status, 201) << member.text();
  EXPECT_EQ(change_becomes(200), 200);

  // They outlive a start of the server, and end with the membership or with the group between.
  in_.stop();
  in_.start();
  token_ = in_.log_in("bob@example.org", kPassword);
  EXPECT_EQ(change(), 200);
  const std::string path = "/api/v1/identity/memberships/" + std::string(member.json()["id"]);
  EXPECT_EQ(in_.request("DELETE", path).status, 204);
  EXPECT_EQ(change_becomes(403), 403);
  EXPECT_EQ(in_.post(path + "/restore", Json::object()).status, 200);
  EXPECT_EQ(change_becomes(200), 200);
  EXPECT_EQ(in_.request("PATCH", "/api/v1/identity/groups/" + team, R"({"parent":null})",
                        {{"Content-Type", "application/json"}})
                .status,
            200);
  EXPECT_EQ(change_becomes(403), 403);
}

TEST_F(Groups, AreKeptByAdministrators) {
  const std::string top = group("Top"), below = group("Below", {{"parent", top}});
  EXPECT_EQ(in_.request("PATCH", "/api/v1/identity/groups/" + top, to_text(Json{{"parent", below}}),
                        {{"Content-Type", "application/json"}})
                .code(),
            "entity.circle");
  EXPECT_EQ(in_.request("DELETE", "/api/v1/identity/groups/" + top).code(), "entity.in_use");
  EXPECT_EQ(in_.post("/api/v1/identity/groups", {{"name", "Top"}}).code(), "entity.not_unique");
  EXPECT_EQ(in_.post("/api/v1/supply/orders/" + order_ + "/shares", {{"group", bob_}}).code(),
            "entity.no_reference");
  in_.post("/api/v1/identity/memberships", {{"person", bob_}, {"in_group", top}});
  EXPECT_EQ(in_.post("/api/v1/identity/memberships", {{"person", bob_}, {"in_group", top}}).code(),
            "entity.not_unique");
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/identity/groups").json()["meta"]["total"], 2)
      << "names are for all";
  EXPECT_EQ(in_.as(token_, "GET", "/api/v1/identity/memberships").status, 403);
  EXPECT_EQ(in_.as(token_, "POST", "/api/v1/identity/groups", {{"name", "Mine"}}).status, 403);
  EXPECT_EQ(
      in_.as(token_, "POST", "/api/v1/identity/memberships", {{"person", bob_}, {"in_group", below}}).status,
      403);
}

}  // namespace
}  // namespace opsflux::system_test
