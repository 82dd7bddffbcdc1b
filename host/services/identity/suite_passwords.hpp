// Passwords, on either database: which are accepted, the meter, the history.
#pragma once

#include "host/services/identity/suite.hpp"

namespace opsflux::identity {

TEST_P(World, SetUpRefusesAPasswordThatIsEasyToGuess) {
  const std::string token = *identity_->prepare_setup();
  Json body = setup_body(token, "mabika@opsflux.example");
  for (const char* easy : {"password1", "mabika2026", "mabika-opsflux"}) {
    body["password"] = easy;
    const Answer answer = ask({"POST", "/api/v1/setup", body});
    EXPECT_EQ(answer.code(), "identity.password_weak") << easy;
    EXPECT_EQ(answer.json()["field"], "password");
  }
  EXPECT_EQ(identity_->create_first_administrator("mabika@opsflux.example", "mabika-opsflux").error().code,
            "identity.password_weak");
  EXPECT_EQ(count("SELECT count(*) FROM identity_user"), 0);
}

TEST_P(World, TheMeterJudgesLikeTheServerAndSaysWhy) {
  const User ada = add_user("mabika@opsflux.example", kPassword);
  const auto judged = [&](Json body, const std::string& token = "") {
    Ask ask_for{"POST", "/api/v1/auth/password/check", std::move(body)};
    return ask(token.empty() ? std::move(ask_for) : std::move(ask_for).bearer(token));
  };
  EXPECT_EQ(judged({{"password", "password"}}).json(), Json({{"score", 0},
                                                             {"acceptable", false},
                                                             {"reason", "identity.password_weak"},
                                                             {"hints", {"common"}}}));
  EXPECT_EQ(judged({{"password", "trois pirogues bleues"}}).json(),
            Json({{"score", 4}, {"acceptable", true}, {"reason", ""}, {"hints", Json::array()}}));
  EXPECT_EQ(judged({{"password", ""}}).json()["acceptable"], false);
  EXPECT_EQ(judged({{"password", "mabika-opsflux"}}).json()["acceptable"], true);
  const Json typed = {{"password", "mabika-opsflux"}, {"name", "Mabika"}, {"email", "x@opsflux.example"}};
  EXPECT_EQ(judged(typed).json()["hints"][0], "own");
  const std::string token = text_of(log_in(ada.email, kPassword), "access_token");
  EXPECT_EQ(judged({{"password", "mabika-opsflux"}}, token).json()["acceptable"], false);
  EXPECT_EQ(judged({{"password", 7}}).code(), "identity.field_not_text");
  Answer last;
  for (int i = 0; i < 60 && last.status != 429; ++i) last = judged({{"password", "x"}});
  EXPECT_EQ(last.code(), "identity.too_many_attempts");
  EXPECT_EQ(log_in(ada.email, kPassword).status, 200) << "the meter's limit is its own";
  clock_.advance(1min);
  EXPECT_EQ(judged({{"password", "x"}}).status, 200);
}

TEST_P(World, TheLastPasswordsDoNotComeBack) {
  options_.rules = [] { return SignInRules{.passwords = {.history = 2}}; };
  restart();
  const User ada = add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in(ada.email, kPassword), "access_token");
  const auto replace = [&](const std::string& current, const std::string& next) {
    clock_.advance(1s);
    return ask(
        Ask{"POST", "/api/v1/auth/password", {{"current_password", current}, {"new_password", next}}}.bearer(
            token));
  };
  const std::string second = "trois pirogues bleues", third = "quatre palmiers au vent",
                    fourth = "cinq calaos verts";
  const Answer same = replace(kPassword, kPassword);
  EXPECT_EQ(same.code(), "identity.password_used_before");
  EXPECT_EQ(same.json()["field"], "new_password");
  EXPECT_EQ(replace(kPassword, second).status, 204);
  EXPECT_EQ(replace(second, third).status, 204);
  EXPECT_EQ(replace(third, kPassword).code(), "identity.password_used_before");
  EXPECT_EQ(replace(third, fourth).status, 204);
  EXPECT_EQ(replace(fourth, second).code(), "identity.password_used_before");
  EXPECT_EQ(replace(fourth, kPassword).status, 204) << "two are remembered besides the current one";
  EXPECT_EQ(count("SELECT count(*) FROM identity_password_history"), 2);
}

TEST_P(World, AnAdministratorCannotTryOutWhatWasUsedBefore) {
  add_user("ada@example.org", kPassword, "administrator");
  const User bob = add_user("bob@example.org", "trois pirogues bleues");
  const std::string admin = text_of(log_in("ada@example.org", kPassword), "access_token");
  const auto set = [&](const std::string& password) {
    return ask(Ask{"POST", "/api/v1/identity/users/" + bob.id + "/password", {{"password", password}}}.bearer(
                   admin))
        .code();
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(set("bob@example.org"), "identity.password_weak");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(set("trois pirogues bleues"), "identity.password_used_before");
  EXPECT_EQ(set("trois pirogues bleues"), "identity.too_many_attempts");
}

}  // namespace opsflux::identity
