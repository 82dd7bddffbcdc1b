// What identity promises, on either database: set-up, log-in, users. Included by identity_test.cpp (SQLite)
// and identity_db_test.cpp (PostgreSQL).
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
    threads.emplace_back([&, i] {
      statuses[i] =
          ask({"POST", "/api/v1/setup", setup_body(token, "u" + std::to_string(i) + "@example.org")}).status;
    });
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
  const Answer answer = ask({"POST",
                             "/api/v1/setup",
                             {{"token", token},
                              {"email", "no address"},
                              {"password", "short"},
                              {"name", " "},
                              {"language", "xx"}}});
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
  EXPECT_EQ(answer.field("set-cookie"),
            "opsflux_session=" + answer.cookie() + "; Path=/; HttpOnly; SameSite=Strict")
      << "the browser forgets it when it is closed";
  EXPECT_EQ(me_web(answer.cookie()).status, 200);
  EXPECT_EQ(me_web(answer.cookie()).field("set-cookie").find("Max-Age"), std::string::npos);
}

TEST_P(World, ABrowserThatIsToRememberKeepsItsCookieForTheLifeOfTheSession) {
  add_user("ada@example.org", kPassword);
  const Json form = {{"email", "ada@example.org"}, {"password", kPassword}, {"remember", true}};
  const Answer answer = ask(Ask{"POST", "/api/v1/auth/login", form}.web());
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.field("set-cookie"),
            "opsflux_session=" + answer.cookie() + "; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict");
  EXPECT_NE(me_web(answer.cookie()).field("set-cookie").find("Max-Age=604800"), std::string::npos);
  const Answer refreshed =
      ask(Ask{"POST", "/api/v1/auth/refresh"}.web().with("Cookie", "opsflux_session=" + answer.cookie()));
  ASSERT_EQ(refreshed.status, 200) << refreshed.body;
  EXPECT_NE(refreshed.field("set-cookie").find("Max-Age=604800"), std::string::npos)
      << "rotation keeps it so";
  EXPECT_EQ(me_web(refreshed.cookie()).status, 200);
}

