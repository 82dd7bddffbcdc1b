// Invitations from the record to the account.
#include <gtest/gtest.h>

#include <regex>
#include <thread>

#include "host/base/clock.hpp"
#include "host/base/text.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

const std::string kPath = "/api/v1/identity/invitations";

class MailInvitations : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.start();
    in_.start();
    ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", to_text(server_.settings())).status, 200);
  }
  Answer invite(const std::string& email, Json more = Json::object()) {
    more["email"] = email;
    if (!more.contains("language")) more["language"] = "en";
    return in_.post(kPath, more);
  }
  std::string id_of(const Answer& made) {
    EXPECT_EQ(made.status, 201) << made.text();
    return get_string_or(made.json(), "id", "");
  }
  // Of the mail number `n`, from 1.
  std::string token(std::size_t n) {
    static const std::regex kLink("https://ops\\.example\\.org/invite#token=(oft_[A-Za-z0-9_-]{43})\n");
    const auto messages = server_.wait_for(n);
    if (messages.size() < n) return "none";
    std::smatch found;
    const std::string text = messages[n - 1]["text"].get<std::string>();
    EXPECT_TRUE(std::regex_search(text, found, kLink)) << text;
    return found.size() > 1 ? found[1].str() : std::string();
  }
  Answer look(const std::string& token) {
    return in_.anonymous("POST", "/api/v1/auth/invitation", {{"token", token}});
  }
  Answer accept(const std::string& token, const std::string& name = "Ada Lovelace") {
    return in_.anonymous("POST", "/api/v1/auth/invitation/accept",
                         {{"token", token}, {"name", name}, {"password", kPassword}, {"language", "en"}});
  }

  MailServer server_;
  Instance in_;
};

TEST_F(MailInvitations, MakeAnAccountWithTheRoleOnce) {
  const std::string id = id_of(invite("Ada@Example.org", {{"message", "See you on Monday <b>&</b>"}}));
  const std::string link = token(1);
  const Json mail = server_.messages()[0];
  EXPECT_EQ(mail["to"], Json::array({"ada@example.org"}));
  EXPECT_EQ(mail["subject"], "admin invites you to OpsFlux");
  EXPECT_NE(mail["text"].get<std::string>().find("See you on Monday <b>&</b>"), std::string::npos);
  EXPECT_EQ(mail["html"].get<std::string>().find("<b>"), std::string::npos);

  const Json shown = look(link).json();
  EXPECT_EQ(shown["email"], "ada@example.org");
  EXPECT_EQ(shown["role"], "user");
  EXPECT_EQ(shown["inviter"], "admin");
  const Answer made = accept(link);
  ASSERT_EQ(made.status, 201) << made.text();
  const std::string access = get_string_or(made.json(), "access_token", "");
  const Json me = in_.as(access, "GET", "/api/v1/auth/me").json()["user"];
  EXPECT_EQ(me["email"], "ada@example.org");
  EXPECT_EQ(me["name"], "Ada Lovelace");
  EXPECT_EQ(me["role"], "user");
  EXPECT_EQ(in_.as(access, "GET", "/api/v1/identity/users").status, 403);
  EXPECT_FALSE(in_.log_in("ada@example.org", kPassword).empty());

  EXPECT_EQ(accept(link).code(), "identity.link_over");
  EXPECT_EQ(look(link).code(), "identity.link_over");
  EXPECT_TRUE(in_.get(kPath + "/" + id).json()["accepted_at"].is_string());
  EXPECT_EQ(in_.request("POST", kPath + "/" + id + "/send").code(), "identity.no_invitation");
  // The new user is a record like others: found, and in the trail.
  EXPECT_EQ(in_.get("/api/v1/identity/users?q=lovelace").json()["data"].size(), 1u);
  const std::string user = me["id"].get<std::string>();
  const std::string trail = in_.get("/api/v1/audit?q=" + user).body;
  EXPECT_NE(trail.find("invitation.accepted"), std::string::npos);
  EXPECT_NE(trail.find("\"created\""), std::string::npos);
}

TEST_F(MailInvitations, SpeakEachLanguage) {
  const std::map<std::string, std::string> subjects = {{"fr", "admin vous invite sur OpsFlux"},
                                                       {"en", "admin invites you to OpsFlux"},
                                                       {"es", "admin le invita a OpsFlux"},
                                                       {"pt", "admin convida-o para o OpsFlux"}};
  const std::string end =
      format_utc(SystemClock().now() + std::chrono::nanoseconds(std::chrono::days(5)).count());
  const std::string iso = end.substr(0, 10),
                    european = end.substr(8, 2) + "/" + end.substr(5, 2) + "/" + end.substr(0, 4);
  std::size_t count = 0;
  for (const auto& [language, subject] : subjects) {
    id_of(invite(language + "@example.org", {{"language", language}, {"expires_at", end}}));
    const std::string link = token(++count);
    EXPECT_EQ(server_.messages()[count - 1]["subject"], subject);
    const std::string text = server_.messages()[count - 1]["text"].get<std::string>();
    EXPECT_NE(text.find(language == "en" ? iso : european), std::string::npos) << text;
    EXPECT_EQ(accept(link, "Name " + language).status, 201) << language;
  }
}

