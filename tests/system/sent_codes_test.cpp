// Codes of the second factor on their way: by mail to a real SMTP server, by SMS to a real HTTP server.
#include <gtest/gtest.h>

#include <chrono>
#include <regex>
#include <set>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/mail_server.hpp"

namespace opsflux::system_test {
namespace {

const std::string kNumber = "+33612345678";

// See tests/support/sms_provider.py.
class SmsServer {
 public:
  void start() {
    server_ = std::make_unique<Child>(
        std::vector<std::string>{"/usr/bin/python3", OPSFLUX_SMS_PROVIDER, "--out", out().string()},
        Environment{});
    if (!server_->wait_for_output("port ", 30'000) || !server_->wait_for_output("\n", 30'000))
      throw std::runtime_error("the SMS provider does not start: " + server_->err());
    port_ = std::atoi(server_->out().c_str() + server_->out().find("port ") + 5);
  }
  void stop() { server_.reset(); }
  std::string url(const std::string& path = "/messages") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<Json> requests() const {
    std::vector<Json> out;
    for (const std::string& name : entries(this->out()))
      if (name.ends_with(".json")) out.push_back(Json::parse(read_bytes(this->out() / name)));
    return out;
  }

 private:
  std::filesystem::path out() const { return folder_.path() / "out"; }
  TempFolder folder_;
  int port_ = 0;
  std::unique_ptr<Child> server_;
};

class SentCodes : public ::testing::Test {
 protected:
  void SetUp() override {
    mail_.start();
    sms_.start();
    in_.start();
    ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", to_text(mail_.settings())).status, 200);
    set({{"second_factor_kinds", Json::array({"totp", "email", "sms"})},
         {"sms_url", sms_.url()},
         {"sms_token", kToken}});
    user_id_ = add_user("ada@example.org", "en");
    token_ = in_.log_in("ada@example.org", kPassword);
  }

