// The part of the suite about the list of sessions, their ends, and devices that are new.
#pragma once

#include "host/services/identity/sessions/known_devices.hpp"
#include "host/services/identity/suite.hpp"

namespace opsflux::identity {

inline constexpr const char* kFirefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

inline Ask log_in_by(const std::string& email, const std::string& agent, bool remember = false) {
  return Ask{
      "POST", "/api/v1/auth/login", {{"email", email}, {"password", kPassword}, {"remember", remember}}}
      .web()
      .with("User-Agent", agent);
}

TEST_P(World, OnesSessionsAreListedWithTheirDeviceAndTheLatestFirst) {
  add_user("ada@example.org", kPassword);
  const std::string browser = ask(log_in_by("ada@example.org", kFirefox)).cookie();
  clock_.advance(1min);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  clock_.advance(1min);
  ASSERT_EQ(me_web(browser).status, 200);  // the browser is used last
  const Answer answer = ask(Ask{"GET", "/api/v1/auth/sessions"}.bearer(token));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Json list = answer.json()["data"];
  ASSERT_EQ(list.size(), 2u) << answer.body;
  EXPECT_EQ(list[0]["browser"], "Firefox");
  EXPECT_EQ(list[0]["system"], "Linux");
  EXPECT_EQ(list[0]["device"], "computer");
  EXPECT_EQ(list[0]["kind"], "browser");
  EXPECT_EQ(list[0]["current"], false);
  EXPECT_EQ(list[0]["address"], "127.0.0.1");
  EXPECT_EQ(list[0]["place"], "");
  EXPECT_EQ(list[0]["last_used_at"], format_utc(clock_.now()));
  EXPECT_EQ(list[1]["device"], "program");
  EXPECT_EQ(list[1]["current"], true);
  EXPECT_EQ(answer.body.find(browser), std::string::npos) << "no secret is in the list";
}

TEST_P(World, OneEndsASessionOfHisOwnAndOfNobodyElse) {
  add_user("ada@example.org", kPassword);
  add_user("bob@example.org", kPassword);
  const std::string ada = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string other = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string bob = text_of(log_in("bob@example.org", kPassword), "access_token");
  const auto id_of = [&](const std::string& token) {
    const Json list = ask(Ask{"GET", "/api/v1/auth/sessions"}.bearer(token)).json()["data"];
    for (const Json& one : list)
      if (one["current"]) return one["id"].get<std::string>();
    return std::string();
  };
  const auto end = [&](const std::string& by, const std::string& id) {
    return ask(Ask{"DELETE", "/api/v1/auth/sessions/" + id}.bearer(by));
  };
  EXPECT_EQ(end(bob, id_of(ada)).code(), "identity.no_session");
  EXPECT_EQ(end(bob, "nonsense").status, 404);
  EXPECT_EQ(me(ada).status, 200);
  const std::string id = id_of(other);
  EXPECT_EQ(end(ada, id).status, 204);
  EXPECT_EQ(me(other).status, 401);
  EXPECT_EQ(end(ada, id).status, 404);
  EXPECT_EQ(told("session.ended"), 1u);
  restart();
  EXPECT_EQ(me(other).status, 401);
  EXPECT_EQ(me(ada).status, 200);
}

TEST_P(World, AllOtherSessionsEndAtOnce) {
  add_user("ada@example.org", kPassword);
  std::vector<std::string> tokens;
  for (int i = 0; i < 4; ++i) tokens.push_back(text_of(log_in("ada@example.org", kPassword), "access_token"));
  EXPECT_EQ(ask(Ask{"POST", "/api/v1/auth/sessions/end-others"}.bearer(tokens[1])).status, 204);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(me(tokens[i]).status, i == 1 ? 200 : 401) << i;
  EXPECT_EQ(count("SELECT count(*) FROM identity_session"), 1);
}

TEST_P(World, AnAdministratorSeesAndEndsTheSessionsOfOthers) {
  const User ada = add_user("ada@example.org", kPassword);
  add_user("root@example.org", kPassword, "administrator");
  const std::string root = text_of(log_in("root@example.org", kPassword), "access_token");
  const std::string one = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string two = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string path = "/api/v1/identity/users/" + ada.id + "/sessions";
  EXPECT_EQ(ask(Ask{"GET", path}.bearer(one)).code(), "identity.not_permitted");
  const Json list = ask(Ask{"GET", path}.bearer(root)).json()["data"];
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(ask(Ask{"DELETE", path + "/" + list[0]["id"].get<std::string>()}.bearer(root)).status, 204);
  EXPECT_EQ((me(one).status == 401) + (me(two).status == 401), 1);
  EXPECT_EQ(ask(Ask{"DELETE", path}.bearer(root)).status, 204);
  EXPECT_EQ(me(one).status, 401);
  EXPECT_EQ(me(two).status, 401);
  EXPECT_EQ(me(root).status, 200);
  EXPECT_EQ(told("session.all_ended"), 1u);
}

TEST_P(World, ABrowserThatIsNotToRememberIsSignedOutWhenIdle) {
  options_.sessions.idle_lifetime = 12h;
  restart();
  add_user("ada@example.org", kPassword);
  const std::string idle = ask(log_in_by("ada@example.org", kFirefox)).cookie();
  const std::string kept = ask(log_in_by("ada@example.org", kFirefox, true)).cookie();
  for (int i = 0; i < 3; ++i) {
    clock_.advance(11h);
    EXPECT_EQ(me_web(idle).status, 200) << i;
  }
  clock_.advance(12h);
  EXPECT_EQ(me_web(idle).code(), "identity.session_expired");
  EXPECT_EQ(me_web(kept).status, 200);
}

TEST_P(World, NoSessionOutlivesItsAbsoluteEndHoweverItIsUsed) {
  options_.sessions.absolute_lifetime = 24h * 10;
  restart();
  add_user("ada@example.org", kPassword);
  const std::string kept = ask(log_in_by("ada@example.org", kFirefox, true)).cookie();
  Answer tokens = log_in("ada@example.org", kPassword);
  for (int day = 1; day < 10; ++day) {
    clock_.advance(24h);
    EXPECT_EQ(me_web(kept).status, 200) << day;
    tokens = refresh(text_of(tokens, "refresh_token"));
    ASSERT_EQ(tokens.status, 200) << day << tokens.body;
    if (day == 5) restart();
  }
  clock_.advance(24h);
  EXPECT_EQ(me_web(kept).status, 401);
  EXPECT_EQ(refresh(text_of(tokens, "refresh_token")).status, 401);
}

TEST_P(World, APersonIsToldOfALogInByANewDeviceAndNotOfTheFirst) {
  std::vector<Notice> notices;
  options_.notices.send = [&](store::Transaction&, const Notice& notice) -> Result<void> {
    notices.push_back(notice);
    return {};
  };
  options_.notices.ready = [] { return true; };
  options_.rules = [] {
    SignInRules rules;
    rules.passwords.expiry = Days(0);
    return rules;
  };
  restart();
  const User ada = add_user("ada@example.org", kPassword);
  ASSERT_EQ(ask(log_in_by("ada@example.org", kFirefox)).status, 200);
  ASSERT_EQ(ask(log_in_by("ada@example.org", kFirefox)).status, 200);
  EXPECT_EQ(notices.size(), 0u);
  ASSERT_EQ(ask(log_in_by("ada@example.org", "curl/7.88.1")).status, 200);
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].kind, "new_device");
  EXPECT_EQ(notices[0].user_id, ada.id);
  EXPECT_EQ(notices[0].email, "ada@example.org");
  EXPECT_EQ(notices[0].language, "en");
  EXPECT_EQ(notices[0].params[0].second, "curl");
  EXPECT_EQ(told("login.new_device"), 1u);
  ASSERT_EQ(ask(log_in_by("ada@example.org", "curl/7.99")).status, 200);
  EXPECT_EQ(notices.size(), 1u) << "it is known now";
  clock_.advance(24h * 181);
  ASSERT_EQ(ask(log_in_by("ada@example.org", "curl/7.99")).status, 200);
  EXPECT_EQ(notices.size(), 1u) << "all is forgotten, so this is a first one";
}

TEST(KnownDevices, ATelephoneThatMovesWithinItsNetworkIsTheSame) {
  EXPECT_EQ(device_mark(kFirefox, "192.0.2.7"), device_mark(kFirefox, "192.0.77.1"));
  EXPECT_NE(device_mark(kFirefox, "192.0.2.7"), device_mark(kFirefox, "192.1.2.7"));
  EXPECT_EQ(device_mark(kFirefox, "2001:db8:1::1"), device_mark(kFirefox, "2001:db8:2::1"));
  EXPECT_NE(device_mark(kFirefox, "192.0.2.7"), device_mark("curl/7.88.1", "192.0.2.7"));
}

}  // namespace opsflux::identity
