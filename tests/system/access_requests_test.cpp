// A closed instance: asking for access, deciding, and the mails about it.
#include <gtest/gtest.h>

#include <regex>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

const std::string kPath = "/api/v1/identity/access_requests";

class AccessRequests : public ::testing::Test {
 protected:
  void SetUp() override {
    mail_.start();
    in_.start();
    ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", to_text(mail_.settings())).status, 200);
    close(true);
  }

  void close(bool closed) {
    ASSERT_EQ(in_.request("PATCH", "/api/v1/settings/identity", to_text({{"site_closed", closed}})).status,
              200);
  }
  Answer ask(const std::string& email, const std::string& name = "Awa Ndiaye",
             const std::string& language = "en") {
    return in_.anonymous(
        "POST", "/api/v1/auth/access-requests",
        {{"email", email}, {"name", name}, {"reason", "I run the yard."}, {"language", language}});
  }
  Json waiting() { return in_.get(kPath + "?filter=status%20%3D%3D%20%22waiting%22").json()["data"]; }
  // The request of that address, once it is there.
  Json request_of(const std::string& email) {
    for (int i = 0; i < 200; ++i) {
      const Json all = in_.get(kPath).json();
      for (const Json& one : all["data"])
        if (one["email"] == email) return one;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return nullptr;
  }
  Answer decide(const Json& request, const std::string& how, const Json& body) {
    return in_.post(kPath + "/" + request["id"].get<std::string>() + "/" + how, body);
  }
  std::vector<Json> mails_to(const std::string& address, std::size_t count) {
    std::vector<Json> out;
    for (int i = 0; i < 600; ++i) {
      out.clear();
      for (const Json& message : mail_.messages())
        if (message["to"] == Json::array({address})) out.push_back(message);
      if (out.size() >= count) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return out;
  }
  static std::string token_in(const Json& message) {
    static const std::regex kLink("https://ops\\.example\\.org/reset#token=(oft_[A-Za-z0-9_-]{43})\n");
    std::smatch found;
    const std::string text = message["text"].get<std::string>();
    EXPECT_TRUE(std::regex_search(text, found, kLink)) << text;
    return found.size() > 1 ? found[1].str() : std::string();
  }

  MailServer mail_;
  Instance in_;
};

TEST_F(AccessRequests, WhatIsApprovedMakesAUserWhoChoosesHisPasswordByTheMail) {
  EXPECT_EQ(in_.anonymous("GET", "/api/v1/auth/options").json()["closed"], true);
  EXPECT_EQ(ask("  AWA@Example.org ").status, 202);
  const Json request = request_of("awa@example.org");
  ASSERT_FALSE(request.is_null());
  EXPECT_EQ(request["status"], "waiting");
  EXPECT_EQ(request["reason"], "I run the yard.");
  EXPECT_EQ(request["address"], "127.0.0.1");
  const auto told = mails_to(kAdminEmail, 1);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]["subject"], "1 person asks for access");
  EXPECT_NE(told[0]["text"].get<std::string>().find("Awa Ndiaye"), std::string::npos);
  EXPECT_NE(told[0]["text"].get<std::string>().find("https://ops.example.org/identity/access_requests\n"),
            std::string::npos);

  ASSERT_EQ(decide(request, "approve", {{"role", "user"}, {"answer", "Welcome aboard."}}).status, 204);
  const auto mails = mails_to("awa@example.org", 1);
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_EQ(mails[0]["subject"], "You have access");
  EXPECT_NE(mails[0]["text"].get<std::string>().find("Welcome aboard."), std::string::npos);
  const auto log_in = [&] {
    return in_.anonymous("POST", "/api/v1/auth/login",
                         {{"email", "awa@example.org"}, {"password", kPassword}});
  };
  EXPECT_EQ(log_in().status, 401);
  ASSERT_EQ(in_.anonymous("POST", "/api/v1/auth/reset/confirm",
                          {{"token", token_in(mails[0])}, {"new_password", kPassword}})
                .status,
            204);
  EXPECT_EQ(log_in().json()["user"]["name"], "Awa Ndiaye");
  const Json now = in_.get(kPath + "/" + request["id"].get<std::string>()).json();
  EXPECT_EQ(now["status"], "approved");
  EXPECT_EQ(now["role"], "user") << now.dump();
  EXPECT_EQ(now["answer"], "Welcome aboard.");
  EXPECT_FALSE(now["decided_at"].is_null());
  EXPECT_EQ(decide(request, "refuse", Json::object()).code(), "identity.request_decided");
}

TEST_F(AccessRequests, WhatIsRefusedIsAnsweredInThePersonsLanguage) {
  const std::map<std::string, std::string> subjects = {{"fr", "Votre demande d’accès"},
                                                       {"en", "Your request for access"},
                                                       {"es", "Su solicitud de acceso"},
                                                       {"pt", "O seu pedido de acesso"}};
  for (const auto& [language, subject] : subjects) {
    const std::string email = language + "@example.org";
    ASSERT_EQ(ask(email, "Awa Ndiaye", language).status, 202);
    ASSERT_EQ(decide(request_of(email), "refuse", {{"answer", "Not here."}}).status, 204);
    const auto mails = mails_to(email, 1);
    ASSERT_EQ(mails.size(), 1u) << language;
    EXPECT_EQ(mails[0]["subject"], subject);
    EXPECT_EQ(mails[0]["defects"], Json::array());
    EXPECT_NE(mails[0]["text"].get<std::string>().find("Not here."), std::string::npos);
    EXPECT_EQ(in_.get("/api/v1/identity/users?q=" + email).json()["data"], Json::array());
  }
}

