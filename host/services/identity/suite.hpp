// What identity promises, on either database. Included by identity_test.cpp (SQLite) and identity_db_test.cpp
// (PostgreSQL).
#pragma once

#include "host/services/identity/world.hpp"

namespace opsflux::identity {
using namespace std::chrono_literals;

inline const std::string kPassword = "correct horse", kWrong = "wrong horse";

inline Json setup_body(const std::string& token, const std::string& email = "ada@example.org") {
  return {{"token", token}, {"email", email}, {"password", kPassword}, {"name", "Ada"}, {"language", "fr"}};
}

// ---- set-up ----

TEST_P(World, TheSetupLinkMakesTheFirstAdministratorOnce) {
  const std::string token = *identity_->prepare_setup();
  EXPECT_EQ(ask({"GET", "/api/v1/setup"}).json(), Json({{"needed", true}}));
  const Answer made = ask({"POST", "/api/v1/setup", setup_body(token, "  ADA@Example.ORG ")});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(made.json()["user"]["role"], "administrator");
  EXPECT_EQ(made.json()["user"]["email"], "ada@example.org");
  EXPECT_EQ(me(text_of(made, "access_token")).json()["user"]["name"], "Ada");
  EXPECT_EQ(ask({"GET", "/api/v1/setup"}).json(), Json({{"needed", false}}));
  const Answer again = ask({"POST", "/api/v1/setup", setup_body(token, "eve@example.org")});
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code(), "identity.already_set_up");
  EXPECT_EQ(*identity_->prepare_setup(), "");
  EXPECT_EQ(told("setup.completed"), 1u);
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
}