  void set(const Json& values) {
    const Answer done = in_.request("PATCH", "/api/v1/settings/identity", to_text(values));
    ASSERT_EQ(done.status, 200) << done.text();
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
  Answer log_in(const std::string& email = "ada@example.org") {
    return in_.anonymous("POST", "/api/v1/auth/login", {{"email", email}, {"password", kPassword}});
  }
  Answer step(const std::string& path, const std::string& ticket, Json body) {
    body["login_token"] = ticket;
    return in_.anonymous("POST", "/api/v1/auth/login/" + path, body);
  }
  Answer begin(const std::string& token, Json wish) {
    wish["password"] = kPassword;
    return in_.as(token, "POST", "/api/v1/auth/factors", wish);
  }
  Answer confirm(const std::string& token, const Answer& begun, const std::string& code) {
    return in_.as(token, "POST", "/api/v1/auth/factors/" + get_string_or(begun.json(), "id", "") + "/confirm",
                  {{"code", code}});
  }
  static std::string code_in(const std::string& text) {
    static const std::regex kCode("\\b[0-9]{6}\\b");
    std::smatch found;
    EXPECT_TRUE(std::regex_search(text, found, kCode)) << text;
    return found.empty() ? std::string() : found[0].str();
  }
  std::string newest_sms_code() {
    return code_in(Json::parse(sms_.requests().back()["body"].get<std::string>())["text"]);
  }
  // Nothing that was sent is left in the database, the log or what administrators see.
  void expect_no_trace_of(const std::string& secret) {
    for (const char* table : {"identity_token", "identity_factor", "mail_message", "core_audit"})
      EXPECT_EQ(in_.sql("SELECT * FROM " + std::string(table)).find(secret), std::string::npos) << table;
    EXPECT_EQ(in_.log().find(secret), std::string::npos);
  }

  const std::string kToken = "a key of the provider";
  MailServer mail_;
  SmsServer sms_;
  Instance in_;
  std::string user_id_, token_;
};

TEST_F(SentCodes, ByMailInThePersonsLanguageOnlyWhenAskedFor) {
  const std::map<std::string, std::string> subjects = {{"fr", "Votre code pour OpsFlux"},
                                                       {"en", "Your code for OpsFlux"},
                                                       {"es", "Su código para OpsFlux"},
                                                       {"pt", "O seu código para o OpsFlux"}};
  std::size_t mails = 0;
  for (const auto& [language, subject] : subjects) {
    const std::string email = language + "@example.org";
    add_user(email, language);
    const std::string token = in_.log_in(email, kPassword);
    const Answer begun = begin(token, {{"kind", "email"}});
    ASSERT_EQ(begun.status, 201) << begun.text();
    auto messages = mail_.wait_for(++mails);
    ASSERT_EQ(messages.size(), mails);
    EXPECT_EQ(messages.back()["subject"], subject);
    EXPECT_EQ(messages.back()["to"], Json::array({email}));
    EXPECT_EQ(messages.back()["defects"], Json::array());
    ASSERT_EQ(confirm(token, begun, code_in(messages.back()["text"])).status, 200);
    ASSERT_EQ(mail_.wait_for(++mails).size(), mails) << "that there is a second factor now is told";

    const Answer half = log_in(email);
    ASSERT_EQ(half.status, 202);
    const std::string ticket = half.json()["login_token"];
    EXPECT_EQ(mail_.messages().size(), mails);
    const Answer sent = step("code", ticket, {{"method", "email"}});
    EXPECT_EQ(sent.status, 202) << sent.text();
    messages = mail_.wait_for(++mails);
    ASSERT_EQ(messages.size(), mails);
    const std::string code = code_in(messages.back()["text"]);
    EXPECT_EQ(messages.back()["subject"].get<std::string>().find(code), std::string::npos);
    EXPECT_EQ(step("factor", ticket, {{"method", "email"}, {"code", code}}).status, 200);
    expect_no_trace_of(code);
  }
}

TEST_F(SentCodes, WithoutMailNoneAreOfferedAndTheReasonIsTold) {
  const Answer begun = begin(token_, {{"kind", "email"}});
  ASSERT_EQ(confirm(token_, begun, code_in(mail_.wait_for(1).back()["text"])).status, 200);
  ASSERT_EQ(in_.request("PATCH", "/api/v1/mail/settings", R"({"base_url":null})").status, 200);
  const std::string ticket = log_in().json()["login_token"];
  EXPECT_EQ(step("code", ticket, {{"method", "email"}}).code(), "identity.mail_off");
  const Json all = in_.as(token_, "GET", "/api/v1/auth/factors").json();
  EXPECT_EQ(all["kinds"], Json({"totp", "sms"}));
}

TEST_F(SentCodes, ANumberCountsOnceItsCodeCameBackAndIsSealed) {
  EXPECT_EQ(begin(token_, {{"kind", "sms"}, {"number", "0612345678"}}).json()["field"], "number");
  const Answer begun = begin(token_, {{"kind", "sms"}, {"number", "+33 6 12 34 56 78"}});
  ASSERT_EQ(begun.status, 201) << begun.text();
  EXPECT_EQ(begun.json()["sent_to"], "+33•••••78");
  ASSERT_EQ(sms_.requests().size(), 1u);
  const Json request = sms_.requests()[0];
  EXPECT_EQ(request["path"], "/messages");
  EXPECT_EQ(request["fields"]["authorization"], kToken) << "a key with a blank names its scheme itself";
  EXPECT_EQ(request["fields"]["content-type"], "application/json");
  EXPECT_EQ(Json::parse(request["body"].get<std::string>())["to"], kNumber);
  const std::string code = newest_sms_code();
  EXPECT_EQ(log_in().status, 200) << "not yet";
  ASSERT_EQ(confirm(token_, begun, code).status, 200);

  const Answer half = log_in();
  EXPECT_EQ(half.json()["methods"], Json({"sms", "backup"}));
  const std::string ticket = half.json()["login_token"];
  EXPECT_EQ(step("code", ticket, {{"method", "sms"}}).json()["sent_to"], "+33•••••78");
  const std::string next = newest_sms_code();
  EXPECT_EQ(step("factor", ticket, {{"method", "email"}, {"code", next}}).code(), "identity.wrong_code");
  EXPECT_EQ(step("factor", ticket, {{"method", "sms"}, {"code", next}}).status, 200);
  const Json all = in_.as(token_, "GET", "/api/v1/auth/factors").json();
  EXPECT_EQ(all["factors"][0]["place"], "+33•••••78");
  expect_no_trace_of(next);
  expect_no_trace_of(kNumber);
  expect_no_trace_of(kToken);
}

TEST_F(SentCodes, WhatIsWrongWithTheProviderIsToldWithoutNumberOrCode) {
  const Json wish = {{"number", kNumber}};
  const auto test = [&] { return in_.post("/api/v1/identity/sms/test", wish); };
  EXPECT_EQ(test().status, 204);
  EXPECT_NE(sms_.requests()[0]["body"].get<std::string>().find("SMS can be sent"), std::string::npos);
  EXPECT_EQ(in_.post("/api/v1/identity/sms/test", {{"number", "nobody"}}).code(), "identity.number_invalid");

  struct Case {
    const char *path, *reason;
  };
  for (const Case& one : {Case{"/refuse", "HTTP 403"}, Case{"/redirect", "HTTP 307"},
                          Case{"/endless", "its answer is too long"}}) {
    set({{"sms_url", sms_.url(one.path)}});
    const Answer refused = test();
    EXPECT_EQ(refused.status, 503) << one.path;
    EXPECT_EQ(refused.code(), "identity.sms_failed");
    EXPECT_NE(refused.text().find(one.reason), std::string::npos) << refused.text();
    EXPECT_EQ(refused.text().find(kNumber), std::string::npos);
  }
  for (const Json& request : sms_.requests()) EXPECT_NE(request["path"], "/elsewhere");
  set({{"sms_url", sms_.url("/slow")}});
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(test().code(), "identity.sms_failed");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(12));
  sms_.stop();
  EXPECT_EQ(test().code(), "identity.sms_failed");
  EXPECT_NE(in_.log().find("identity.sms_not_sent"), std::string::npos);
  expect_no_trace_of(kNumber);

