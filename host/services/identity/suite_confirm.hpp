// What asks for a new proof of who one is, and seeing as another person, on either database.
#pragma once

#include "host/services/identity/suite_factors.hpp"

namespace opsflux::identity {

class Proofs : public Factors {
 protected:
  // A browser: its cookie is followed.
  struct Browser {
    std::string secret;
  };
  Browser browser_of(const std::string& email) {
    const Answer in = log_in_web(email, kPassword);
    EXPECT_EQ(in.status, 200) << in.body;
    return {in.cookie()};
  }
  Answer by(Browser& browser, const std::string& method, const std::string& path, Json body = nullptr) {
    Answer answer = ask(Ask{method, path, std::move(body)}.cookie(browser.secret).web());
    if (const std::string next = answer.cookie(); !next.empty()) browser.secret = next;
    return answer;
  }
  Answer see_as(Browser& browser, const User& user, const char* how = "see-as") {
    return by(browser, "POST", "/api/v1/identity/users/" + user.id + "/" + how);
  }
  Json me_of(Browser& browser) { return by(browser, "GET", "/api/v1/auth/me").json(); }
};

TEST_P(Proofs, WhatIsDangerousAsksAnewAfterAWhile) {
  add_user("ada@example.org", kPassword, "administrator");
  const User bob = add_user("bob@example.org", kPassword);
  Browser ada = browser_of("ada@example.org");
  clock_.advance(11min);
  const Answer refused = see_as(ada, bob);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "identity.confirm_needed");
  const Json state = by(ada, "GET", "/api/v1/auth/confirm").json();
  EXPECT_EQ(state["confirmed"], false);
  EXPECT_EQ(state["methods"], Json({"password"}));