TEST_P(World, OfTwoSetupsAtOnceOneWins) {
  const std::string token = *identity_->prepare_setup();
  std::vector<int> statuses(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < statuses.size(); ++i)
    threads.emplace_back([&, i] { statuses[i] = ask({"POST", "/api/v1/setup", setup_body(token, "u" + std::to_string(i) + "@example.org")}).status; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 409), 3);
  EXPECT_EQ(count("SELECT count(*) FROM identity_user"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM identity_session"), 1);
}

TEST_P(World, AWrongOrOlderSetupTokenIsRefused) {
  const std::string older = *identity_->prepare_setup();
  const std::string token = *identity_->prepare_setup();
  EXPECT_EQ(ask({"POST", "/api/v1/setup", setup_body(older)}).code(), "identity.setup_token_wrong");
  EXPECT_EQ(ask({"POST", "/api/v1/setup", setup_body("x")}).status, 403);
  EXPECT_EQ(count("SELECT count(*) FROM identity_user"), 0);
  EXPECT_EQ(ask({"POST", "/api/v1/setup", setup_body(token)}).status, 201);
}

TEST_P(World, SetupNamesEveryWrongField) {
  const std::string token = *identity_->prepare_setup();
  const Answer answer = ask({"POST", "/api/v1/setup", {{"token", token}, {"email", "no address"}, {"password", "short"}, {"name", " "}, {"language", "xx"}}});
  EXPECT_EQ(answer.status, 422);
  std::set<std::string> fields;
  const Json problem = answer.json();
  for (const Json& error : problem["errors"]) fields.insert(error["field"].get<std::string>());
  EXPECT_EQ(fields, (std::set<std::string>{"email", "password", "name", "language"}));
}

TEST_P(World, TheUnattendedAdministratorIsMadeOnce) {
  EXPECT_EQ(*identity_->create_first_administrator("Ada@Example.org", kPassword), true);
  EXPECT_EQ(*identity_->create_first_administrator("eve@example.org", kPassword), false);
  EXPECT_EQ(log_in("ada@example.org", kPassword).json()["user"]["role"], "administrator");
  EXPECT_EQ(log_in("eve@example.org", kPassword).status, 401);
  EXPECT_EQ(identity_->create_first_administrator("x", kPassword).error().code, "identity.email_invalid");
}

// ---- log-in ----

TEST_P(World, AScriptGetsTwoTokensAndNoCookie) {
  add_user("ada@example.org", kPassword);
  const Answer answer = log_in(" Ada@Example.org", kPassword);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.field("set-cookie"), "");
  EXPECT_EQ(answer.field("cache-control"), "no-store");
  EXPECT_TRUE(text_of(answer, "access_token").starts_with("ofa_"));
  EXPECT_TRUE(text_of(answer, "refresh_token").starts_with("ofr_"));
  EXPECT_EQ(answer.json()["token_type"], "Bearer");
  EXPECT_EQ(answer.json()["expires_in"], 900);
  EXPECT_EQ(me(text_of(answer, "access_token")).json()["user"]["email"], "ada@example.org");
  EXPECT_EQ(told("login.succeeded"), 1u);
}

TEST_P(World, ABrowserGetsACookieAndNoRefreshToken) {
  add_user("ada@example.org", kPassword);
  const Answer answer = log_in_web("ada@example.org", kPassword);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_FALSE(answer.json().contains("refresh_token"));
  EXPECT_EQ(answer.field("set-cookie"), "opsflux_session=" + answer.cookie() + "; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
  EXPECT_EQ(me_web(answer.cookie()).status, 200);
}

TEST_P(World, TheCookieIsForHttpsOnlyWhenTheServerIsReachedByHttps) {
  options_.public_url = "https://ops.example.org";
  restart();
  add_user("ada@example.org", kPassword);
  EXPECT_TRUE(log_in_web("ada@example.org", kPassword).field("set-cookie").ends_with("; Secure"));
}

TEST_P(World, UnknownUserWrongPasswordAndClosedAccountLookTheSame) {
  add_user("ada@example.org", kPassword);
  const User closed = add_user("bob@example.org", kPassword);
  const User without = add_user("cem@example.org", kPassword);
  sql("UPDATE identity_user SET active = $2 WHERE id = $1", {closed.id, "0"});
  sql("DELETE FROM identity_credential WHERE user_id = $1", {without.id});
  const auto refused = [&](const std::string& email, const std::string& password) {
    const Answer answer = log_in(email, password);
    EXPECT_EQ(answer.status, 401);
    Json json = answer.json();
    json.erase("trace_id");
    return json.dump();
  };
  const std::string wrong = refused("ada@example.org", kWrong);
  EXPECT_EQ(refused("nobody@example.org", kPassword), wrong);
  EXPECT_EQ(refused("bob@example.org", kPassword), wrong);
  EXPECT_EQ(refused("cem@example.org", kPassword), wrong);
  EXPECT_EQ(told("login.failed"), 4u);
}

TEST_P(World, ADeletedUserCannotLogIn) {
  const User user = add_user("ada@example.org", kPassword);
  sql("UPDATE identity_user SET deleted_at = $2 WHERE id = $1", {user.id, format_utc(clock_.now())});
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 401);
}

TEST_P(World, AMalformedLogInIsRefusedWithItsField) {
  EXPECT_EQ(ask({"POST", "/api/v1/auth/login", Json::array()}).status, 400);
  EXPECT_EQ(ask({"POST", "/api/v1/auth/login", {{"email", 5}, {"password", "x"}}}).json()["field"], "email");
  EXPECT_EQ(ask({"POST", "/api/v1/auth/login", {{"email", "a@b"}}}).json()["field"], "password");
  EXPECT_EQ(ask({"POST", "/api/v1/auth/login", {{"email", "a@b"}, {"password", "x"}, {"remember", "y"}}}).code(), "identity.field_unknown");
  EXPECT_EQ(ask({"POST", "/api/v1/auth/login", {{"email", "a@b"}, {"password", std::string(20'000, 'x')}}}).status, 413);
  EXPECT_EQ(ask({"GET", "/api/v1/auth/login"}).status, 405);
}

TEST_P(World, FiveFailuresOnAnAccountCloseItForAWhile) {
  add_user("ada@example.org", kPassword);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("ada@example.org", kWrong).status, 401);
  const Answer refused = log_in("ADA@example.org", kPassword);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.field("retry-after"), "900");
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 429);
  EXPECT_EQ(log_in("other@example.org", kPassword).status, 429) << "the address is the same";
  clock_.advance(15min);
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
}

TEST_P(World, SuccessfulLogInsAreNotCounted) {
  add_user("ada@example.org", kPassword);
  for (int i = 0; i < 12; ++i) EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
}

TEST_P(World, AStoredHashFollowsTheConfiguredCost) {
  add_user("ada@example.org", kPassword);
  const auto hash = [&] {
    std::string out;
    must_do(database_->read([&](store::Session& session) -> Result<void> {
      TRY(session.query_one("SELECT password_hash FROM identity_credential", {}, [&](const store::Row& row) { out = row.text(0); }));
      return {};
    }));
    return out;
  };
  const std::string before = hash();
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
  EXPECT_EQ(hash(), before);
  options_.passwords.passes = 2;
  restart();
  EXPECT_EQ(log_in("ada@example.org", kWrong).status, 401);
  EXPECT_EQ(hash(), before);
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
  EXPECT_NE(hash().find("t=2"), std::string::npos);
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
}

// ---- tokens ----

TEST_P(World, AnAccessTokenExpires) {
  add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  clock_.advance(15min - 1s);
  EXPECT_EQ(me(token).status, 200);
  clock_.advance(1s);
  EXPECT_EQ(me(token).code(), "identity.session_expired");
  EXPECT_EQ(me(token).status, 401);
}

TEST_P(World, RefreshingReplacesBothTokens) {
  add_user("ada@example.org", kPassword);
  const Answer first = log_in("ada@example.org", kPassword);
  clock_.advance(1h);
  const Answer second = refresh(text_of(first, "refresh_token"));
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_NE(text_of(second, "refresh_token"), text_of(first, "refresh_token"));
  EXPECT_EQ(me(text_of(second, "access_token")).status, 200);
  EXPECT_EQ(me(text_of(first, "access_token")).status, 401);
  clock_.advance(24h * 7 - 1s);
  EXPECT_EQ(refresh(text_of(second, "refresh_token")).status, 200);
}

TEST_P(World, ARefreshTokenExpires) {
  add_user("ada@example.org", kPassword);
  const Answer first = log_in("ada@example.org", kPassword);
  clock_.advance(24h * 7);
  EXPECT_EQ(refresh(text_of(first, "refresh_token")).code(), "identity.session_expired");
}

TEST_P(World, AReusedRefreshTokenEndsTheWholeSession) {
  add_user("ada@example.org", kPassword);
  const Answer first = log_in("ada@example.org", kPassword);
  const Answer other = log_in("ada@example.org", kPassword);
  const Answer second = refresh(text_of(first, "refresh_token"));
  const Answer third = refresh(text_of(second, "refresh_token"));
  ASSERT_EQ(third.status, 200);
  EXPECT_EQ(refresh(text_of(first, "refresh_token")).code(), "identity.token_reused");  // two generations old
  EXPECT_EQ(me(text_of(third, "access_token")).status, 401);
  EXPECT_EQ(refresh(text_of(third, "refresh_token")).status, 401);
  EXPECT_EQ(me(text_of(other, "access_token")).status, 200) << "another session is not touched";
  restart();
  EXPECT_EQ(refresh(text_of(third, "refresh_token")).status, 401);
  EXPECT_EQ(told("session.reused"), 1u);
}

TEST_P(World, OfManyRefreshesAtOnceAtMostOneSucceedsAndTheSessionEnds) {
  add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "refresh_token");
  std::vector<Answer> answers(4);
  std::vector<std::thread> threads;
  for (auto& answer : answers) threads.emplace_back([&] { answer = refresh(token); });
  for (auto& thread : threads) thread.join();
  EXPECT_LE(std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.status == 200; }), 1);
  for (const Answer& answer : answers) {
    if (answer.status != 200) continue;
    EXPECT_EQ(me(text_of(answer, "access_token")).status, 401);
  }
  EXPECT_EQ(identity_->sessions().count(), 0u);
}

TEST_P(World, TamperedTokensAreRefused) {
  add_user("ada@example.org", kPassword);
  const Answer answer = log_in("ada@example.org", kPassword);
  const std::string access = text_of(answer, "access_token"), renewal = text_of(answer, "refresh_token");
  for (const std::size_t at : {4u, 20u, 46u}) {
    std::string changed = access;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(me(changed).status, 401) << at;
  }
  for (const std::string& text : {std::string("x"), access + "A", access.substr(1), renewal, std::string("ofa_") + access, std::string(43, 'A')})
    EXPECT_EQ(me(text).status, 401) << text;
  EXPECT_EQ(refresh(access).status, 401);
  std::string forged = renewal;
  forged[6] = forged[6] == 'A' ? 'B' : 'A';  // another family: nobody's session ends
  EXPECT_EQ(refresh(forged).code(), "identity.token_unknown");
  EXPECT_EQ(ask(Ask{"GET", "/api/v1/auth/me"}.cookie(renewal)).status, 401) << "a refresh token is not a browser's secret";
  EXPECT_EQ(ask(Ask{"GET", "/api/v1/auth/me"}.with("Authorization", "Basic YTpi")).code(), "identity.bad_authorization");
  EXPECT_EQ(ask({"GET", "/api/v1/auth/me"}).code(), "identity.not_signed_in");
  EXPECT_EQ(me(access).status, 200);
}

TEST_P(World, SecretsAreStoredAsDigestsOnly) {
  add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "refresh_token");
  must_do(database_->read([&](store::Session& session) -> Result<void> {
    TRY(session.query_one("SELECT family_hash, secret_hash, access_hash FROM identity_session", {}, [&](const store::Row& row) {
      EXPECT_EQ(row.text(1), sha256_hex(token));
      for (int i = 0; i < 3; ++i) EXPECT_EQ(row.text(i).size(), 64u);
    }));
    return {};
  }));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Under a microsecond in the optimised build; here with room for a slow machine and no optimisation.
TEST_P(World, AuthenticatingARequestTakesMicroseconds) {
  add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string secret = log_in_web("ada@example.org", kPassword).cookie();
  const auto nanoseconds = [](auto&& call) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int round = 0; round < 20; ++round) {
      const auto start = std::chrono::steady_clock::now();
      for (int i = 0; i < 1000; ++i) call();
      best = std::min(best, std::chrono::steady_clock::now() - start);
    }
    return std::chrono::duration_cast<std::chrono::nanoseconds>(best).count() / 1000;
  };
  Sessions& sessions = identity_->sessions();
  const auto bearer = nanoseconds([&] { EXPECT_TRUE(sessions.authenticate_bearer(token, "127.0.0.1")); });
  const auto browser = nanoseconds([&] { EXPECT_TRUE(sessions.authenticate_browser(secret, "127.0.0.1")); });
  RecordProperty("bearer_ns", static_cast<int>(bearer));
  RecordProperty("browser_ns", static_cast<int>(browser));
  EXPECT_LT(bearer, 10'000);
  EXPECT_LT(browser, 10'000);
}
#endif

// ---- browser sessions ----

TEST_P(World, ABrowserRequestThatChangesSomethingMustComeFromOurPage) {
  add_user("ada@example.org", kPassword);
  const std::string secret = log_in_web("ada@example.org", kPassword).cookie();
  const Json dark = {{"theme", "dark"}};
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret)).code(), "identity.foreign_request");
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web().with("Origin", "https://evil.example")).status, 403);
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web().with("Origin", "null")).status, 403);
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).with("X-Opsflux-Client", "other")).status, 403);
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web().with("Origin", "http://ops.example.org")).status, 200);
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web()).status, 200);
  EXPECT_EQ(ask(Ask{"GET", "/api/v1/auth/me"}.cookie(secret).with("Origin", "https://evil.example")).status, 200);
  EXPECT_EQ(ask(Ask{"POST", "/api/v1/auth/refresh"}.cookie(secret)).status, 403);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.bearer(token)).status, 200) << "a bearer is not sent by browsers on their own";
}

