// The part of the suite about tokens and sessions.
#pragma once

#include "host/services/identity/suite.hpp"

namespace opsflux::identity {

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
  EXPECT_LE(std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.status == 200; }),
            1);
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
  for (const std::string& text : {std::string("x"), access + "A", access.substr(1), renewal,
                                  std::string("ofa_") + access, std::string(43, 'A')})
    EXPECT_EQ(me(text).status, 401) << text;
  EXPECT_EQ(refresh(access).status, 401);
  std::string forged = renewal;
  forged[6] = forged[6] == 'A' ? 'B' : 'A';  // another family: nobody's session ends
  EXPECT_EQ(refresh(forged).code(), "identity.token_unknown");
  EXPECT_EQ(ask(Ask{"GET", "/api/v1/auth/me"}.cookie(renewal)).status, 401)
      << "a refresh token is not a browser's secret";
  EXPECT_EQ(ask(Ask{"GET", "/api/v1/auth/me"}.with("Authorization", "Basic YTpi")).code(),
            "identity.bad_authorization");
  EXPECT_EQ(ask({"GET", "/api/v1/auth/me"}).code(), "identity.not_signed_in");
  EXPECT_EQ(me(access).status, 200);
}

TEST_P(World, SecretsAreStoredAsDigestsOnly) {
  add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "refresh_token");
  must_do(database_->read([&](store::Session& session) -> Result<void> {
    TRY(session.query_one("SELECT family_hash, secret_hash, access_hash FROM identity_session", {},
                          [&](const store::Row& row) {
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
  EXPECT_EQ(
      ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web().with("Origin", "https://evil.example"))
          .status,
      403);
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web().with("Origin", "null")).status,
            403);
  EXPECT_EQ(
      ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).with("X-Opsflux-Client", "other")).status,
      403);
  EXPECT_EQ(
      ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web().with("Origin", "http://ops.example.org"))
          .status,
      200);
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.cookie(secret).web()).status, 200);
  EXPECT_EQ(ask(Ask{"GET", "/api/v1/auth/me"}.cookie(secret).with("Origin", "https://evil.example")).status,
            200);
  EXPECT_EQ(ask(Ask{"POST", "/api/v1/auth/refresh"}.cookie(secret)).status, 403);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", dark}.bearer(token)).status, 200)
      << "a bearer is not sent by browsers on their own";
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
  const Answer second = ask(
      Ask{"POST", "/api/v1/auth/login", {{"email", "ada@example.org"}, {"password", kPassword}}}.web().cookie(
          first));
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

TEST_P(World, RightsAreMadeAnewWhenRolesChangeAndNotForAnythingElse) {
  const User user = add_user("ada@example.org", kPassword);
  const auto set = [&] { return identity_->standings().of(user.id, user.role).rights->set; };
  const auto becomes = [&](std::uint64_t before) {
    for (int i = 0; i < 200 && set() == before; ++i) std::this_thread::sleep_for(10ms);
    return set() != before;
  };
  const std::uint64_t first = set();
  sql("UPDATE identity_user SET name = 'Ada L.' WHERE id = $1", {user.id});
  identity_->directory_changed();
  sql("INSERT INTO identity_group (id, version, created_at, updated_at, name) VALUES ('g', 1, $1, $1, 'G')",
      {"2026-11-26T00:00:00.000000Z"});
  identity_->directory_changed();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(set(), first);
  sql("UPDATE identity_role SET inherits = '[]' WHERE id = $1", {"user"});
  identity_->directory_changed();
  EXPECT_TRUE(becomes(first));
}

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

TEST_P(World, ADeactivationEndsSessionsAtOnceAndAChangeOfRoleHoldsInThem) {
  User user = add_user("ada@example.org", kPassword);
  std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  user.language = "es";
  identity_->sessions().user_changed(user);
  EXPECT_EQ((*identity_->sessions().authenticate_bearer(token, "10.0.0.1"))->language, "es");
  EXPECT_FALSE((*identity_->sessions().authenticate_bearer(token, "10.0.0.1"))->administrator());
  user.role = "administrator";
  identity_->sessions().user_changed(user);
  const auto caller = *identity_->sessions().authenticate_bearer(token, "10.0.0.1");
  EXPECT_TRUE(caller->administrator());
  EXPECT_EQ(caller->role, "administrator");
  user.active = false;
  identity_->sessions().user_changed(user);
  EXPECT_EQ(me(token).status, 401);
  EXPECT_EQ(identity_->sessions().count(), 0u);
}

TEST_P(World, PresenceIsWrittenNowAndThenAndNotWithEachRequest) {
  const User user = add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  const auto seen = [&](const char* column = "last_seen_at") {
    sql("DELETE FROM identity_session WHERE id = 'none'");  // behind what is being written
    std::string out;
    must_do(database_->read([&](store::Session& session) -> Result<void> {
      TRY(session.query_one("SELECT " + std::string(column) + " FROM identity_presence WHERE user_id = $1",
                            {user.id}, [&](const store::Row& row) { out = row.string(0); }));
      return {};
    }));
    return out;
  };
  const std::string first = format_utc(clock_.now());
  EXPECT_EQ(seen(), first);
  clock_.advance(4min);
  EXPECT_EQ(me(token).status, 200);
  EXPECT_EQ(seen(), first);
  clock_.advance(2min);
  const std::string later = format_utc(clock_.now());
  EXPECT_EQ(me(token).status, 200);
  EXPECT_EQ(me(token).status, 200);
  EXPECT_EQ(seen(), later);
  EXPECT_EQ(seen("last_login_at"), first);
}

TEST_P(World, ARestartDoesNotBringBackTheSessionsOfSomebodyDeactivated) {
  const User user = add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  sql("UPDATE identity_user SET active = $2 WHERE id = $1",
      {user.id, "0"});  // killed before the sessions were ended
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

}  // namespace opsflux::identity
