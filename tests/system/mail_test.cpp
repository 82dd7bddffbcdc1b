// Mail from the queue to a real SMTP server: signed in, put off, refused, over stops and kills.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

using Tls = MailServer::Tls;

class Mail : public ::testing::Test {
 protected:
  void SetUp() override { in_.start(); }

  void use(const Json& settings) {
    const Answer set = in_.request("PATCH", "/api/v1/mail/settings", to_text(settings));
    ASSERT_EQ(set.status, 200) << set.text();
  }
  std::string send(const std::string& to) {
    const Answer queued = in_.post("/api/v1/mail/test", {{"to", to}});
    EXPECT_EQ(queued.status, 202) << queued.text();
    return get_string_or(queued.json(), "id", "");
  }
  Json row(const std::string& id) {
    const Json list = in_.get("/api/v1/mail").json();
    for (const Json& one : list["data"])
      if (one["id"] == id) return one;
    return nullptr;
  }
  // The row once it looks as wanted; else what it was last.
  Json wait(const std::string& id, const std::function<bool(const Json&)>& wanted) {
    Json now = row(id);
    for (int i = 0; i < 300 && !wanted(now); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      now = row(id);
    }
    return now;
  }
  Json wait_for_state(const std::string& id, const std::string& state) {
    return wait(id, [&](const Json& now) { return now["state"] == state; });
  }
  Json wait_for_error(const std::string& id) {
    return wait(id, [](const Json& now) { return now["error"].is_string(); });
  }

  Instance in_;
};

TEST_F(Mail, GoesOutByStartTlsSignedInAndItsTextIsErased) {
  MailServer server(Tls::kStartTls, "ops", "s3cret of the relay");
  server.start();
  use(server.settings());
  const std::string id = send("ada@example.org");
  const Json sent = wait_for_state(id, "sent");
  ASSERT_EQ(sent["state"], "sent") << sent.dump();
  EXPECT_EQ(sent["attempts"], 1);
  EXPECT_TRUE(sent["sent_at"].is_string());

  const auto messages = server.wait_for(1);
  ASSERT_EQ(messages.size(), 1u);
  const Json& message = messages[0];
  EXPECT_EQ(message["from"], "opsflux@example.org");
  EXPECT_EQ(message["to"], Json::array({"ada@example.org"}));
  EXPECT_TRUE(message["tls"].get<bool>());
  EXPECT_TRUE(message["signed_in"].get<bool>());
  EXPECT_EQ(message["subject"], "Test message from OpsFlux");
  EXPECT_NE(message["text"].get<std::string>().find("OpsFlux can send mail"), std::string::npos);
  EXPECT_NE(message["html"].get<std::string>().find("<html lang=\"en\">"), std::string::npos);
  EXPECT_EQ(message["headers"]["Message-ID"], "<" + id + "@example.org>");
  EXPECT_EQ(message["headers"]["Auto-Submitted"], "auto-generated");
  EXPECT_EQ(message["defects"], Json::array());
  EXPECT_LE(message["longest_line"].get<int>(), 78);

  EXPECT_EQ(trim(in_.sql("SELECT count(*) FROM mail_message WHERE sealed IS NOT NULL")), "0");
  const Answer shown = in_.get("/api/v1/mail/settings");
  EXPECT_EQ(shown.body.find("s3cret"), std::string::npos);
  EXPECT_EQ(in_.sql("SELECT value FROM core_module_setting").find("s3cret"), std::string::npos);
  EXPECT_EQ(in_.sql("SELECT changes FROM core_audit").find("s3cret"), std::string::npos);
}

