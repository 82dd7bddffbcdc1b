// Invitations without an address, for several people and into groups; revoked ones, and what inviters may.
#include <gtest/gtest.h>

#include <regex>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

const std::string kPath = "/api/v1/identity/invitations";

class OpenInvitations : public ::testing::Test {
 protected:
  void SetUp() override {
    mail_.start();
    in_.start();
    ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", to_text(mail_.settings())).status, 200);
  }

  std::string made(const std::string& plural, const Json& body) {
    const Answer answer = in_.post("/api/v1/identity/" + plural, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  }
  std::string open_invitation(Json more = Json::object()) {
    more["label"] = "The yard of Kribi";
    more["language"] = "en";
    return made("invitations", more);
  }
  std::string link_of(const std::string& id) {
    const Answer answer = in_.request("POST", kPath + "/" + id + "/link");
    EXPECT_EQ(answer.status, 201) << answer.text();
    const std::string path = get_string_or(answer.json(), "path", "");
    EXPECT_TRUE(path.starts_with("/invite#token=oft_")) << path;
    return path.substr(path.find("oft_"));
  }
  Answer accept(const std::string& token, const std::string& email) {
    return in_.anonymous("POST", "/api/v1/auth/invitation/accept",
                         {{"token", token},
                          {"email", email},
                          {"name", "Name of " + email},
                          {"password", kPassword},
                          {"language", "en"}});
  }
  std::string proof_for(const std::string& email) {
    static const std::regex kLink("https://ops\\.example\\.org/invite#confirm=(oft_[A-Za-z0-9_-]{43})\n");
    for (int i = 0; i < 600; ++i) {
      for (const Json& message : mail_.messages()) {
        const std::string text = message["text"].get<std::string>();
        std::smatch found;
        if (message["to"] == Json::array({email}) && std::regex_search(text, found, kLink))
          return found[1].str();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return "none";
  }
  Answer confirm(const std::string& token) {
    return in_.anonymous("POST", "/api/v1/auth/invitation/confirm", {{"token", token}});
  }
  Json read(const std::string& id) { return in_.get(kPath + "/" + id).json(); }

  MailServer mail_;
  Instance in_;
};

TEST_F(OpenInvitations, SeveralComeInByOneLinkEachByHisOwnMailboxAndIntoTheGroups) {
  const std::string group = made("groups", {{"name", "Yard"}});
  const std::string id = open_invitation({{"max_uses", 2}, {"in_groups", {group}}});
  EXPECT_EQ(mail_.messages().size(), 0u);
  const std::string link = link_of(id);
  const Json shown = in_.anonymous("POST", "/api/v1/auth/invitation", {{"token", link}}).json();
  EXPECT_EQ(shown["email"], "");
  for (const std::string email : {"ada@example.org", "bob@example.org"}) {
    const Answer asked = accept(link, email);
    EXPECT_EQ(asked.status, 202) << asked.text();
    EXPECT_EQ(in_.get("/api/v1/identity/users?q=" + email).json()["data"].size(), 0u)
        << "not before it is proved";
    const std::string proof = proof_for(email);
    const Answer in = confirm(proof);
    ASSERT_EQ(in.status, 201) << in.text();
    const std::string access = get_string_or(in.json(), "access_token", "");
    EXPECT_EQ(in_.as(access, "GET", "/api/v1/auth/me").json()["user"]["email"], email);
    EXPECT_EQ(confirm(proof).code(), "identity.link_over");
  }
  EXPECT_EQ(trim(in_.sql("SELECT count(*) FROM identity_membership WHERE in_group = '" + group + "'")), "2");
  const Json now = read(id);
  EXPECT_EQ(now["uses"], 2);
  EXPECT_EQ(now["status"], "used_up");
  EXPECT_EQ(accept(link, "cleo@example.org").code(), "identity.link_over");
  for (const char* table : {"identity_token", "mail_message", "core_audit"})
    EXPECT_EQ(in_.sql("SELECT * FROM " + std::string(table)).find(kPassword), std::string::npos) << table;
}

TEST_F(OpenInvitations, OfTwoWhoProveAtOnceTheLastUseIsTakenOnce) {
  const std::string link = link_of(open_invitation());
  std::vector<std::string> proofs;
  for (const std::string email : {"ada@example.org", "bob@example.org"}) {
    EXPECT_EQ(accept(link, email).status, 202);
    proofs.push_back(proof_for(email));
  }
  std::vector<int> statuses(proofs.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < proofs.size(); ++i)
    threads.emplace_back([&, i] { statuses[i] = confirm(proofs[i]).status; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1);
}

TEST_F(OpenInvitations, WhetherAnAddressHasAnAccountIsToldInItsMailboxOnly) {
  const std::string link = link_of(open_invitation({{"max_uses", 5}}));
  const Answer known = accept(link, kAdminEmail), unknown = accept(link, "ada@example.org");
  EXPECT_EQ(known.status, 202);
  EXPECT_EQ(unknown.status, 202);
  const auto messages = mail_.wait_for(2);
  ASSERT_EQ(messages.size(), 2u);
  for (const Json& message : messages)
    EXPECT_EQ(message["subject"], message["to"] == Json::array({kAdminEmail}) ? "You have an account already"
                                                                              : "Confirm your address");
}

TEST_F(OpenInvitations, RevokedOrLinkedAnewTheEarlierLinkEnds) {
  const std::string id = open_invitation({{"max_uses", 5}});
  const std::string older = link_of(id), newer = link_of(id);
  EXPECT_EQ(accept(older, "ada@example.org").code(), "identity.link_over");
  EXPECT_EQ(accept(newer, "ada@example.org").status, 202);
  const std::string proof = proof_for("ada@example.org");
  ASSERT_EQ(in_.request("POST", kPath + "/" + id + "/revoke").status, 204);
  EXPECT_EQ(read(id)["status"], "revoked");
  EXPECT_EQ(accept(newer, "bob@example.org").code(), "identity.link_over");
  EXPECT_EQ(confirm(proof).code(), "identity.link_over");
  EXPECT_EQ(in_.request("POST", kPath + "/" + id + "/link").code(), "identity.no_invitation");
  EXPECT_EQ(in_.request("POST", kPath + "/" + id + "/revoke").code(), "identity.no_invitation");
  EXPECT_EQ(in_.request("PATCH", kPath + "/" + id, R"({"label":"x"})").code(), "identity.invitation_used");
}

TEST_F(OpenInvitations, HoldByWhatTheInviterMayNowAndNotByHisName) {
  const std::string boss =
      made("roles", {{"key", "boss"},
                     {"name", "Boss"},
                     {"grants", {{{"permission", "identity.user.edit"}, {"scope", "all"}}}}});
  const std::string group = made("groups", {{"name", "Bosses"}, {"role", boss}});
  const std::string helper =
      made("roles", {{"key", "helper"},
                     {"name", "Helper"},
                     {"inherits", {"user"}},
                     {"grants",
                      {{{"permission", "identity.invitation.view"}, {"scope", "all"}},
                       {{"permission", "identity.invitation.create"}, {"scope", "all"}},
                       {{"permission", "identity.invitation.edit"}, {"scope", "all"}},
                       {{"permission", "identity.group.view"}, {"scope", "all"}},
                       {{"permission", "identity.role.view"}, {"scope", "all"}}}}});
  const std::string eve = made("users", {{"email", "eve@example.org"},
                                         {"name", "Eve"},
                                         {"role", helper},
                                         {"language", "en"},
                                         {"active", true}});
  ASSERT_EQ(in_.post("/api/v1/identity/users/" + eve + "/password", {{"password", kPassword}}).status, 204);
  const std::string token = in_.log_in("eve@example.org", kPassword);
  EXPECT_EQ(
      in_.as(token, "POST", kPath, {{"label", "x"}, {"language", "en"}, {"role", "administrator"}}).code(),
      "identity.more_than_own");
  EXPECT_EQ(in_.as(token, "POST", kPath, {{"label", "x"}, {"language", "en"}, {"in_groups", {group}}}).code(),
            "identity.more_than_own");
  const Answer invited = in_.as(token, "POST", kPath, {{"email", "ada@example.org"}, {"language", "en"}});
  ASSERT_EQ(invited.status, 201) << invited.text();
  const auto messages = mail_.wait_for(1);
  ASSERT_EQ(messages.size(), 1u);
  const std::string text = messages[0]["text"].get<std::string>();
  const std::string link = text.substr(text.find("oft_"), 47);
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/invitation", {{"token", link}}).json()["inviter"], "Eve")
      << "who may invite need be no administrator";
  ASSERT_EQ(in_.request("PATCH", "/api/v1/identity/users/" + eve, R"({"role":"user"})").status, 200);
  Answer late;
  for (int i = 0; i < 100; ++i) {
    late = accept(link, "");
    if (late.code() == "identity.invitation_void") break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(late.code(), "identity.invitation_void");
}

TEST_F(OpenInvitations, WhatIsMissingIsNamed) {
  EXPECT_EQ(in_.post(kPath, {{"language", "en"}}).json()["field"], "label");
  EXPECT_EQ(in_.post(kPath, {{"language", "en"}, {"email", "a@example.org"}, {"max_uses", 2}}).code(),
            "identity.uses_of_one");
  EXPECT_EQ(in_.post(kPath, {{"language", "en"}, {"label", "x"}, {"max_uses", 0}}).status, 422);
  const std::string id = open_invitation();
  EXPECT_EQ(in_.request("POST", kPath + "/" + id + "/send").code(), "identity.no_address");
  const std::string link = link_of(id);
  EXPECT_EQ(accept(link, "").json()["field"], "email");
  EXPECT_EQ(accept(link, "no address").json()["field"], "email");
}

}  // namespace
}  // namespace opsflux::system_test