  const Answer wrong = by(ada, "POST", "/api/v1/auth/confirm", {{"password", "wrong password"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(see_as(ada, bob).code(), "identity.confirm_needed");
  EXPECT_EQ(by(ada, "POST", "/api/v1/auth/confirm", {{"password", kPassword}}).status, 204);
  EXPECT_EQ(told("session.confirmed"), 1u);
  EXPECT_EQ(see_as(ada, bob).status, 204);
}

TEST_P(Proofs, ABrowserHasAnotherSecretAfterTheProof) {
  add_user("ada@example.org", kPassword, "administrator");
  Browser ada = browser_of("ada@example.org");
  const std::string before = ada.secret;
  EXPECT_EQ(by(ada, "POST", "/api/v1/auth/confirm", {{"password", kPassword}}).status, 204);
  EXPECT_NE(ada.secret, before);
  clock_.advance(31s);
  EXPECT_EQ(me_web(ada.secret).status, 200);
  EXPECT_EQ(me_web(before).status, 401) << "whoever holds the one from before holds nothing";
}

TEST_P(Proofs, ACodeIsAskedForWhereThereIsASecondFactorAndThePasswordIsNotEnough) {
  protected_user("ada@example.org", "administrator");
  const User bob = add_user("bob@example.org", kPassword);
  const Answer in = give(ticket_of(), code_of(secret_));
  const std::string token = text_of(in, "access_token");
  clock_.advance(11min);
  EXPECT_EQ(post("confirm", {{"password", kPassword}}, token).status, 422);
  EXPECT_EQ(post("confirm", {{"code", "000000"}}, token).code(), "identity.wrong_code");
  const std::string code = code_of(secret_);
  EXPECT_EQ(post("confirm", {{"code", code}}, token).status, 204);
  EXPECT_EQ(post("confirm", {{"code", code}}, token).code(), "identity.wrong_code") << "it served once";
  EXPECT_EQ(post("confirm", {{"method", "backup"}, {"code", codes_[0]}}, token).status, 204);
  EXPECT_EQ(ask(Ask{"POST", "/api/v1/identity/users/" + bob.id + "/see-as"}.bearer(token)).status, 204);
}

TEST_P(Proofs, ThatAreWrongAreCountedAsFailedLogIns) {
  add_user("ada@example.org", kPassword);
  Browser ada = browser_of("ada@example.org");
  for (int i = 0; i < 5; ++i) by(ada, "POST", "/api/v1/auth/confirm", {{"password", "wrong password"}});
  EXPECT_EQ(by(ada, "POST", "/api/v1/auth/confirm", {{"password", kPassword}}).status, 429);
}

TEST_P(Proofs, OneSeesAsAnotherAndChangesNothing) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const User bob = add_user("bob@example.org", kPassword);
  Browser browser = browser_of(ada.email);
  ASSERT_EQ(see_as(browser, bob).status, 204);
  const Json me = me_of(browser);
  EXPECT_EQ(me["user"]["id"], bob.id);
  EXPECT_EQ(me["seen_by"]["name"], ada.name);
  EXPECT_EQ(me["seen_by"]["writes"], false);
  EXPECT_EQ(by(browser, "GET", "/api/v1/identity/users/x/sessions").status, 403) << "Bob may not";
  EXPECT_EQ(by(browser, "PATCH", "/api/v1/auth/me", {{"name", "Bo"}}).code(), "identity.seeing_only");
  EXPECT_EQ(by(browser, "GET", "/api/v1/auth/sessions").code(), "identity.seeing_only");
  EXPECT_EQ(by(browser, "GET", "/api/v1/auth/factors").code(), "identity.seeing_only");
  EXPECT_EQ(by(browser, "POST", "/api/v1/auth/confirm", {{"password", kPassword}}).code(),
            "identity.seeing_only");
  EXPECT_EQ(told("see_as.begun"), 1u);

  EXPECT_EQ(by(browser, "DELETE", "/api/v1/auth/see-as").status, 204);
  EXPECT_EQ(me_of(browser)["user"]["id"], ada.id);
  EXPECT_EQ(me_of(browser)["seen_by"], nullptr);
  EXPECT_EQ(told("see_as.ended"), 1u);
}

TEST_P(Proofs, SeeingAsAnotherEndsByItselfAndOutlivesARestartUntilThen) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const User bob = add_user("bob@example.org", kPassword);
  Browser browser = browser_of(ada.email);
  ASSERT_EQ(see_as(browser, bob).status, 204);
  clock_.advance(29min);
  restart();
  EXPECT_EQ(me_of(browser)["user"]["id"], bob.id);
  clock_.advance(2min);
  EXPECT_EQ(me_of(browser)["user"]["id"], ada.id);
  restart();
  EXPECT_EQ(me_of(browser)["user"]["id"], ada.id);
}

TEST_P(Proofs, NobodySeesAsWhoMayDoMoreOrIsClosed) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const User eve = add_user("eve@example.org", kPassword, "administrator");
  User bob = add_user("bob@example.org", kPassword);
  Browser browser = browser_of(ada.email);
  EXPECT_EQ(see_as(browser, eve).code(), "identity.see_as_administrator");
  EXPECT_EQ(see_as(browser, ada).code(), "identity.see_as_oneself");
  EXPECT_EQ(by(browser, "POST", "/api/v1/identity/users/x/see-as").status, 404);
  Browser of_bob = browser_of(bob.email);
  EXPECT_EQ(see_as(of_bob, ada).code(), "identity.not_permitted");

  ASSERT_EQ(see_as(browser, bob).status, 204);
  bob.active = false;
  identity_->sessions().user_changed(bob);
  EXPECT_EQ(me_of(browser)["user"]["id"], ada.id) << "closed meanwhile";
}

TEST_P(Proofs, WhoActsAsAnotherStillReachesNothingOfHisAccount) {
  const User ada = add_user("ada@example.org", kPassword, "administrator");
  const User bob = add_user("bob@example.org", kPassword);
  Browser browser = browser_of(ada.email);
  ASSERT_EQ(see_as(browser, bob, "act-as").status, 204);
  EXPECT_EQ(me_of(browser)["seen_by"]["writes"], true);
  EXPECT_EQ(by(browser, "PATCH", "/api/v1/auth/me", {{"name", "Bo"}}).code(), "identity.seeing_only");
  EXPECT_EQ(see_as(browser, ada).code(), "identity.seeing_only") << "from one to the next";
  EXPECT_EQ(told("act_as.begun"), 1u);
  EXPECT_EQ(by(browser, "POST", "/api/v1/auth/logout").status, 204);
  EXPECT_EQ(me_web(browser.secret).status, 401);
}

}  // namespace opsflux::identity