TEST_F(Mail, SpeaksTheLanguageOfItsReader) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::map<std::string, std::string> subjects = {{"fr", "Message d’essai d’OpsFlux"},
                                                       {"en", "Test message from OpsFlux"},
                                                       {"es", "Mensaje de prueba de OpsFlux"},
                                                       {"pt", "Mensagem de teste do OpsFlux"}};
  std::set<std::string> found;
  for (const auto& [language, subject] : subjects) {
    ASSERT_EQ(in_.request("PATCH", "/api/v1/auth/me", to_text({{"language", language}})).status, 200);
    send(language + "@example.org");
  }
  for (const Json& message : server.wait_for(4)) {
    const std::string language = message["to"][0].get<std::string>().substr(0, 2);
    EXPECT_EQ(message["subject"], subjects.at(language));
    EXPECT_EQ(message["headers"]["Content-Language"], language);
    EXPECT_EQ(message["defects"], Json::array());
    found.insert(language);
  }
  EXPECT_EQ(found.size(), 4u);
}

TEST_F(Mail, GoesOutByTlsFromTheStart) {
  MailServer server(Tls::kImplicit);
  server.start();
  use(server.settings());
  EXPECT_EQ(wait_for_state(send("ada@example.org"), "sent")["state"], "sent");
  ASSERT_EQ(server.wait_for(1).size(), 1u);
}

TEST_F(Mail, IsTriedAgainWhenItIsPutOffAndOthersDoNotWaitForIt) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::string late = send("451@example.org");
  const Json put_off = wait_for_error(late);
  EXPECT_EQ(put_off["state"], "waiting");
  EXPECT_EQ(put_off["error"], "The mail server will take the message later: 451 4.3.0 Try again later");
  const std::string other = send("ada@example.org");
  EXPECT_EQ(wait_for_state(other, "sent")["state"], "sent");
  EXPECT_EQ(row(late)["state"], "waiting");
  const Json sent = wait_for_state(late, "sent");
  EXPECT_EQ(sent["state"], "sent");
  EXPECT_EQ(sent["attempts"], 3);
  EXPECT_TRUE(sent["error"].is_null());
  EXPECT_EQ(server.messages().size(), 2u);
}

TEST_F(Mail, ThatIsPutOffForTwoDaysIsGivenUp) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::string id = send("451@example.org");
  wait_for_error(id);
  in_.sql("UPDATE mail_message SET created_at = '2020-01-01T00:00:00.000000Z'");
  EXPECT_EQ(wait_for_state(id, "dead")["state"], "dead");
  // By hand it gets its two days anew.
  ASSERT_EQ(in_.request("POST", "/api/v1/mail/" + id + "/retry").status, 204);
  EXPECT_EQ(wait_for_state(id, "sent")["state"], "sent");
}

TEST_F(Mail, IsForgottenAfterThirtyDays) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::string old = send("old@example.org"), recent = send("recent@example.org");
  wait_for_state(old, "sent");
  wait_for_state(recent, "sent");
  in_.sql("UPDATE mail_message SET created_at = '2020-01-01T00:00:00.000000Z' WHERE id = '" + old + "'");
  ASSERT_EQ(in_.stop(), 0);
  in_.start();
  EXPECT_TRUE(wait(old, [](const Json& now) { return now.is_null(); }).is_null());
  EXPECT_EQ(row(recent)["state"], "sent");
}

TEST_F(Mail, ThatIsRefusedWaitsForAnAdministrator) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::string id = send("550@example.org");
  const Json dead = wait_for_state(id, "dead");
  ASSERT_EQ(dead["state"], "dead");
  EXPECT_EQ(dead["error"], "The mail server refuses the message: 550 5.1.1 No such mailbox");
  EXPECT_EQ(in_.get("/api/v1/mail?state=dead").json()["meta"]["total"], 1);
  EXPECT_EQ(in_.get("/api/v1/mail?state=sent").json()["data"], Json::array());

  ASSERT_EQ(in_.request("POST", "/api/v1/mail/" + id + "/retry").status, 204);
  EXPECT_EQ(wait_for_state(id, "dead")["attempts"], 1);
  EXPECT_EQ(in_.get("/api/v1/audit?q=" + id).json()["data"][0]["action"], "mail.retried");
  const std::string sent = send("ada@example.org");
  wait_for_state(sent, "sent");
  EXPECT_EQ(in_.request("POST", "/api/v1/mail/" + sent + "/retry").code(), "mail.sent_already");
  EXPECT_EQ(in_.request("POST", "/api/v1/mail/none/retry").code(), "mail.no_message");
}