TEST_F(AccessRequests, TheSameIsAnsweredWhateverBecomesOfIt) {
  const Answer first = ask("awa@example.org"), again = ask("awa@example.org"), known = ask(kAdminEmail);
  for (const Answer* answer : {&again, &known}) {
    EXPECT_EQ(answer->status, 202);
    EXPECT_EQ(answer->body, first.body);
  }
  request_of("awa@example.org");
  EXPECT_EQ(waiting().size(), 1u) << "one waits for an address";
  bool told = false;
  for (const Json& mail : mails_to(kAdminEmail, 2))
    told = told || mail["subject"] == "You have an account already";
  EXPECT_TRUE(told);
}

TEST_F(AccessRequests, ThoseWhoDecideGetOneMailInTenMinutesForAll) {
  ask("a@example.org", "Ada");
  mails_to(kAdminEmail, 1);
  ask("b@example.org", "Bob");
  ask("c@example.org", "Cleo");
  request_of("c@example.org");
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_EQ(mails_to(kAdminEmail, 1).size(), 1u);
  ASSERT_EQ(in_.stop(), 0);
  in_.start();
  const auto mails = mails_to(kAdminEmail, 2);
  ASSERT_EQ(mails.size(), 2u) << "what nobody was told of is told after a start";
  EXPECT_EQ(mails[1]["subject"], "2 people ask for access");
  EXPECT_NE(mails[1]["text"].get<std::string>().find("Bob, Cleo"), std::string::npos);
}

TEST_F(AccessRequests, WhoWantsNoMailAboutWorkThatWaitsGetsNone) {
  const Answer made = in_.post(
      "/api/v1/identity/users",
      {{"email", "second@example.org"}, {"name", "Second"}, {"role", "administrator"}, {"language", "en"}});
  ASSERT_EQ(made.status, 201) << made.text();
  ASSERT_EQ(in_.request("PATCH", "/api/v1/preferences", R"({"notifications": {"value": "some"}})").status,
            422);
  ASSERT_EQ(in_.request("PATCH", "/api/v1/preferences", R"({"notifications": {"value": "account"}})").status,
            200);
  ask("awa@example.org");
  EXPECT_EQ(mails_to("second@example.org", 1).size(), 1u);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_TRUE(mails_to(kAdminEmail, 0).empty());
}

TEST_F(AccessRequests, NobodyGivesARoleWithMoreThanHeHas) {
  const Answer helper = in_.post("/api/v1/identity/roles",
                                 {{"key", "helper"},
                                  {"name", "Helper"},
                                  {"inherits", {"user"}},
                                  {"grants",
                                   {{{"permission", "identity.access_request.view"}, {"scope", "all"}},
                                    {{"permission", "identity.access_request.edit"}, {"scope", "all"}}}}});
  ASSERT_EQ(helper.status, 201) << helper.text();
  const Answer eve = in_.post("/api/v1/identity/users", {{"email", "eve@example.org"},
                                                         {"name", "Eve"},
                                                         {"role", helper.json()["id"]},
                                                         {"language", "en"},
                                                         {"active", true}});
  const std::string id = get_string_or(eve.json(), "id", "");
  ASSERT_EQ(in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}}).status, 204);
  const std::string token = in_.log_in("eve@example.org", kPassword);
  ask("awa@example.org");
  const Json request = request_of("awa@example.org");
  EXPECT_EQ(mails_to("eve@example.org", 1).size(), 1u) << "who may decide is told";
  const auto approve = [&](const std::string& role) {
    return in_.as(token, "POST", kPath + "/" + request["id"].get<std::string>() + "/approve",
                  {{"role", role}});
  };
  EXPECT_EQ(approve("administrator").code(), "identity.more_than_own");
  EXPECT_EQ(approve("nonsense").status, 422);
  EXPECT_EQ(approve("user").status, 204);
}

TEST_F(AccessRequests, WhatPeopleWriteIsCheckedAndStaysWithinItsLines) {
  EXPECT_EQ(ask("no address").json()["field"], "email");
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/access-requests", Json::object()).code(),
            "identity.form_wrong");
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/access-requests",
                          {{"email", "a@b.org"}, {"name", "A"}, {"reason", std::string(1001, 'x')}})
                .code(),
            "identity.text_long");
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/access-requests",
                          {{"email", "a@b.org"}, {"name", "A"}, {"reason", "r"}, {"role", "administrator"}})
                .code(),
            "identity.field_unknown");
  for (int i = 0; i < 3; ++i) ask("awa@example.org");
  const Answer late = ask("awa@example.org");
  EXPECT_EQ(late.status, 429);
  EXPECT_EQ(late.code(), "identity.too_many_links");
  const Json request = request_of("awa@example.org");
  const std::string path = kPath + "/" + request["id"].get<std::string>();
  EXPECT_EQ(in_.request("PATCH", path, R"({"status":"approved"})", {{"If-Match", "\"1\""}}).code(),
            "entity.read_only");
}

TEST_F(AccessRequests, WhereTheInstanceIsNotClosedNobodyAsks) {
  close(false);
  EXPECT_EQ(ask("awa@example.org").code(), "identity.not_closed");
  close(true);
  ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", R"({"base_url":null})").status, 200);
  EXPECT_EQ(ask("awa@example.org").code(), "identity.not_closed") << "there could be no answer";
}

}  // namespace
}  // namespace opsflux::system_test