TEST_P(World, ABrowsersSecretRotatesWithAGrace) {
  add_user("ada@example.org", kPassword);
  const std::string first = log_in_web("ada@example.org", kPassword).cookie();
  const std::string second = refresh_web(first).cookie();
  ASSERT_NE(second, "");
  EXPECT_NE(second, first);
  EXPECT_EQ(me_web(first).status, 200);
  const Answer crossed = refresh_web(first);
  EXPECT_EQ(crossed.status, 200);
  EXPECT_EQ(crossed.cookie(), "") << "the other answer has the new one";
  EXPECT_EQ(me_web(second).status, 200);
  clock_.advance(31s);
  EXPECT_EQ(me_web(second).status, 200);
  EXPECT_EQ(me_web(first).code(), "identity.token_reused");
  EXPECT_EQ(me_web(second).status, 401);
}

TEST_P(World, ABrowserSessionLivesAsLongAsItIsUsed) {
  add_user("ada@example.org", kPassword);
  const std::string secret = log_in_web("ada@example.org", kPassword).cookie();
  for (int day = 0; day < 10; ++day) {
    clock_.advance(24h);
    const Answer answer = me_web(secret);
    ASSERT_EQ(answer.status, 200) << day;
    EXPECT_EQ(answer.cookie(), secret) << "the cookie's own end moves along";
  }
  restart();
  EXPECT_EQ(me_web(secret).status, 200);
  clock_.advance(24h * 7);
  EXPECT_EQ(me_web(secret).code(), "identity.session_expired");
}

