// Links by mail, from the request to the mailbox and back: a new password, and signing in without one.
#include <gtest/gtest.h>

#include <regex>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

const std::string kNew = "two new horses";

class MailLinks : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.start();
    in_.start();
    set_up(in_);
  }

  void set_up(Instance& in) {
    ASSERT_EQ(in.request("PATCH", "/api/v1/mail/settings", to_text(server_.settings())).status, 200);
    user_id_ = add_user("ada@example.org", "en");
  }
  std::string add_user(const std::string& email, const std::string& language) {
    const Answer made = in_.post("/api/v1/identity/users", {{"email", email},
                                                            {"name", "Ada Lovelace"},
                                                            {"role", "user"},
                                                            {"language", language},
                                                            {"active", true}});
    EXPECT_EQ(made.status, 201) << made.text();
    const std::string id = get_string_or(made.json(), "id", "");
    EXPECT_EQ(in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}}).status, 204);
    return id;
  }
  // The setting has no page of its own here; it is read at the start.
  void turn_magic_on() {
    ASSERT_EQ(in_.stop(), 0);
    in_.sql(
        "INSERT INTO core_module_setting (module, name, value) VALUES ('identity', 'magic_link', 'true')");
    in_.start();
  }
  Answer ask_reset(const std::string& email) {
    return in_.anonymous("POST", "/api/v1/auth/reset", {{"email", email}});
  }
  Answer confirm(const std::string& token, const std::string& password = kNew) {
    return in_.anonymous("POST", "/api/v1/auth/reset/confirm",
                         {{"token", token}, {"new_password", password}});
  }
  Answer log_in(const std::string& password) {
    return in_.anonymous("POST", "/api/v1/auth/login",
                         {{"email", "ada@example.org"}, {"password", password}});
  }
  static std::string token_in(const Json& message) {
    static const std::regex kLink(
        "https://ops\\.example\\.org/(reset|magic)#token=(oft_[A-Za-z0-9_-]{43})\n");
    std::smatch found;
    const std::string text = message["text"].get<std::string>();
    EXPECT_TRUE(std::regex_search(text, found, kLink)) << text;
    return found.size() > 2 ? found[2].str() : std::string();
  }
  std::string reset_token() {
    const std::size_t before = server_.messages().size();
    EXPECT_EQ(ask_reset("ada@example.org").status, 202);
    const auto messages = server_.wait_for(before + 1);
    return messages.size() > before ? token_in(messages[before]) : std::string();
  }

  MailServer server_;
  Instance in_;
  std::string user_id_;
};

TEST_F(MailLinks, ANewPasswordIsSetByALinkOnceAndEndsAllSessions) {
  const std::string session = in_.log_in("ada@example.org", kPassword);
  EXPECT_EQ(in_.anonymous("GET", "/api/v1/auth/options").json(),
            Json({{"reset", true}, {"magic", false}, {"closed", false}}));
  const std::string token = reset_token();
  const Json mail = server_.messages()[0];
  EXPECT_EQ(mail["to"], Json::array({"ada@example.org"}));
  EXPECT_EQ(mail["subject"], "Choose a new password");
  EXPECT_NE(mail["text"].get<std::string>().find("Hello Ada Lovelace,"), std::string::npos);
  EXPECT_NE(mail["text"].get<std::string>().find("60 minutes"), std::string::npos);
  EXPECT_NE(
      mail["html"].get<std::string>().find("href=\"https://ops.example.org/reset#token=" + token + "\""),
      std::string::npos);

  EXPECT_EQ(confirm(token, "short").code(), "identity.password_short");
  EXPECT_EQ(in_.as(session, "GET", "/api/v1/auth/me").status, 200) << "nothing is used up by a mistake";
  ASSERT_EQ(confirm(token).status, 204);
  EXPECT_EQ(in_.as(session, "GET", "/api/v1/auth/me").status, 401);
  EXPECT_EQ(log_in(kPassword).status, 401);
  EXPECT_EQ(log_in(kNew).status, 200);
  const Answer again = confirm(token, "three new horses");
  EXPECT_EQ(again.status, 401);
  EXPECT_EQ(again.code(), "identity.link_over");
  EXPECT_EQ(log_in(kNew).status, 200);

  const auto messages = server_.wait_for(2);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1]["subject"], "Your password was changed");
  const std::string trail = in_.get("/api/v1/audit?q=" + user_id_).body;
  EXPECT_NE(trail.find("reset.requested"), std::string::npos);
  EXPECT_NE(trail.find("password.changed"), std::string::npos);
}