TEST_P(World, TheCookieIsForHttpsOnlyWhenTheServerIsReachedByHttps) {
  options_.public_url = "https://ops.example.org";
  restart();
  add_user("ada@example.org", kPassword);
  const Answer answer = log_in_web("ada@example.org", kPassword);
  EXPECT_EQ(answer.field("set-cookie"),
            "__Host-opsflux_session=" + answer.cookie() + "; Path=/; HttpOnly; SameSite=Strict; Secure");
  const auto with = [&](std::string name) {
    return ask(Ask{"GET", "/api/v1/auth/me"}.with("Cookie", name + "=" + answer.cookie()));
  };
  EXPECT_EQ(with("__Host-opsflux_session").status, 200);
  EXPECT_EQ(with("opsflux_session").code(), "identity.not_signed_in") << "anybody could have planted it";
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
  EXPECT_EQ(
      ask({"POST", "/api/v1/auth/login", {{"email", "a@b.fr"}, {"password", "x"}, {"remember", "y"}}}).code(),
      "identity.field_not_flag");
  EXPECT_EQ(
      ask({"POST", "/api/v1/auth/login", {{"email", "a@b.fr"}, {"password", "x"}, {"colour", "y"}}}).code(),
      "identity.field_unknown");
  EXPECT_EQ(
      ask({"POST", "/api/v1/auth/login", {{"email", "a@b"}, {"password", std::string(20'000, 'x')}}}).status,
      413);
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
      TRY(session.query_one("SELECT password_hash FROM identity_credential", {},
                            [&](const store::Row& row) { out = row.text(0); }));
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

// ---- users ----

TEST_P(World, AUserChangesHisOwnPreferences) {
  const User user = add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  const Answer changed =
      ask(Ask{"PATCH",
              "/api/v1/auth/me",
              {{"language", "fr"}, {"theme", "dark"}, {"density", "dense"}, {"name", " Ada L. "}}}
              .bearer(token));
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json()["user"]["name"], "Ada L.");
  const Json me_now = me(token).json()["user"];
  EXPECT_EQ(me_now["theme"], "dark");
  EXPECT_EQ(me_now["density"], "dense");
  EXPECT_EQ(count("SELECT version FROM identity_user"), 2);
  const Answer refused = ask(Ask{"PATCH", "/api/v1/auth/me", {{"theme", "pink"}}}.bearer(token));
  EXPECT_EQ(refused.json()["detail"],
            "«\u00a0pink\u00a0» n’est pas un choix possible\u00a0: auto, light, dark.")
      << "in the new language at once";
  EXPECT_EQ(ask(Ask{"PATCH", "/api/v1/auth/me", {{"role", "administrator"}}}.bearer(token)).code(),
            "identity.field_unknown");
}

TEST_P(World, AnAdministratorReplacesAPassword) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const User bob = add_user("bob@example.org", kPassword);
  const std::string admin = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string his = text_of(log_in("bob@example.org", kPassword), "access_token");
  const auto path = [](const std::string& id) { return "/api/v1/identity/users/" + id + "/password"; };
  const Json body = {{"password", "another horse eats"}};
  EXPECT_EQ(ask(Ask{"POST", path(ada.id), body}.bearer(his)).code(), "identity.not_permitted");
  EXPECT_EQ(ask({"POST", path(bob.id), body}).status, 401);
  EXPECT_EQ(ask(Ask{"POST", path("nobody"), body}.bearer(admin)).status, 404);
  EXPECT_EQ(ask(Ask{"POST", path(bob.id), {{"password", "short"}}}.bearer(admin)).json()["field"],
            "password");
  EXPECT_EQ(ask(Ask{"POST", path(bob.id), body}.bearer(admin)).status, 204);
  EXPECT_EQ(me(his).status, 401);
  EXPECT_EQ(log_in("bob@example.org", kPassword).status, 401);
  EXPECT_EQ(log_in("bob@example.org", "another horse eats").status, 200);
  EXPECT_EQ(ask(Ask{"POST", path(ada.id), body}.bearer(admin)).status, 204);
  EXPECT_EQ(me(admin).status, 200) << "who changes his own stays signed in";
  EXPECT_EQ(told("password.changed"), 2u);
}

TEST_P(World, AUserReplacesHisOwnPasswordWithTheCurrentOne) {
  add_user("ada@example.org", kPassword);
  const std::string here = text_of(log_in("ada@example.org", kPassword), "access_token");
  const std::string elsewhere = text_of(log_in("ada@example.org", kPassword), "access_token");
  const auto replace = [&](const std::string& current, const std::string& next) {
    return ask(
        Ask{"POST", "/api/v1/auth/password", {{"current_password", current}, {"new_password", next}}}.bearer(
            here));
  };
  EXPECT_EQ(
      ask({"POST", "/api/v1/auth/password", {{"current_password", kPassword}, {"new_password", "x"}}}).status,
      401);
  EXPECT_EQ(replace(kPassword, "short").json()["field"], "new_password");
  EXPECT_EQ(replace(kPassword, "short").code(), "identity.password_short");
  const Answer wrong = replace(kWrong, "another horse eats");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(wrong.code(), "identity.wrong_password");
  EXPECT_EQ(wrong.json()["field"], "current_password");
  EXPECT_EQ(replace(kPassword, "another horse eats").status, 204);
  EXPECT_EQ(me(here).status, 200);
  EXPECT_EQ(me(elsewhere).status, 401) << "whoever knew the old password is out";
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 401);
  EXPECT_EQ(log_in("ada@example.org", "another horse eats").status, 200);
  EXPECT_EQ(told("password.changed"), 1u);
  // An open session is no way to guess the password: two failures of this address are counted already.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(replace(kWrong, "yet another one").status, 422);
  EXPECT_EQ(replace("another horse eats", "yet another one").status, 429);
}

TEST_P(World, TheLastAdministratorStays) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const auto check = [&](const std::string& id) {
    return database_->write_now(
        [&](store::Transaction& transaction) { return Identity::keep_an_administrator(transaction, id); });
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

TEST_P(World, MigrationsCanBeUndone) {
  stop();
  database_.reopen();
  store::MigrationRunner runner(*database_, clock_);
  auto set = TestDatabase::must(
      store::MigrationSet::from_folder(kServices / "identity/migrations", database_->dialect()));
  const int all = *runner.down({"identity", false}, 0);
  EXPECT_GT(all, 1);
  EXPECT_EQ(*runner.up({"identity", false}, set), all);
}

}  // namespace opsflux::identity