TEST_P(World, LoggingInAgainReplacesTheBrowsersSession) {
  add_user("ada@example.org", kPassword);
  const std::string first = log_in_web("ada@example.org", kPassword).cookie();
  const Answer second = ask(Ask{"POST", "/api/v1/auth/login", {{"email", "ada@example.org"}, {"password", kPassword}}}.web().cookie(first));
  EXPECT_NE(second.cookie(), first);
  EXPECT_EQ(me_web(first).status, 401);
  EXPECT_EQ(me_web(second.cookie()).status, 200);
}

TEST_P(World, LoggingOutEndsTheSessionAndTakesTheCookieAway) {
  add_user("ada@example.org", kPassword);
  const std::string secret = log_in_web("ada@example.org", kPassword).cookie();
  EXPECT_EQ(ask(Ask{"POST", "/api/v1/auth/logout"}.cookie(secret)).status, 204);
  EXPECT_EQ(me_web(secret).status, 200) << "another site cannot sign somebody out";
  const Answer out = ask(Ask{"POST", "/api/v1/auth/logout"}.cookie(secret).web());
  EXPECT_EQ(out.status, 204);
  EXPECT_EQ(out.field("set-cookie"), "opsflux_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
  EXPECT_EQ(me_web(secret).status, 401);
  EXPECT_EQ(count("SELECT count(*) FROM identity_session"), 0);
  EXPECT_EQ(ask({"POST", "/api/v1/auth/logout"}).status, 204);
}

// ---- sessions over time ----

TEST_P(World, SessionsAreFoundAgainAfterARestart) {
  add_user("ada@example.org", kPassword);
  const Answer script = log_in("ada@example.org", kPassword);
  const std::string secret = log_in_web("ada@example.org", kPassword).cookie();
  restart();
  EXPECT_EQ(identity_->sessions().count(), 2u);
  EXPECT_EQ(me(text_of(script, "access_token")).status, 200);
  EXPECT_EQ(me_web(secret).status, 200);
  const Answer next = refresh(text_of(script, "refresh_token"));
  ASSERT_EQ(next.status, 200);
  restart();
  EXPECT_EQ(refresh(text_of(script, "refresh_token")).code(), "identity.token_reused");
  clock_.advance(24h * 8);
  restart();
  EXPECT_EQ(identity_->sessions().count(), 0u);
}

TEST_P(World, DeactivationAndAChangeOfRoleEndSessionsAtOnce) {
  User user = add_user("ada@example.org", kPassword);
  std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  user.language = "es";
  identity_->sessions().user_changed(user);
  EXPECT_EQ((*identity_->sessions().authenticate_bearer(token, "10.0.0.1"))->language, "es");
  user.role = "administrator";
  identity_->sessions().user_changed(user);
  EXPECT_EQ(me(token).status, 401);
  sql("UPDATE identity_user SET role = 'administrator' WHERE id = $1", {user.id});
  token = text_of(log_in("ada@example.org", kPassword), "access_token");
  user.active = false;
  identity_->sessions().user_changed(user);
  EXPECT_EQ(me(token).status, 401);
  EXPECT_EQ(identity_->sessions().count(), 0u);
}

TEST_P(World, ARestartDoesNotBringBackTheSessionsOfSomebodyDeactivated) {
  const User user = add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  sql("UPDATE identity_user SET active = $2 WHERE id = $1", {user.id, "0"});  // killed before the sessions were ended
  restart();
  EXPECT_EQ(me(token).status, 401);
}

TEST_P(World, TheOldestSessionOfAUserGivesWay) {
  options_.sessions.max_per_user = 3;
  restart();
  add_user("ada@example.org", kPassword);
  std::vector<std::string> tokens;
  for (int i = 0; i < 5; ++i) tokens.push_back(text_of(log_in("ada@example.org", kPassword), "access_token"));
  EXPECT_EQ(me(tokens[0]).status, 401);
  EXPECT_EQ(me(tokens[1]).status, 401);
  for (int i = 2; i < 5; ++i) EXPECT_EQ(me(tokens[static_cast<std::size_t>(i)]).status, 200);
  EXPECT_EQ(count("SELECT count(*) FROM identity_session"), 3);
}

TEST_P(World, ExpiredSessionsAreClearedAway) {
  add_user("ada@example.org", kPassword);
  log_in("ada@example.org", kPassword);
  clock_.advance(24h * 8);
  log_in("ada@example.org", kPassword);
  EXPECT_EQ(identity_->sessions().count(), 1u);
  EXPECT_EQ(count("SELECT count(*) FROM identity_session"), 1);
}

// ---- users ----

TEST_P(World, AUserChangesHisOwnPreferences) {
  const User user = add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  const Answer changed = ask(Ask{"PATCH", "/api/v1/auth/me", {{"language", "fr"}, {"theme", "dark"}, {"density", "dense"}, {"name", " Ada L. "}}}.bearer(token));
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json()["user"]["name"], "Ada L.");
  const Json me_now = me(token).json()["user"];
  EXPECT_EQ(me_now["theme"], "dark");
  EXPECT_EQ(me_now["density"], "dense");
  EXPECT_EQ(count("SELECT version FROM identity_user"), 2);
  const Answer refused = ask(Ask{"PATCH", "/api/v1/auth/me", {{"theme", "pink"}}}.bearer(token));
  EXPECT_EQ(refused.json()["detail"], "«\u00a0pink\u00a0» n’est pas un choix possible\u00a0: auto, light, dark.") << "in the new language at once";
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", {{"role", "administrator"}}}.bearer(token)).code(), "identity.field_unknown");
}

