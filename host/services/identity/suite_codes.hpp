// Codes that are sent, on either database. What is sent is caught where identity hands it over; how it goes
// on from there is tested with real servers in tests/system.
#pragma once

#include "host/services/identity/factors/one_time_code.hpp"
#include "host/services/identity/suite_factors.hpp"

namespace opsflux::identity {

class Codes : public Factors {
 protected:
  Codes() {
    options_.notices = {[this](store::Transaction&, const Notice& notice) -> Result<void> {
                          std::lock_guard lock(events_mutex_);
                          (notice.kind == "sign_in_code" ? sent_ : notices_).push_back(notice);
                          return {};
                        },
                        [] { return true; }};
    restart();
  }

  std::string param(const Notice& notice, std::string_view name) {
    for (const auto& [key, value] : notice.params)
      if (key == name) return value;
    return {};
  }
  std::size_t mails() {
    std::lock_guard lock(events_mutex_);
    return sent_.size();
  }
  std::string newest_code() {
    std::lock_guard lock(events_mutex_);
    EXPECT_FALSE(sent_.empty());
    return sent_.empty() ? "" : param(sent_.back(), "code");
  }
  static std::string other_than(const std::string& code) { return code == "000000" ? "000001" : "000000"; }
  // A user whose second factor is the mailbox.
  User mailed_user(const std::string& email = "ada@example.org", const std::string& role = "user") {
    const User user = add_user(email, kPassword, role);
    token_ = text_of(log_in(email, kPassword), "access_token");
    const Answer begun = post("factors", {{"password", kPassword}, {"kind", "email"}}, token_);
    EXPECT_EQ(begun.status, 201) << begun.body;
    const Answer done =
        post("factors/" + text_of(begun, "id") + "/confirm", {{"code", newest_code()}}, token_);
    EXPECT_EQ(done.status, 200) << done.body;
    codes_ = done.json()["backup_codes"].get<std::vector<std::string>>();
    return user;
  }
  Answer send(const std::string& ticket, const std::string& method = "email") {
    return post("login/code", {{"login_token", ticket}, {"method", method}});
  }
  Answer give_mailed(const std::string& ticket, const std::string& code) {
    return give(ticket, code, "email");
  }

  // Of those that tell what happened.
  std::vector<std::string> notices_to(const std::string& email) {
    std::lock_guard lock(events_mutex_);
    std::vector<std::string> out;
    for (const Notice& notice : notices_)
      if (notice.email == email) out.push_back(notice.kind);
    return out;
  }

  std::vector<Notice> sent_, notices_;
  std::string token_;
};

TEST_P(Codes, AMailboxIsSetUpByACodeAndAskedForFromThenOn) {
  mailed_user();
  EXPECT_EQ(codes_.size(), 10u);
  const Json all = ask(Ask{"GET", "/api/v1/auth/factors"}.bearer(token_)).json();
  EXPECT_EQ(all["factors"][0]["kind"], "email");
  EXPECT_EQ(all["factors"][0]["place"], "ada@example.org");
  EXPECT_EQ(all["kinds"], Json({"totp"})) << "one mailbox is enough";
  const Answer half = log_in("ada@example.org", kPassword);
  EXPECT_EQ(half.json()["methods"], Json({"email", "backup"}));
  EXPECT_EQ(mails(), 1u) << "nothing is sent before it is asked for";
  const std::string ticket = half.json()["login_token"];
  const Answer sent = send(ticket);
  EXPECT_EQ(sent.status, 202) << sent.body;
  EXPECT_EQ(sent.json()["sent_to"], "a•••@e•••.org");
  ASSERT_EQ(mails(), 2u);
  EXPECT_EQ(sent_[1].kind, "sign_in_code");
  EXPECT_EQ(sent_[1].email, "ada@example.org");
  const std::string code = newest_code();
  EXPECT_EQ(code.size(), 6u);
  EXPECT_EQ(give(ticket, code, "totp").code(), "identity.wrong_code") << "it is no code of an application";
  const Answer in = give_mailed(ticket, code);
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(me(text_of(in, "access_token")).status, 200);
  EXPECT_EQ(give_mailed(ticket, code).code(), "identity.login_over");
  EXPECT_EQ(told("factor.added"), 1u);
}

TEST_P(Codes, ACodeIsOfItsLogInAndTheNewestOneCounts) {
  mailed_user();
  const std::string first = ticket_of(), second = ticket_of();
  EXPECT_EQ(send(first).status, 202);
  const std::string of_first = newest_code();
  EXPECT_EQ(give_mailed(second, of_first).code(), "identity.wrong_code") << "none was sent for this one";
  EXPECT_EQ(send(second).status, 202);
  const std::string older = newest_code();
  EXPECT_EQ(send(second).status, 202);
  const std::string newer = newest_code();
  if (older != newer) {
    EXPECT_EQ(give_mailed(second, older).code(), "identity.wrong_code");
  }
  EXPECT_EQ(give_mailed(second, newer.substr(0, 3) + " " + newer.substr(3)).status, 200);
  EXPECT_EQ(give_mailed(first, of_first).status, 200);
}

TEST_P(Codes, ThreeAreSentForALogInAndTenAnHour) {
  mailed_user();
  const std::string ticket = ticket_of();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(ticket).status, 202);
  const Answer late = send(ticket);
  EXPECT_EQ(late.status, 429);
  EXPECT_EQ(late.code(), "identity.codes_sent");
  EXPECT_FALSE(late.field("Retry-After").empty());
  EXPECT_EQ(give_mailed(ticket, newest_code()).status, 200) << "the third one still serves";
  for (int i = 0; i < 6; ++i) EXPECT_EQ(send(ticket_of()).status, 202) << i;
  EXPECT_EQ(send(ticket_of()).code(), "identity.too_many_attempts");
  EXPECT_EQ(mails(), 10u);
  clock_.advance(61min);
  EXPECT_EQ(send(ticket_of()).status, 202);
}