TEST_F(MailInvitations, AreOfAdministratorsOnly) {
  id_of(invite("ada@example.org"));
  const std::string ada = get_string_or(accept(token(1)).json(), "access_token", "");
  EXPECT_EQ(in_.as(ada, "GET", kPath).status, 403);
  EXPECT_EQ(in_.as(ada, "POST", kPath, {{"email", "eve@example.org"}}).status, 403);
  EXPECT_EQ(in_.as(ada, "POST", kPath + "/x/send").status, 403);
  EXPECT_EQ(in_.anonymous("POST", kPath, {{"email", "eve@example.org"}}).status, 401);
}

TEST_F(MailInvitations, SentAgainTheEarlierLinkEnds) {
  const std::string id = id_of(invite("ada@example.org"));
  const std::string older = token(1);
  ASSERT_EQ(in_.request("POST", kPath + "/" + id + "/send").status, 204);
  const std::string newer = token(2);
  EXPECT_EQ(accept(older).code(), "identity.link_over");
  EXPECT_EQ(accept(newer).status, 201);
}

TEST_F(MailInvitations, ChangedOrDeletedTheyNoLongerStandAsTheyDid) {
  const std::string id = id_of(invite("ada@example.org", {{"role", "administrator"}}));
  const std::string older = token(1);
  ASSERT_EQ(in_.request("PATCH", kPath + "/" + id, R"({"role":"user","email":"grace@example.org"})").status,
            200);
  const std::string newer = token(2);
  EXPECT_EQ(server_.messages()[1]["to"], Json::array({"grace@example.org"}));
  EXPECT_EQ(look(older).code(), "identity.link_over");
  EXPECT_EQ(look(newer).json()["role"], "user");
  ASSERT_EQ(in_.request("DELETE", kPath + "/" + id).status, 204);
  EXPECT_EQ(accept(newer).code(), "identity.link_over");
  EXPECT_EQ(in_.get("/api/v1/identity/users?q=grace").json()["data"].size(), 0u);
}

TEST_F(MailInvitations, EndAtTheirTime) {
  const std::string id = id_of(invite("ada@example.org"));
  const std::string link = token(1);
  in_.sql("UPDATE identity_invitation SET expires_at = '2020-01-01T00:00:00.000000Z'");
  EXPECT_EQ(accept(link).code(), "identity.link_over");
  EXPECT_EQ(invite("b@example.org", {{"expires_at", "2020-01-01T00:00:00Z"}}).code(),
            "identity.invitation_end");
  EXPECT_EQ(invite("b@example.org", {{"expires_at", "2100-01-01T00:00:00Z"}}).code(),
            "identity.invitation_end");
}

TEST_F(MailInvitations, HoldOnlyAsLongAsWhoInvitedMay) {
  const Answer made = in_.post("/api/v1/identity/users", {{"email", "second@example.org"},
                                                          {"name", "Second"},
                                                          {"role", "administrator"},
                                                          {"language", "en"},
                                                          {"active", true}});
  const std::string id = id_of(made);
  in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}});
  const std::string second = in_.log_in("second@example.org", kPassword);
  ASSERT_EQ(in_.as(second, "POST", kPath, {{"email", "ada@example.org"}, {"language", "en"}}).status, 201);
  const std::string link = token(1);
  EXPECT_EQ(look(link).json()["inviter"], "Second");
  ASSERT_EQ(in_.request("PATCH", "/api/v1/identity/users/" + id, R"({"role":"user"})").status, 200);
  EXPECT_EQ(look(link).code(), "identity.invitation_void");
  EXPECT_EQ(accept(link).code(), "identity.invitation_void");
}

TEST_F(MailInvitations, OfTwoWhoAcceptAtOnceOneWins) {
  id_of(invite("ada@example.org"));
  const std::string link = token(1);
  std::vector<int> statuses(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < statuses.size(); ++i)
    threads.emplace_back([&, i] { statuses[i] = accept(link, "Name " + std::to_string(i)).status; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1);
  EXPECT_EQ(trim(in_.sql("SELECT count(*) FROM identity_user WHERE email = 'ada@example.org'")), "1");
}

TEST_F(MailInvitations, NaughtyInputIsNamed) {
  EXPECT_EQ(invite("admin@example.org").code(), "identity.email_taken");
  EXPECT_EQ(invite("no address").status, 422);
  EXPECT_EQ(invite("zoë@example.org").status, 422);
  EXPECT_EQ(accept("x").code(), "identity.link_over");
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/invitation/accept", {{"token", "x"}}).code(),
            "identity.form_wrong");
  ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", R"({"host":null})").status, 200);
  EXPECT_EQ(invite("ada@example.org").code(), "identity.invite_no_mail");
  EXPECT_EQ(trim(in_.sql("SELECT count(*) FROM identity_invitation")), "0");
}

}  // namespace
}  // namespace opsflux::system_test
