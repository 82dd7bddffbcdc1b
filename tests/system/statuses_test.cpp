// The status of a person through the whole server: who is not active has no way in, and what "active" says
// follows.
#include <gtest/gtest.h>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class Statuses : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    const Answer made = in_.post("/api/v1/identity/users",
                                 {{"email", "bob@example.org"}, {"name", "Bob"}, {"language", "en"}});
    ASSERT_EQ(made.status, 201) << made.text();
    EXPECT_EQ(made.json()["status"], "active");
    bob_ = made.json()["id"];
    in_.post("/api/v1/identity/users/" + bob_ + "/password", {{"password", kPassword}});
  }
  Answer patch(const Json& body) { return patch(bob_, body); }
  Answer patch(const std::string& id, const Json& body) {
    return in_.request("PATCH", "/api/v1/identity/users/" + id, to_text(body),
                       {{"Content-Type", "application/json"}});
  }
  // "suspended false": what stands in the record.
  std::string stands() {
    const Json user = in_.get("/api/v1/identity/users/" + bob_).json();
    return user.value("status", "") + (user.value("active", false) ? " true" : " false");
  }
  // What a log-in is answered, without what differs from one answer to the next.
  std::string refused(const std::string& email, const std::string& password) {
    const Answer answer =
        in_.anonymous("POST", "/api/v1/auth/login", {{"email", email}, {"password", password}});
    Json said = answer.json();
    said.erase("trace_id");
    return std::to_string(answer.status) + " " + to_text(said);
  }
  std::string found(const std::string& filter) {
    std::string out;
    for (const Json& one :
         in_.get("/api/v1/identity/users?sort=name&filter=" + filter).json().value("data", Json::array()))
      out += (out.empty() ? "" : ", ") + one.value("name", "");
    return out;
  }

  Instance in_;
  std::string bob_;
  int made_ = 0;
};

TEST_F(Statuses, WhoIsNotActiveHasNoWayInAndLooksLikeAWrongPassword) {
  const std::string wrong = refused("bob@example.org", "not his password at all");
  ASSERT_TRUE(wrong.starts_with("401 ")) << wrong;
  const Answer key = in_.post("/api/v1/identity/api_keys",
                              {{"name", "His"}, {"owner", bob_}, {"permissions", {"identity.group.view"}}});
  ASSERT_EQ(key.status, 201) << key.text();
  const Answer secret = in_.post(
      "/api/v1/identity/api_keys/" + key.json()["id"].get<std::string>() + "/secret", {{"overlap_hours", 0}});
  const std::string text = get_string_or(secret.json(), "key", "");
  for (const char* status : {"inactive", "suspended", "archived"}) {
    const Answer session =
        in_.anonymous("POST", "/api/v1/auth/login", {{"email", "bob@example.org"}, {"password", kPassword}});
    ASSERT_EQ(session.status, 200) << status << session.text();
    const std::string token = session.json()["access_token"], refresh = session.json()["refresh_token"];
    EXPECT_EQ(in_.as(token, "GET", "/api/v1/auth/me").status, 200);
    const Answer closed = patch({{"status", status}, {"status_reason", "Lost badge"}});
    ASSERT_EQ(closed.status, 200) << closed.text();
    EXPECT_EQ(stands(), std::string(status) + " false");
    EXPECT_EQ(refused("bob@example.org", kPassword), wrong) << status;
    EXPECT_EQ(in_.as(token, "GET", "/api/v1/auth/me").status, 401) << status;
    EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/refresh", {{"refresh_token", refresh}}).status, 401);
    EXPECT_EQ(in_.as(text, "GET", "/api/v1/identity/groups").status, 401) << status;
    EXPECT_EQ(patch({{"status", "active"}}).status, 200);
    EXPECT_EQ(in_.get("/api/v1/identity/users/" + bob_).json()["status_reason"], nullptr) << "it is over";
    EXPECT_EQ(stands(), "active true");
  }
}