  set({{"sms_url", "http://sms.example.org/messages"}});
  EXPECT_EQ(test().code(), "identity.sms_insecure");
  set({{"sms_url", "ftp://sms.example.org/messages"}});
  EXPECT_EQ(test().code(), "identity.sms_url");
  set({{"sms_url", "https://sms.example.org/messages"}, {"sms_body", "to={number}"}});
  EXPECT_EQ(test().code(), "identity.sms_body");
  set({{"sms_url", nullptr}});
  EXPECT_EQ(test().code(), "identity.sms_off");
}

TEST_F(SentCodes, AFormIsSentAsAFormAndAPlainKeyAsBearer) {
  set({{"sms_body", "To={number}&Body={text}"}, {"sms_token", "abc123"}});
  ASSERT_EQ(in_.post("/api/v1/identity/sms/test", {{"number", kNumber}}).status, 204);
  const Json request = sms_.requests()[0];
  EXPECT_EQ(request["fields"]["authorization"], "Bearer abc123");
  EXPECT_EQ(request["fields"]["content-type"], "application/x-www-form-urlencoded");
  EXPECT_EQ(request["body"],
            "To=%2B33612345678&Body=OpsFlux%3A%20this%20message%20shows%20that%20SMS%20can%20be%20sent.");
}

TEST_F(SentCodes, BothAddressesHearThatTheAddressOfAnAccountWasChanged) {
  const std::string path = "/api/v1/identity/users/" + user_id_;
  const Answer user = in_.get(path);
  ASSERT_EQ(in_.request("PATCH", path, R"({"email":"ada.l@example.org"})", {{"If-Match", user.field("etag")}})
                .status,
            200);
  const auto messages = mail_.wait_for(2);
  ASSERT_EQ(messages.size(), 2u);
  std::set<std::string> to;
  for (const Json& message : messages) {
    to.insert(message["to"][0].get<std::string>());
    EXPECT_EQ(message["subject"], "The e-mail address of your account was changed");
    EXPECT_NE(message["text"].get<std::string>().find("ada.l@example.org"), std::string::npos);
  }
  EXPECT_EQ(to, (std::set<std::string>{"ada@example.org", "ada.l@example.org"}));
}

TEST_F(SentCodes, AStopDoesNotWaitForAProviderThatHangs) {
  set({{"sms_url", sms_.url("/slow")}});
  std::thread asking([&] { in_.post("/api/v1/identity/sms/test", {{"number", kNumber}}); });
  while (sms_.requests().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(in_.stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  asking.join();
}

}  // namespace
}  // namespace opsflux::system_test