TEST_P(World, AnAdministratorReplacesAPassword) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const User bob = add_user("bob@example.org", kPassword);
  const std::string admin = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string his = text_of(log_in("bob@example.org", kPassword), "access_token");
  const auto path = [](const std::string& id) { return "/api/v1/identity/users/" + id + "/password"; };
  const Json body = {{"password", "another horse"}};
  EXPECT_EQ(ask(Ask{"POST", path(ada.id), body}.bearer(his)).code(), "identity.not_permitted");
  EXPECT_EQ(ask({"POST", path(bob.id), body}).status, 401);
  EXPECT_EQ(ask(Ask{"POST", path("nobody"), body}.bearer(admin)).status, 404);
  EXPECT_EQ(ask(Ask{"POST", path(bob.id), {{"password", "short"}}}.bearer(admin)).json()["field"], "password");
  EXPECT_EQ(ask(Ask{"POST", path(bob.id), body}.bearer(admin)).status, 204);
  EXPECT_EQ(me(his).status, 401);
  EXPECT_EQ(log_in("bob@example.org", kPassword).status, 401);
  EXPECT_EQ(log_in("bob@example.org", "another horse").status, 200);
  EXPECT_EQ(ask(Ask{"POST", path(ada.id), body}.bearer(admin)).status, 204);
  EXPECT_EQ(me(admin).status, 200) << "who changes his own stays signed in";
  EXPECT_EQ(told("password.changed"), 2u);
}