TEST_F(MailLinks, NeitherLinkNorSecretIsLeftBehind) {
  const std::string token = reset_token();
  ASSERT_EQ(confirm(token).status, 204);
  server_.wait_for(2);
  for (const char* table : {"identity_token", "mail_message", "core_audit"}) {
    const std::string all = in_.sql("SELECT * FROM " + std::string(table));
    EXPECT_EQ(all.find(token), std::string::npos) << table;
    EXPECT_EQ(all.find(kNew), std::string::npos) << table;
  }
  EXPECT_EQ(in_.log().find(token), std::string::npos);
  EXPECT_EQ(in_.log().find(kNew), std::string::npos);
}

TEST_F(MailLinks, TheMailIsInThePersonsLanguageAndItsLinkWorks) {
  const std::map<std::string, std::string> subjects = {{"fr", "Choisissez un nouveau mot de passe"},
                                                       {"en", "Choose a new password"},
                                                       {"es", "Elija una contraseña nueva"},
                                                       {"pt", "Escolha uma nova palavra-passe"}};
  for (const auto& [language, subject] : subjects) {
    const std::string email = language + "@example.org";
    add_user(email, language);
    const std::size_t before = server_.messages().size();
    ASSERT_EQ(ask_reset(email).status, 202);
    const auto messages = server_.wait_for(before + 1);
    ASSERT_EQ(messages.size(), before + 1);
    EXPECT_EQ(messages[before]["subject"], subject);
    EXPECT_EQ(messages[before]["defects"], Json::array());
    EXPECT_EQ(confirm(token_in(messages[before])).status, 204) << language;
    server_.wait_for(before + 2);
  }
}

TEST_F(MailLinks, WhoHasNoAccountGetsTheSameAnswerAndNoMail) {
  add_user("closed@example.org", "en");
  in_.sql("UPDATE identity_user SET active = " + std::string(on_postgresql() ? "false" : "0") +
          " WHERE email = 'closed@example.org'");
  const Answer known = ask_reset("ada@example.org");
  for (const char* email : {"nobody@example.org", "closed@example.org"}) {
    const Answer unknown = ask_reset(email);
    EXPECT_EQ(unknown.status, known.status);
    EXPECT_EQ(unknown.body, known.body);
    const auto names = [](const Answer& answer) {
      std::string out;
      for (const std::string_view line : split(answer.head, '\n'))
        out += std::string(line.substr(0, line.find(':'))) + ",";
      return out;
    };
    EXPECT_EQ(names(unknown), names(known));
  }
  server_.wait_for(1);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_EQ(server_.messages().size(), 1u);
  EXPECT_EQ(trim(in_.sql("SELECT count(*) FROM mail_message")), "1");
  EXPECT_EQ(trim(in_.sql("SELECT count(*) FROM identity_token")), "1");
}

TEST_F(MailLinks, AsMuchIsAskedForUnknownAddressesAsForKnownOnes) {
  for (const char* email : {"ada@example.org", "nobody@example.org"}) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_reset(email).status, 202) << email;
    const Answer late = ask_reset(email);
    EXPECT_EQ(late.status, 429);
    EXPECT_EQ(late.code(), "identity.too_many_links");
    EXPECT_FALSE(late.field("retry-after").empty());
  }
  // And ten from one client, whoever they are for.
  for (int i = 0; i < 4; ++i) EXPECT_EQ(ask_reset("other" + std::to_string(i) + "@example.org").status, 202);
  EXPECT_EQ(ask_reset("one-more@example.org").status, 429);
}

TEST_F(MailLinks, MadeUpLinksAreSlowedDown) {
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(confirm("oft_" + std::string(43, static_cast<char>('a' + i))).code(), "identity.link_over");
  EXPECT_EQ(confirm("oft_" + std::string(43, 'z')).status, 429);
}

TEST_F(MailLinks, ANewerLinkAndTimeEndALink) {
  const std::string older = reset_token();
  const std::string newer = reset_token();
  EXPECT_NE(older, newer);
  EXPECT_EQ(confirm(older).code(), "identity.link_over");
  in_.sql("UPDATE identity_token SET expires_at = '2020-01-01T00:00:00.000000Z'");
  EXPECT_EQ(confirm(newer).code(), "identity.link_over");
  EXPECT_EQ(log_in(kPassword).status, 200);
}