TEST_P(Codes, FiveWrongOnesEndTheLogIn) {
  options_.throttle.limit = 50;
  restart();
  mailed_user();
  const std::string ticket = ticket_of();
  EXPECT_EQ(send(ticket).status, 202);
  const std::string code = newest_code();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(give_mailed(ticket, other_than(code)).code(), "identity.wrong_code");
  EXPECT_EQ(give_mailed(ticket, code).code(), "identity.login_over");
  EXPECT_EQ(send(ticket).code(), "identity.login_over");
  for (const char* junk : {"", "12345", "1234567", "12345a", "١٢٣٤٥٦"}) {
    const std::string other = ticket_of();
    EXPECT_NE(give_mailed(other, junk).status, 200) << junk;
  }
}

TEST_P(Codes, ACodeLastsTenMinutesAndTheLogInWithIt) {
  mailed_user();
  const std::string ticket = ticket_of();
  clock_.advance(9min);
  EXPECT_EQ(send(ticket).status, 202);
  const std::string code = newest_code();
  clock_.advance(9min);
  EXPECT_EQ(give_mailed(ticket, other_than(code)).code(), "identity.wrong_code") << "it is still open";
  clock_.advance(1min);
  EXPECT_EQ(give_mailed(ticket, code).code(), "identity.login_over");
}