TEST_P(World, TheLastAdministratorStays) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const auto check = [&](const std::string& id) {
    return database_->write_now([&](store::Transaction& transaction) { return Identity::keep_an_administrator(transaction, id); });
  };
  EXPECT_EQ(check(ada.id).error().code, "identity.last_administrator");
  const User bob = add_user("bob@example.org", kPassword, "administrator");
  EXPECT_TRUE(check(ada.id));
  sql("UPDATE identity_user SET active = $2 WHERE id = $1", {bob.id, "0"});
  EXPECT_FALSE(check(ada.id));
}

TEST_P(World, AnAddressIsOneAccountInAnyCase) {
  add_user("ada@example.org", kPassword);
  EXPECT_THROW(add_user("Ada@Example.org", kPassword), std::runtime_error);
}

TEST_P(World, ErrorsSpeakTheReadersLanguage) {
  const auto detail = [&](const std::string& accept) {
    return text_of(ask(Ask{"GET", "/api/v1/auth/me"}.with("Accept-Language", accept)), "detail");
  };
  EXPECT_EQ(detail("fr-FR,fr;q=0.9"), "Vous n’êtes pas connecté. Connectez-vous, puis réessayez.");
  EXPECT_EQ(detail("pt"), "Não iniciou sessão. Inicie-a e tente de novo.");
  EXPECT_EQ(detail("de"), "You are not signed in. Sign in, then try again.");
}

TEST_P(World, TheMigrationCanBeUndone) {
  stop();
  database_.reopen();
  store::MigrationRunner runner(*database_, clock_);
  EXPECT_EQ(*runner.down({"identity", false}, 0), 1);
  auto set = TestDatabase::must(store::MigrationSet::from_folder(kServices / "identity/migrations", database_->dialect()));
  EXPECT_EQ(*runner.up({"identity", false}, set), 1);
}

}  // namespace opsflux::identity