TEST_F(MailLinks, AChangeOfPasswordEndsLinks) {
  const std::string token = reset_token();
  ASSERT_EQ(
      in_.post("/api/v1/identity/users/" + user_id_ + "/password", {{"password", "four new horses"}}).status,
      204);
  EXPECT_EQ(confirm(token).code(), "identity.link_over");
}

TEST_F(MailLinks, ALinkOfSomebodyWhoWasClosedOpensNothing) {
  const std::string token = reset_token();
  const Answer user = in_.get("/api/v1/identity/users/" + user_id_);
  ASSERT_EQ(in_.request("PATCH", "/api/v1/identity/users/" + user_id_, R"({"active":false})",
                        {{"If-Match", user.field("etag")}})
                .status,
            200);
  EXPECT_EQ(confirm(token).code(), "identity.link_over");
}

TEST_F(MailLinks, OfTwoWhoUseALinkAtOnceOneWins) {
  const std::string token = reset_token();
  std::vector<int> statuses(6);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < statuses.size(); ++i)
    threads.emplace_back(
        [&, i] { statuses[i] = confirm(token, "password number " + std::to_string(i)).status; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 204), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 401), 5);
}

TEST_F(MailLinks, NaughtyInputIsNamed) {
  EXPECT_EQ(ask_reset("no address").code(), "identity.email_invalid");
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/reset", Json::object()).code(), "identity.field_missing");
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/reset", {{"email", "a@b.c"}, {"admin", "1"}}).code(),
            "identity.field_unknown");
  EXPECT_EQ(confirm("x").code(), "identity.link_over");
  EXPECT_EQ(confirm("").code(), "identity.field_missing");
}

TEST_F(MailLinks, WithoutMailThereAreNone) {
  ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", R"({"base_url":null})").status, 200);
  EXPECT_EQ(in_.anonymous("GET", "/api/v1/auth/options").json(),
            Json({{"reset", false}, {"magic", false}, {"closed", false}}));
  EXPECT_EQ(ask_reset("ada@example.org").code(), "identity.mail_off");
}

TEST_F(MailLinks, SigningInByALinkIsOffAtFirst) {
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/magic", {{"email", "ada@example.org"}}).code(),
            "identity.magic_off");
  EXPECT_EQ(in_.anonymous("POST", "/api/v1/auth/magic/confirm", {{"token", "x"}}).code(),
            "identity.magic_off");
}

TEST_F(MailLinks, ALinkSignsInOnceAndOnlyInTheBrowserThatAskedForIt) {
  turn_magic_on();
  EXPECT_EQ(in_.anonymous("GET", "/api/v1/auth/options").json(),
            Json({{"reset", true}, {"magic", true}, {"closed", false}}));
  const Answer asked = in_.anonymous("POST", "/api/v1/auth/magic", {{"email", "ada@example.org"}});
  ASSERT_EQ(asked.status, 202);
  const std::string set = asked.field("set-cookie");
  EXPECT_NE(set.find("; HttpOnly; SameSite=Strict"), std::string::npos) << set;
  const std::string cookie = set.substr(0, set.find(';'));
  const auto messages = server_.wait_for(1);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0]["subject"], "Your link to sign in");
  const std::string token = token_in(messages[0]);
  const std::string body = to_text({{"token", token}});
  const auto use = [&](const std::string& with) {
    std::vector<std::pair<std::string, std::string>> fields = {{"Content-Type", "application/json"}};
    if (!with.empty()) fields.emplace_back("Cookie", with);
    return send_to(in_.port(), {"POST", "/api/v1/auth/magic/confirm", body, fields});
  };
  EXPECT_EQ(use("").code(), "identity.other_browser");
  EXPECT_EQ(use("opsflux_magic=oft_" + std::string(43, 'a')).code(), "identity.other_browser");
  EXPECT_EQ(confirm(token).code(), "identity.link_over") << "a link to sign in sets no password";
  const Answer signed_in = use(cookie);
  ASSERT_EQ(signed_in.status, 200) << signed_in.text();
  const std::string access = get_string_or(signed_in.json(), "access_token", "");
  EXPECT_EQ(in_.as(access, "GET", "/api/v1/auth/me").json()["user"]["email"], "ada@example.org");
  EXPECT_EQ(use(cookie).code(), "identity.link_over");

  const Answer unknown = in_.anonymous("POST", "/api/v1/auth/magic", {{"email", "nobody@example.org"}});
  EXPECT_EQ(unknown.status, 202);
  EXPECT_NE(unknown.field("set-cookie").find("opsflux_magic=oft_"), std::string::npos);
}

}  // namespace
}  // namespace opsflux::system_test