TEST_P(Codes, OfTwoWhoGiveACodeAtOnceOneIsIn) {
  mailed_user();
  const std::string ticket = ticket_of();
  EXPECT_EQ(send(ticket).status, 202);
  const std::string code = newest_code();
  std::vector<int> statuses(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < statuses.size(); ++i)
    threads.emplace_back([&, i] { statuses[i] = give_mailed(ticket, code).status; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 1);
}

TEST_P(Codes, NoCodeStandsInTheDatabase) {
  mailed_user();
  const std::string ticket = ticket_of();
  EXPECT_EQ(send(ticket).status, 202);
  const std::string like = " LIKE '%" + newest_code() + "%'";
  EXPECT_EQ(count("SELECT count(*) FROM identity_token WHERE code_hash IS NOT NULL"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM identity_token WHERE CAST(data AS text)" + like), 0);
  // The same code hangs on its row: moved to another one it is none.
  const std::string other = ticket_of();
  sql("UPDATE identity_token SET code_hash = (SELECT code_hash FROM identity_token WHERE code_hash IS NOT "
      "NULL), code_sent_at = (SELECT max(code_sent_at) FROM identity_token) WHERE purpose = 'login'");
  EXPECT_EQ(give_mailed(other, newest_code()).code(), "identity.wrong_code");
  EXPECT_EQ(give_mailed(ticket, newest_code()).status, 200);
}

TEST_P(Codes, SettingUpIsRefusedAfterFiveWrongCodesAndByWhatIsWrong) {
  options_.throttle.limit = 50;
  restart();
  add_user("ada@example.org", kPassword);
  token_ = text_of(log_in("ada@example.org", kPassword), "access_token");
  EXPECT_EQ(post("factors", {{"password", kWrong}, {"kind", "email"}}, token_).code(),
            "identity.wrong_password");
  EXPECT_EQ(post("factors", {{"password", kPassword}, {"kind", "pigeon"}}, token_).json()["field"], "kind");
  const Answer off =
      post("factors", {{"password", kPassword}, {"kind", "sms"}, {"number", "+33612345678"}}, token_);
  EXPECT_EQ(off.code(), "identity.kind_off");
  EXPECT_EQ(post("factors", {{"password", kPassword}, {"kind", "sms"}, {"number", "0612"}}, token_).code(),
            "identity.number_invalid");
  const Answer begun = post("factors", {{"password", kPassword}, {"kind", "email"}}, token_);
  ASSERT_EQ(begun.status, 201);
  const std::string confirm = "factors/" + text_of(begun, "id") + "/confirm", code = newest_code();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(post(confirm, {{"code", other_than(code)}}, token_).code(), "identity.wrong_code");
  EXPECT_EQ(post(confirm, {{"code", code}}, token_).code(), "identity.wrong_code");
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200) << "it never counted";
}

TEST_P(Codes, WhatIsNotAllowedAnyMoreServesUntilThereIsAnother) {
  mailed_user("ada@example.org");
  options_.rules = [] { return SignInRules{.passwords = {}, .factors = {.kinds = {"totp"}}}; };
  restart();
  const std::string ticket = ticket_of();
  EXPECT_EQ(send(ticket).status, 202) << "nobody is locked out";
  const Answer in = give_mailed(ticket, newest_code());
  ASSERT_EQ(in.status, 200);
  token_ = text_of(in, "access_token");
  EXPECT_EQ(post("factors", {{"password", kPassword}, {"kind", "email"}}, token_).code(),
            "identity.kind_off");
  const Answer begun = post("factors", {{"password", kPassword}}, token_);
  secret_ = from_base32(text_of(begun, "secret"));
  EXPECT_EQ(post("factors/" + text_of(begun, "id") + "/confirm", {{"code", code_of(secret_)}}, token_).status,
            200);
  clock_.advance(30s);
  const std::string next = ticket_of();
  EXPECT_EQ(send(next).code(), "identity.no_such_method");
  EXPECT_EQ(give(next, code_of(secret_)).status, 200);
}

TEST_P(Codes, ARoleThatIsObligedMaySetUpAMailboxAtTheLogIn) {
  options_.rules = [] {
    return SignInRules{.passwords = {}, .factors = {.obliged_roles = {"administrator"}}};
  };
  restart();
  add_user("eve@example.org", kPassword, "administrator");
  const Answer half = log_in("eve@example.org", kPassword);
  EXPECT_EQ(half.json()["step"], "enrol");
  EXPECT_EQ(half.json()["methods"], Json({"totp", "email"}));
  const Json ticket = {{"login_token", half.json()["login_token"]}};
  const auto with = [&](const char* key, const std::string& value) {
    Json body = ticket;
    body[key] = value;
    return body;
  };
  EXPECT_EQ(post("login/enrol", with("kind", "sms")).status, 422);
  const Answer begun = post("login/enrol", with("kind", "email"));
  ASSERT_EQ(begun.status, 201) << begun.body;
  EXPECT_EQ(begun.json()["sent_to"], "e•••@e•••.org");
  EXPECT_EQ(post("login/enrol/confirm", with("code", other_than(newest_code()))).status, 422);
  const Answer in = post("login/enrol/confirm", with("code", newest_code()));
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.json()["backup_codes"].size(), 10u);
  const std::string ticket_then = ticket_of("eve@example.org");
  EXPECT_EQ(send(ticket_then).status, 202);
  EXPECT_EQ(give_mailed(ticket_then, newest_code()).status, 200);
}

TEST_P(Codes, ASessionOfARoleThatBecameObligedEndsAtItsNextRefresh) {
  auto obliged = std::make_shared<std::vector<std::string>>();
  options_.rules = [obliged] { return SignInRules{.passwords = {}, .factors = {.obliged_roles = *obliged}}; };
  restart();
  add_user("ada@example.org", kPassword);
  const Answer in = log_in("ada@example.org", kPassword);
  token_ = text_of(in, "access_token");
  const Answer kept = refresh(text_of(in, "refresh_token"));
  ASSERT_EQ(kept.status, 200);
  token_ = text_of(kept, "access_token");
  *obliged = {"user"};
  EXPECT_EQ(me(token_).status, 200) << "work is not interrupted";
  const Answer ended = refresh(text_of(kept, "refresh_token"));
  EXPECT_EQ(ended.status, 401);
  EXPECT_EQ(ended.code(), "identity.factor_due");
  EXPECT_EQ(me(token_).status, 401);
  EXPECT_EQ(log_in("ada@example.org", kPassword).json()["step"], "enrol");
}

TEST_P(Codes, TheFirstAdministratorIsAskedForWhatHisRoleIsObligedTo) {
  options_.rules = [] {
    return SignInRules{.passwords = {}, .factors = {.obliged_roles = {"administrator"}}};
  };
  restart();
  const Answer half = ask({"POST", "/api/v1/setup", setup_body(*identity_->prepare_setup())});
  ASSERT_EQ(half.status, 202) << half.body;
  EXPECT_EQ(half.json()["step"], "enrol");
  EXPECT_EQ(ask({"GET", "/api/v1/setup"}).json(), Json({{"needed", false}}));
  EXPECT_EQ(count("SELECT count(*) FROM identity_session"), 0);
  const std::string ticket = half.json()["login_token"];
  secret_ = from_base32(text_of(post("login/enrol", {{"login_token", ticket}}), "secret"));
  const Answer in = post("login/enrol/confirm", {{"login_token", ticket}, {"code", code_of(secret_)}});
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(me(text_of(in, "access_token")).json()["user"]["role"], "administrator");
}

TEST_P(Codes, WhatHappensToAnAccountIsToldToItsPerson) {
  using Kinds = std::vector<std::string>;
  mailed_user();
  add_user("eve@example.org", kPassword, "administrator");
  const std::string admin = text_of(log_in("eve@example.org", kPassword), "access_token");
  EXPECT_EQ(notices_to("ada@example.org"), Kinds{"factor_added"});
  ASSERT_EQ(post("backup-codes", {{"password", kPassword}}, token_).status, 201);
  ASSERT_EQ(
      post("password", {{"current_password", kPassword}, {"new_password", "trois pirogues bleues"}}, token_)
          .status,
      204);
  const std::string ada = me(token_).json()["user"]["id"];
  EXPECT_EQ(ask(Ask{"DELETE", "/api/v1/identity/users/" + ada + "/factors"}.bearer(admin)).status, 204);
  EXPECT_EQ(ask(Ask{"POST",
                    "/api/v1/identity/users/" + ada + "/password",
                    {{"password", "quatre palmiers au vent"}}}
                    .bearer(admin))
                .status,
            204);
  EXPECT_EQ(notices_to("ada@example.org"), (Kinds{"factor_added", "backup_codes_made", "password_changed",
                                                  "factor_removed", "password_changed"}));
  EXPECT_EQ(notices_[0].link, "/account");
  EXPECT_EQ(param(notices_[0], "time").size(), 20u);
}

TEST_P(Codes, WhoseTokenIsUsedTwiceIsTold) {
  add_user("ada@example.org", kPassword);
  const Answer in =
      ask(Ask{"POST", "/api/v1/auth/login", {{"email", "ada@example.org"}, {"password", kPassword}}}.with(
          "User-Agent", "Firefox of the yard"));
  const std::string older = text_of(in, "refresh_token");
  ASSERT_EQ(refresh(older).status, 200);
  clock_.advance(1min);
  EXPECT_EQ(refresh(older).code(), "identity.token_reused");
  for (int i = 0; i < 100 && notices_to("ada@example.org").empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_EQ(notices_to("ada@example.org"), std::vector<std::string>{"session_reused"});
  EXPECT_EQ(param(notices_[0], "address"), "127.0.0.1");
  EXPECT_EQ(param(notices_[0], "device"), "Firefox of the yard");
  EXPECT_EQ(told("session.reused"), 1u);
}

TEST(OneTimeCode, PlacesAreShownWithoutGivingThemAway) {
  EXPECT_EQ(masked_email("ada@example.org"), "a•••@e•••.org");
  EXPECT_EQ(masked_email("x@localhost"), "x•••@l•••");
  EXPECT_EQ(masked_email("junk"), "•••");
  EXPECT_EQ(masked_number("+33612345678"), "+33•••••78");
}

TEST(OneTimeCode, NumbersAreReadAsPeopleWriteThem) {
  for (const char* typed : {"+33 6 12 34 56 78", "0033612345678", "+33-(6)-12.34.56.78"})
    EXPECT_EQ(normal_number(typed).value_or("none"), "+33612345678") << typed;
  for (const char* typed : {"", "0612345678", "+0612345678", "+33", "+3361234567890123", "+336x2345678",
                            "33612345678", "+33+612345678", "12\n+33612345678"})
    EXPECT_EQ(normal_number(typed).value_or("none"), "none") << typed;
}

}  // namespace opsflux::identity