TEST_F(Statuses, AndActiveFollowOneAnother) {
  EXPECT_EQ(patch({{"active", false}}).status, 200);
  EXPECT_EQ(stands(), "inactive false");
  EXPECT_EQ(patch({{"active", true}}).status, 200);
  EXPECT_EQ(stands(), "active true");
  EXPECT_EQ(patch({{"status", "archived"}}).status, 200);
  EXPECT_EQ(patch({{"active", false}}).status, 200);
  EXPECT_EQ(stands(), "archived false") << "that is what it says already";
  EXPECT_EQ(patch({{"active", true}}).status, 200);
  EXPECT_EQ(stands(), "active true");
  for (const Json& both : {Json{{"status", "suspended"}, {"status_reason", "x"}, {"active", true}},
                           Json{{"status", "active"}, {"active", false}}}) {
    const Answer answer = patch(both);
    EXPECT_EQ(answer.code(), "identity.status_contradicts") << both.dump();
    EXPECT_EQ(answer.json()["field"], "active");
    EXPECT_EQ(stands(), "active true");
  }
  EXPECT_EQ(patch({{"status", "inactive"}, {"active", false}}).status, 200);
  EXPECT_EQ(stands(), "inactive false");
  const auto make = [&](Json more) {
    more.update(
        {{"email", "c" + std::to_string(++made_) + "@example.org"}, {"name", "C"}, {"language", "en"}});
    const Answer answer = in_.post("/api/v1/identity/users", more);
    if (answer.status != 201) return answer.code();
    return answer.json()["status"].get<std::string>() +
           (answer.json()["active"] == true ? " true" : " false");
  };
  EXPECT_EQ(make({{"active", false}}), "inactive false");
  EXPECT_EQ(make({{"status", "archived"}}), "archived false");
  EXPECT_EQ(make({{"status", "archived"}, {"active", true}}), "identity.status_contradicts");
}

TEST_F(Statuses, SuspensionTakesAReasonAndTheArchivedAreFoundApart) {
  const Answer answer = patch({{"status", "suspended"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.json()["field"], "status_reason") << answer.text();
  EXPECT_EQ(patch({{"status", "away"}}).status, 422);
  EXPECT_EQ(patch({{"status", "suspended"}, {"status_reason", "Under inquiry"}}).status, 200);
  EXPECT_EQ(found("status%20%3D%3D%20%22suspended%22"), "Bob");
  EXPECT_EQ(patch({{"status", "archived"}}).status, 200);
  EXPECT_EQ(found("status%20!%3D%20%22archived%22").find("Bob"), std::string::npos);
  EXPECT_EQ(found("status%20%3D%3D%20%22archived%22"), "Bob");
}

TEST_F(Statuses, TheLastAdministratorStaysActive) {
  const std::string me = in_.get("/api/v1/auth/me").json()["user"]["id"];
  for (const char* status : {"inactive", "suspended", "archived"})
    EXPECT_EQ(patch(me, {{"status", status}, {"status_reason", "x"}}).code(), "identity.last_administrator");
  EXPECT_EQ(patch({{"role", "administrator"}}).status, 200);
  EXPECT_EQ(patch({{"status", "suspended"}, {"status_reason", "x"}}).status, 200) << "another one is left";
  EXPECT_EQ(patch(me, {{"status", "archived"}}).code(), "identity.last_administrator");
}

TEST_F(Statuses, ChangeOnlyForWhomHasProvedWhoHeIs) {
  const Answer made =
      in_.post("/api/v1/identity/api_keys", {{"name", "Mine"},
                                             {"owner", in_.get("/api/v1/auth/me").json()["user"]["id"]},
                                             {"permissions", {"identity.user.edit", "identity.user.view"}}});
  ASSERT_EQ(made.status, 201) << made.text();
  const Answer secret =
      in_.post("/api/v1/identity/api_keys/" + made.json()["id"].get<std::string>() + "/secret",
               {{"overlap_hours", 0}});
  const std::string key = get_string_or(secret.json(), "key", "");
  const std::string path = "/api/v1/identity/users/" + bob_;
  const Answer closed = in_.as(key, "PATCH", path, {{"status", "inactive"}});
  EXPECT_EQ(closed.status, 403) << closed.text();
  EXPECT_EQ(stands(), "active true");
}

TEST_F(Statuses, TheRecordTellsWhenSomebodyWasHere) {
  const std::string path = "/api/v1/identity/users/" + bob_ + "/sessions";
  EXPECT_EQ(in_.get(path).json()["meta"], (Json{{"last_login_at", nullptr}, {"last_seen_at", nullptr}}));
  const std::string token = in_.log_in("bob@example.org", kPassword);
  EXPECT_EQ(in_.as(token, "GET", "/api/v1/auth/me").status, 200);
  const Json meta = in_.get(path).json()["meta"];
  EXPECT_TRUE(meta["last_login_at"].is_string()) << meta.dump();
  EXPECT_GE(meta["last_seen_at"], meta["last_login_at"]);
  ASSERT_EQ(in_.stop(), 0);
  in_.start();
  EXPECT_EQ(in_.get(path).json()["meta"]["last_login_at"], meta["last_login_at"]);
  EXPECT_EQ(in_.as(token, "GET", path).status, 403) << "for administrators";
}

}  // namespace
}  // namespace opsflux::system_test
