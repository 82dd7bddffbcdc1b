// Groups by kind, and told something as one.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

class GroupNotices : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.start();
    in_.start();
    ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", to_text(server_.settings())).status, 200);
    top_ = made("groups", {{"name", "Wells"}, {"kind", "project"}});
    team_ = made("groups", {{"name", "Night shift"}, {"parent", top_}});
    for (const char* name : {"ada", "bob", "cem", "dan"}) people_[name] = person(name);
    member("ada", top_, true);
    member("bob", team_);
    member("cem", team_);
    member("cem", top_);
    member("dan", team_, true);
  }
  std::string made(const std::string& entity, const Json& body) {
    const Answer answer = in_.post("/api/v1/identity/" + entity, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  }
  std::string person(const std::string& name) {
    const std::string id =
        made("users",
             {{"email", name + "@example.org"}, {"name", name}, {"language", name == "bob" ? "fr" : "en"}});
    in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}});
    return id;
  }
  void member(const std::string& name, const std::string& group, bool manager = false) {
    made("memberships", {{"person", people_[name]}, {"in_group", group}, {"manager", manager}});
  }
  std::string of(const std::string& name) { return in_.log_in(name + "@example.org", kPassword); }
  static std::string path(const std::string& group) { return "/api/v1/identity/groups/" + group + "/notice"; }
  Answer tell(const std::string& token, const std::string& group, const Json& more = Json::object()) {
    Json body = {{"subject", "Tonight"}, {"text", "We begin at six.\n\nBring & wear boots."}};
    body.update(more);
    return in_.as(token, "POST", path(group), body);
  }

  // What was sent to groups, among other mails.
  std::vector<Json> told(std::size_t count) {
    std::vector<Json> out;
    for (int i = 0; i < 200 && out.size() < count; ++i) {
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      out.clear();
      for (const Json& mail : server_.messages())
        if (mail["subject"].get<std::string>().find("Tonight") != std::string::npos) out.push_back(mail);
    }
    return out;
  }

  MailServer server_;
  Instance in_;
  std::string top_, team_;
  std::map<std::string, std::string> people_;
};

TEST_F(GroupNotices, GoToEverybodyInTheGroupAndInThoseWithinItOnce) {
  const std::string ada = of("ada");
  ASSERT_EQ(
      in_.request("PATCH", "/api/v1/identity/users/" + people_["dan"],
                  R"({"status":"suspended","status_reason":"x"})", {{"Content-Type", "application/json"}})
          .status,
      200);
  EXPECT_EQ(in_.as(ada, "GET", path(top_)).json(), (Json{{"may", true}, {"people", 3}}));
  const Answer answer = tell(ada, top_);
  ASSERT_EQ(answer.status, 202) << answer.text();
  EXPECT_EQ(answer.json()["people"], 3);
  const auto mails = told(3);
  ASSERT_EQ(mails.size(), 3u);
  std::set<std::string> to;
  for (const Json& mail : mails) {
    to.insert(mail["to"].dump());
    const std::string text = mail["text"].get<std::string>();
    EXPECT_NE(text.find("We begin at six."), std::string::npos) << text;
    EXPECT_NE(text.find("Bring & wear boots."), std::string::npos) << text;
    const bool french = text.find("a écrit ceci") != std::string::npos;
    EXPECT_EQ(french, mail["to"].dump().find("bob@") != std::string::npos) << text;
  }
  EXPECT_EQ(to.size(), 3u) << "each once";
  EXPECT_NE(in_.get("/api/v1/audit?page_size=20").text().find("group.notified"), std::string::npos);
}

TEST_F(GroupNotices, AreForThoseWhoLeadTheGroupAndAdministrators) {
  const std::string bob = of("bob"), dan = of("dan");
  EXPECT_EQ(in_.as(bob, "GET", path(team_)).json(), (Json{{"may", false}, {"people", nullptr}}));
  EXPECT_EQ(tell(bob, team_).code(), "identity.not_leading");
  EXPECT_EQ(tell(dan, top_).code(), "identity.not_leading") << "of the team only";
  EXPECT_EQ(tell(dan, team_).status, 202);
  EXPECT_EQ(tell(of("ada"), team_).status, 202) << "it stands in hers";
  EXPECT_EQ(tell(in_.token(), team_).status, 202);
  EXPECT_EQ(tell(in_.token(), people_["bob"]).code(), "entity.no_record");
  EXPECT_EQ(tell(dan, team_, {{"subject", "a\nBcc: x@example.org"}}).json()["field"], "subject");
  EXPECT_EQ(tell(dan, team_, {{"subject", ""}}).json()["field"], "subject");
  EXPECT_EQ(tell(dan, team_, {{"text", std::string(6000, 'x')}}).json()["field"], "text");
  int refused = 0;
  for (int i = 0; i < 12; ++i) refused += tell(dan, team_).status == 429 ? 1 : 0;
  EXPECT_GE(refused, 2) << "ten an hour";
}

TEST_F(GroupNotices, AreNotTakenWithoutAMailServer) {
  ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", R"({"host":null})").status, 200);
  EXPECT_EQ(in_.get(path(team_)).json()["may"], false);
  EXPECT_EQ(tell(in_.token(), team_).code(), "identity.invite_no_mail");
}

TEST_F(GroupNotices, GroupsAreFoundByTheirKind) {
  const auto kinds = [&](const std::string& kind) {
    return in_.get("/api/v1/identity/groups?filter=kind%20%3D%3D%20%22" + kind + "%22")
        .json()["meta"]["total"];
  };
  EXPECT_EQ(kinds("project"), 1);
  EXPECT_EQ(kinds("functional"), 1) << "what is not said is functional";
  EXPECT_EQ(in_.post("/api/v1/identity/groups", {{"name", "X"}, {"kind", "club"}}).json()["field"], "kind");
}

}  // namespace
}  // namespace opsflux::system_test