TEST_F(Mail, DoesNotGoInClearWhenTheServerOffersNoStartTls) {
  MailServer server;
  server.start();
  Json settings = server.settings();
  settings["security"] = "starttls";
  settings["user"] = "ops";
  settings["password"] = "never in clear";
  use(settings);
  const std::string id = send("ada@example.org");
  const Json now = wait_for_error(id);
  EXPECT_EQ(now["state"], "waiting");
  EXPECT_NE(now["error"].get<std::string>().find("There is no safe connection"), std::string::npos) << now;
  EXPECT_EQ(now["attempts"], 0) << "it is not the message's fault";
  EXPECT_EQ(server.messages().size(), 0u);

  use({{"security", "none"}, {"user", nullptr}, {"password", nullptr}});
  EXPECT_EQ(wait_for_state(id, "sent")["state"], "sent");
}

TEST_F(Mail, DoesNotGoToAServerThatNobodyVouchesFor) {
  MailServer server(Tls::kStartTls);
  server.start();
  Json settings = server.settings();
  settings.erase("ca_file");
  use(settings);
  const std::string id = send("ada@example.org");
  EXPECT_NE(wait_for_error(id)["error"].get<std::string>().find("There is no safe connection"),
            std::string::npos);
  EXPECT_EQ(server.messages().size(), 0u);
  use({{"ca_file", server.certificate()}});
  EXPECT_EQ(wait_for_state(id, "sent")["state"], "sent");
}

TEST_F(Mail, WaitsWhenTheServerDoesNotTakeThePassword) {
  MailServer server(Tls::kStartTls, "ops", "right");
  server.start();
  Json settings = server.settings();
  settings["password"] = "wrong";
  use(settings);
  const std::string id = send("ada@example.org");
  const Json now = wait_for_error(id);
  EXPECT_EQ(now["state"], "waiting");
  EXPECT_NE(now["error"].get<std::string>().find("does not take our sign-in"), std::string::npos) << now;
  use({{"password", "right"}});
  EXPECT_EQ(wait_for_state(id, "sent")["state"], "sent");
}

TEST_F(Mail, ComesThroughWhenTheServerIsBack) {
  MailServer server;
  server.start();
  use(server.settings());
  server.stop();
  const std::string id = send("ada@example.org");
  const Json now = wait_for_error(id);
  EXPECT_EQ(now["state"], "waiting");
  EXPECT_NE(now["error"].get<std::string>().find("cannot be reached"), std::string::npos) << now;
  std::this_thread::sleep_for(std::chrono::seconds(5));
  EXPECT_EQ(row(id)["attempts"], 0);
  server.start();
  EXPECT_EQ(wait_for_state(id, "sent")["state"], "sent");
  EXPECT_EQ(server.messages().size(), 1u);
}

TEST_F(Mail, OfWhichTheConnectionBreaksDoesNotHoldUpOthers) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::string bad = send("drop@example.org");
  wait_for_error(bad);
  EXPECT_EQ(wait_for_state(send("ada@example.org"), "sent")["state"], "sent");
  EXPECT_EQ(row(bad)["state"], "waiting");
}

TEST_F(Mail, SurvivesAKillBetweenCommitAndSending) {
  MailServer server;
  server.start();
  use(server.settings());
  // Nothing reaches the server before the kill: the first message keeps the only connection.
  const std::string slow = send("slow@example.org");
  wait(slow, [](const Json& now) { return now["attempts"] == 1; });
  std::set<std::string> wanted;
  for (int i = 0; i < 20; ++i) {
    wanted.insert("person" + std::to_string(i) + "@example.org");
    send("person" + std::to_string(i) + "@example.org");
  }
  const std::string sealed =
      in_.sql("SELECT sealed FROM mail_message WHERE recipient = 'person1@example.org'");
  EXPECT_GT(sealed.size(), 100u);
  EXPECT_EQ(sealed.find("mail"), std::string::npos);
  EXPECT_EQ(server.messages().size(), 0u);
  in_.kill();
  in_.sql("DELETE FROM mail_message WHERE recipient = 'slow@example.org'");
  in_.start();
  server.wait_for(20);
  std::map<std::string, int> times;
  for (const Json& message : server.messages()) ++times[message["to"][0].get<std::string>()];
  times.erase("slow@example.org");
  for (const std::string& address : wanted) EXPECT_EQ(times[address], 1) << address;
}

TEST_F(Mail, InTheMiddleOfAKillIsSentAgainUnderTheSameIdentifier) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::string id = send("slow@example.org");
  wait(id, [](const Json& now) { return now["attempts"] == 1; });
  std::this_thread::sleep_for(std::chrono::seconds(1));
  in_.kill();
  in_.start();
  in_.sql("UPDATE mail_message SET recipient = 'ada@example.org'");
  EXPECT_EQ(wait_for_state(id, "sent")["state"], "sent");
  const auto messages = server.wait_for(1);
  ASSERT_GE(messages.size(), 1u);
  for (const Json& message : messages)
    EXPECT_EQ(message["headers"]["Message-ID"], "<" + id + "@example.org>");
}

TEST_F(Mail, DoesNotHoldUpAStop) {
  MailServer server;
  server.start();
  use(server.settings());
  const std::string id = send("slow@example.org");
  wait(id, [](const Json& now) { return now["attempts"] == 1; });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(in_.stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3))
      << "all of the server, mail 2 s";
  EXPECT_EQ(trim(in_.sql("SELECT state FROM mail_message")), "waiting");
}

TEST_F(Mail, IsNotTakenWithoutAServerOrWithAnAddressThatIsNone) {
  EXPECT_EQ(in_.post("/api/v1/mail/test", Json::object()).code(), "mail.no_server");
  EXPECT_TRUE(in_.get("/api/v1/mail").json()["meta"]["problem"].is_string());
  MailServer server;
  server.start();
  use(server.settings());
  EXPECT_TRUE(in_.get("/api/v1/mail").json()["meta"]["problem"].is_null());
  for (const char* address : {"", "nobody", "a b@example.org", "ada@example.org\r\nBcc: eve@example.org",
                              "ada@example.org>\r\nRCPT TO:<eve@example.org", "zoë@example.org", "ada@",
                              "ada@example..org", "ada@-x.org", "<ada@example.org>"})
    EXPECT_EQ(in_.post("/api/v1/mail/test", {{"to", address}}).code(), "mail.bad_address") << address;
  EXPECT_EQ(in_.post("/api/v1/mail/test", {{"cc", "x"}}).code(), "mail.bad_test");
  EXPECT_EQ(in_.get("/api/v1/mail?state=lost").code(), "entity.bad_parameter");
  EXPECT_EQ(in_.get("/api/v1/mail?colour=red").code(), "entity.unknown_parameter");
  EXPECT_EQ(server.messages().size(), 0u);
}

TEST_F(Mail, NamesWhatIsWrongWithItsSettings) {
  const auto problem = [&](const Json& settings) {
    use(settings);
    return in_.get("/api/v1/mail").json()["meta"]["problem"].dump();
  };
  use({{"host", "mail.example.org"}});
  EXPECT_NE(problem({{"port", 25}}).find("sender"), std::string::npos);
  EXPECT_NE(problem({{"from", "OpsFlux <ops@example.org>"}}).find("not an address"), std::string::npos);
  EXPECT_NE(
      problem({{"from", "ops@example.org"}, {"base_url", "ops.example.org"}}).find("beginning of links"),
      std::string::npos);
  EXPECT_NE(problem({{"base_url", ""}, {"security", "none"}, {"user", "ops"}}).find("without encryption"),
            std::string::npos);
  EXPECT_EQ(problem({{"security", "starttls"}}), "null");
  EXPECT_EQ(in_.request("PATCH", "/api/v1/mail/settings", R"({"port":70000})").status, 422);
  EXPECT_EQ(in_.request("PATCH", "/api/v1/mail/settings", R"({"security":"ssl3"})").status, 422);
}

}  // namespace
}  // namespace opsflux::system_test
