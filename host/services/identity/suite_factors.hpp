// Second factors, on either database: setting up, the steps of a log-in, what ends them.
#pragma once

#include "host/services/identity/factors/totp.hpp"
#include "host/services/identity/login/cookies.hpp"
#include "host/services/identity/suite.hpp"

namespace opsflux::identity {

inline std::string from_base32(const std::string& text) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    held = held << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xff);
    held &= (1u << bits) - 1;
  }
  return out;
}

class Factors : public World {
 protected:
  Answer post(const std::string& path, Json body, const std::string& token = "") {
    Ask ask_for{"POST", "/api/v1/auth/" + path, std::move(body)};
    return ask(token.empty() ? std::move(ask_for) : std::move(ask_for).bearer(token));
  }
  // What an application shows now.
  std::string code_of(const std::string& secret) { return *totp_code(secret, clock_.now() / 1'000'000'000); }
  // A user with an application; his codes on paper are in codes_.
  User protected_user(const std::string& email = "ada@example.org", const std::string& role = "user") {
    const User user = add_user(email, kPassword, role);
    const std::string token = text_of(log_in(email, kPassword), "access_token");
    const Answer begun = post("factors", {{"password", kPassword}, {"label", "Telephone"}}, token);
    EXPECT_EQ(begun.status, 201) << begun.body;
    secret_ = from_base32(text_of(begun, "secret"));
    const Answer done =
        post("factors/" + text_of(begun, "id") + "/confirm", {{"code", code_of(secret_)}}, token);
    EXPECT_EQ(done.status, 200) << done.body;
    codes_ = done.json()["backup_codes"].get<std::vector<std::string>>();
    clock_.advance(30s);
    return user;
  }
  std::string ticket_of(const std::string& email = "ada@example.org") {
    const Answer answer = log_in(email, kPassword);
    EXPECT_EQ(answer.status, 202) << answer.body;
    return text_of(answer, "login_token");
  }
  Answer give(const std::string& ticket, const std::string& code, const std::string& method = "totp") {
    return post("login/factor", {{"login_token", ticket}, {"method", method}, {"code", code}});
  }

  std::string secret_;
  std::vector<std::string> codes_;
};

TEST_P(Factors, AnApplicationIsSetUpAndAskedForFromThenOn) {
  protected_user();
  EXPECT_EQ(codes_.size(), 10u);
  const Answer half = log_in("ada@example.org", kPassword);
  EXPECT_EQ(half.status, 202);
  const Json body = half.json();
  EXPECT_EQ(body["step"], "factor");
  EXPECT_EQ(body["methods"], Json({"totp", "backup"}));
  EXPECT_FALSE(body.contains("access_token"));
  const std::string ticket = body["login_token"];
  EXPECT_TRUE(ticket.starts_with("oft_"));
  EXPECT_EQ(me(ticket).status, 401) << "a ticket is no session";
  EXPECT_EQ(count("SELECT count(*) FROM identity_session"), 1);
  const Answer in = give(ticket, code_of(secret_));
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(me(text_of(in, "access_token")).status, 200);
  EXPECT_EQ(give(ticket, code_of(secret_)).code(), "identity.login_over") << "a ticket serves once";
  EXPECT_EQ(told("factor.added"), 1u);
  EXPECT_EQ(told("login.succeeded"), 2u);
}

TEST_P(Factors, ACodeIsAcceptedOnceAlsoByTwoRequestsAtOnce) {
  protected_user();
  const std::string code = code_of(secret_);
  std::vector<std::string> tickets;
  for (int i = 0; i < 4; ++i) tickets.push_back(ticket_of());
  std::vector<int> statuses(tickets.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < tickets.size(); ++i)
    threads.emplace_back([&, i] { statuses[i] = give(tickets[i], code).status; });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 401), 3);
}

TEST_P(Factors, FiveWrongCodesEndTheTicketAndSlowTheAccountDown) {
  options_.throttle.limit = 7;
  restart();
  protected_user();
  const std::string ticket = ticket_of();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(give(ticket, "000000").code(), "identity.wrong_code");
  EXPECT_EQ(give(ticket, code_of(secret_)).code(), "identity.login_over");
  EXPECT_EQ(told("login.failed"), 5u);
  // A right password does not empty what wrong codes have filled.
  for (int i = 0; i < 2; ++i) EXPECT_EQ(give(ticket_of(), "000000").code(), "identity.wrong_code");
  sql("DELETE FROM identity_token");
  Answer refused;
  refused = log_in("ada@example.org", kPassword);
  EXPECT_EQ(refused.status, 429) << "all came from one address";
  clock_.advance(16min);
  EXPECT_EQ(give(ticket_of(), code_of(secret_)).status, 200);
}

TEST_P(Factors, ATicketEndsAfterTenMinutes) {
  protected_user();
  const std::string ticket = ticket_of();
  clock_.advance(10min);
  EXPECT_EQ(give(ticket, code_of(secret_)).code(), "identity.login_over");
  EXPECT_EQ(give("oft_nonsense", code_of(secret_)).code(), "identity.login_over");
  EXPECT_EQ(post("login/factor", {{"code", code_of(secret_)}}).code(), "identity.login_over");
  clock_.advance(25h);
  ticket_of();
  EXPECT_EQ(count("SELECT count(*) FROM identity_token"), 1) << "what is over for a day is swept";
}

TEST_P(Factors, EachBackupCodeServesOnceAndANewSetReplacesThem) {
  protected_user();
  std::string typed = codes_[3];
  for (char& c : typed) c = static_cast<char>(std::toupper(c));
  const Answer in = give(ticket_of(), typed, "backup");
  ASSERT_EQ(in.status, 200) << in.body;
  const std::string token = text_of(in, "access_token");
  EXPECT_EQ(give(ticket_of(), codes_[3], "backup").code(), "identity.wrong_code");
  EXPECT_EQ(ask(Ask{"GET", "/api/v1/auth/factors"}.bearer(token)).json()["backup_codes"], 9);
  EXPECT_EQ(post("backup-codes", {{"password", kWrong}}, token).code(), "identity.wrong_password");
  const Answer fresh = post("backup-codes", {{"password", kPassword}}, token);
  ASSERT_EQ(fresh.status, 201) << fresh.body;
  EXPECT_EQ(give(ticket_of(), codes_[4], "backup").code(), "identity.wrong_code");
  EXPECT_EQ(give(ticket_of(), fresh.json()["backup_codes"][0], "backup").status, 200);
  EXPECT_EQ(told("backup_codes.made"), 1u);
}

TEST_P(Factors, NeitherSecretsNorCodesStandInTheDatabase) {
  protected_user();
  EXPECT_EQ(count("SELECT count(*) FROM identity_factor WHERE sealed LIKE '%" + to_base32(secret_) + "%'"),
            0);
  for (const std::string& code : codes_)
    EXPECT_EQ(count("SELECT count(*) FROM identity_backup_code WHERE hash LIKE '%" + code + "%'"), 0);
  const std::string ticket = ticket_of();
  EXPECT_EQ(count("SELECT count(*) FROM identity_token WHERE secret_hash LIKE '%" + ticket + "%'"), 0);
  // A sealed secret that was moved to another row does not open.
  sql("UPDATE identity_factor SET id = 'moved'");
  EXPECT_EQ(give(ticket, code_of(secret_)).status, 500);
}

TEST_P(Factors, ABrowserHasItsTicketInACookieAndMayBeTrusted) {
  protected_user();
  const Answer half = log_in_web("ada@example.org", kPassword);
  EXPECT_EQ(half.status, 202);
  EXPECT_FALSE(half.json().contains("login_token"));
  EXPECT_EQ(half.cookie(), "");
  const std::string ticket = half.cookie(kTicketCookie);
  ASSERT_TRUE(ticket.starts_with("oft_"));
  EXPECT_NE(half.head.find("HttpOnly; SameSite=Strict"), std::string::npos);
  const auto typed = [&] {
    return Ask{"POST", "/api/v1/auth/login/factor", {{"code", code_of(secret_)}, {"trust_device", true}}}
        .cookie(ticket, kTicketCookie);
  };
  EXPECT_EQ(ask(typed()).code(), "identity.foreign_request");
  const Answer in = ask(typed().web());
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(me_web(in.cookie()).status, 200);
  EXPECT_NE(in.head.find(std::string(kTicketCookie) + "=;"), std::string::npos) << in.head;
  const std::string device = in.cookie(kDeviceCookie);
  const auto log_in_there = [&](const std::string& email) {
    return ask(Ask{"POST", "/api/v1/auth/login", {{"email", email}, {"password", kPassword}}}
                   .cookie(device, kDeviceCookie)
                   .web());
  };
  EXPECT_EQ(log_in_there("ada@example.org").status, 200);
  EXPECT_EQ(ask(Ask{"POST", "/api/v1/auth/login", {{"email", "ada@example.org"}, {"password", kWrong}}}
                    .cookie(device, kDeviceCookie)
                    .web())
                .status,
            401)
      << "never without the password";
  protected_user("bob@example.org");
  EXPECT_EQ(log_in_there("bob@example.org").status, 202) << "it is ada's";
  const Json devices = ask(Ask{"GET", "/api/v1/auth/devices"}.with(
                               "Cookie", std::string(kCookieName) + "=" + in.cookie() + "; " +
                                             std::string(kDeviceCookie) + "=" + device))
                           .json();
  ASSERT_EQ(devices["data"].size(), 1u);
  EXPECT_EQ(devices["data"][0]["current"], true);
  clock_.advance(24h * 91);
  sql("UPDATE identity_credential SET changed_at = $1", {format_utc(clock_.now())});
  EXPECT_EQ(log_in_there("ada@example.org").status, 202);
}

TEST_P(Factors, OverHttpsCookiesAreOfThisHostAloneAndPlainOnesAreNotRead) {
  options_.public_url = "https://ops.example.org";
  restart();
  protected_user();
  const std::string plain(kTicketCookie), guarded = "__Host-" + plain;
  const Answer half = log_in_web("ada@example.org", kPassword);
  EXPECT_EQ(half.cookie(plain), "");
  const std::string ticket = half.cookie(guarded);
  ASSERT_TRUE(ticket.starts_with("oft_")) << half.head;
  EXPECT_NE(half.head.find("; Path=/; Max-Age=600; HttpOnly; SameSite=Strict; Secure"), std::string::npos);
  const auto typed = [&](const std::string& name) {
    return ask(Ask{"POST", "/api/v1/auth/login/factor", {{"code", code_of(secret_)}, {"trust_device", true}}}
                   .cookie(ticket, name)
                   .web());
  };
  EXPECT_EQ(typed(plain).code(), "identity.login_over");
  const Answer in = typed(guarded);
  EXPECT_EQ(in.status, 200) << in.body;
  EXPECT_TRUE(in.cookie("__Host-" + std::string(kDeviceCookie)).starts_with("ofd_"));
}

TEST_P(Factors, ANewPasswordEndsTrustedDevicesAndHalfDoneLogIns) {
  const User ada = protected_user();
  const Answer half = log_in_web("ada@example.org", kPassword);
  const Answer in =
      ask(Ask{"POST", "/api/v1/auth/login/factor", {{"code", code_of(secret_)}, {"trust_device", true}}}
              .cookie(half.cookie(kTicketCookie), kTicketCookie)
              .web());
  ASSERT_EQ(in.status, 200);
  const std::string ticket = ticket_of();
  const Answer changed = ask(Ask{"POST",
                                 "/api/v1/auth/password",
                                 {{"current_password", kPassword}, {"new_password", "trois pirogues bleues"}}}
                                 .cookie(in.cookie())
                                 .web());
  ASSERT_EQ(changed.status, 204) << changed.body;
  clock_.advance(30s);
  EXPECT_EQ(give(ticket, code_of(secret_)).code(), "identity.login_over");
  EXPECT_EQ(count("SELECT count(*) FROM identity_device"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM identity_factor"), 1);
}

TEST_P(Factors, OneIsRemovedWithThePasswordByAnAdministratorOnlyFromOthers) {
  const User ada = protected_user();
  const std::string token = text_of(give(ticket_of(), code_of(secret_)), "access_token");
  const std::string id = ask(Ask{"GET", "/api/v1/auth/factors"}.bearer(token)).json()["factors"][0]["id"];
  EXPECT_EQ(post("factors/" + id + "/remove", {{"password", kWrong}}, token).code(),
            "identity.wrong_password");
  EXPECT_EQ(post("factors/x/remove", {{"password", kPassword}}, token).code(), "identity.factor_missing");
  EXPECT_EQ(post("factors/" + id + "/remove", {{"password", kPassword}}, token).status, 204);
  EXPECT_EQ(count("SELECT count(*) FROM identity_backup_code"), 0);
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
  EXPECT_EQ(post("backup-codes", {{"password", kPassword}}, token).code(), "identity.no_factor");

  const User bob = protected_user("bob@example.org");
  const User eve = add_user("eve@example.org", kPassword, "administrator");
  const std::string admin = text_of(log_in("eve@example.org", kPassword), "access_token");
  const auto strip = [&](const std::string& user, const std::string& by) {
    return ask(Ask{"DELETE", "/api/v1/identity/users/" + user + "/factors"}.bearer(by));
  };
  EXPECT_EQ(strip(bob.id, token).code(), "identity.not_permitted");
  EXPECT_EQ(strip(eve.id, admin).code(), "identity.own_factors");
  EXPECT_EQ(strip("nobody", admin).status, 404);
  EXPECT_EQ(strip(bob.id, admin).status, 204);
  EXPECT_EQ(log_in("bob@example.org", kPassword).status, 200);
  EXPECT_EQ(told("factor.removed"), 2u);
}

TEST_P(Factors, SettingUpNeedsThePasswordAndAFreshCode) {
  add_user("ada@example.org", kPassword);
  const std::string token = text_of(log_in("ada@example.org", kPassword), "access_token");
  EXPECT_EQ(post("factors", {{"password", kWrong}}, token).code(), "identity.wrong_password");
  EXPECT_EQ(post("factors", {{"password", kPassword}, {"label", std::string(61, 'x')}}, token).code(),
            "identity.name_long");
  const Answer first = post("factors", {{"password", kPassword}}, token);
  const Answer second = post("factors", {{"password", kPassword}}, token);
  const std::string secret = from_base32(text_of(second, "secret"));
  EXPECT_EQ(text_of(second, "uri").find("otpauth://totp/OpsFlux:ada%40example.org?secret="), 0u);
  EXPECT_GT(second.json()["qr"]["size"].get<int>(), 28);
  const auto confirm = [&](const Answer& begun, const std::string& code) {
    return post("factors/" + text_of(begun, "id") + "/confirm", {{"code", code}}, token).code();
  };
  EXPECT_EQ(confirm(first, "000000"), "identity.factor_missing") << "the newest counts";
  EXPECT_EQ(confirm(second, "000000"), "identity.wrong_code");
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200) << "not asked for before it was confirmed";
  clock_.advance(61min);
  const std::string later = text_of(log_in("ada@example.org", kPassword), "access_token");
  EXPECT_EQ(post("factors/" + text_of(second, "id") + "/confirm", {{"code", code_of(secret)}}, later).code(),
            "identity.not_enrolling");
}

TEST_P(Factors, AnObligedRoleSetsOneUpAtTheLogInAndCannotRemoveTheLast) {
  options_.rules = [] {
    return SignInRules{.passwords = {}, .factors = {.obliged_roles = {"administrator"}}};
  };
  restart();
  add_user("ada@example.org", kPassword, "administrator");
  add_user("bob@example.org", kPassword);
  EXPECT_EQ(log_in("bob@example.org", kPassword).status, 200);
  const Answer half = log_in("ada@example.org", kPassword);
  EXPECT_EQ(half.status, 202);
  EXPECT_EQ(half.json()["step"], "enrol");
  const Json ticket = {{"login_token", half.json()["login_token"]}};
  const auto with_code = [&](const std::string& code) {
    Json body = ticket;
    body["code"] = code;
    return body;
  };
  EXPECT_EQ(post("login/factor", with_code("000000")).code(), "identity.other_step");
  EXPECT_EQ(post("login/enrol/confirm", with_code("000000")).code(), "identity.not_enrolling");
  const Answer begun = post("login/enrol", ticket);
  ASSERT_EQ(begun.status, 201) << begun.body;
  secret_ = from_base32(text_of(begun, "secret"));
  EXPECT_EQ(post("login/enrol/confirm", with_code("000000")).status, 422);
  const Answer in = post("login/enrol/confirm", with_code(code_of(secret_)));
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.json()["backup_codes"].size(), 10u);
  const std::string token = text_of(in, "access_token");
  clock_.advance(30s);
  EXPECT_EQ(give(ticket_of(), code_of(secret_)).status, 200);
  const Json all = ask(Ask{"GET", "/api/v1/auth/factors"}.bearer(token)).json();
  EXPECT_EQ(all["required"], true);
  const std::string id = all["factors"][0]["id"];
  EXPECT_EQ(post("factors/" + id + "/remove", {{"password", kPassword}}, token).code(),
            "identity.factor_required");
  EXPECT_EQ(count("SELECT count(*) FROM identity_factor"), 1);
}

TEST_P(Factors, AnExpiredOrTemporaryPasswordIsReplacedAtTheLogIn) {
  const User ada = protected_user();
  add_user("eve@example.org", kPassword, "administrator");
  clock_.advance(24h * 91);
  const std::string ticket = ticket_of();
  const Answer next = give(ticket, code_of(secret_));
  EXPECT_EQ(next.status, 202);
  EXPECT_EQ(next.json()["step"], "password");
  EXPECT_EQ(next.json()["reason"], "expired");
  const auto replace = [&](const std::string& with, const std::string& password) {
    return post("login/password", {{"login_token", with}, {"new_password", password}});
  };
  EXPECT_EQ(replace(ticket, kPassword).code(), "identity.password_used_before");
  EXPECT_EQ(replace(ticket, "password1").json()["field"], "new_password");
  const Answer in = replace(ticket, "trois pirogues bleues");
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(me(text_of(in, "access_token")).status, 200);
  EXPECT_EQ(told("password.changed"), 1u);

  sql("UPDATE identity_credential SET changed_at = $1", {format_utc(clock_.now())});
  const std::string admin = text_of(log_in("eve@example.org", kPassword), "access_token");
  const User bob = add_user("bob@example.org", kPassword);
  ASSERT_EQ(ask(Ask{"POST",
                    "/api/v1/identity/users/" + bob.id + "/password",
                    {{"password", "quatre palmiers au vent"}, {"temporary", true}}}
                    .bearer(admin))
                .status,
            204);
  const Answer half = log_in("bob@example.org", "quatre palmiers au vent");
  EXPECT_EQ(half.status, 202);
  EXPECT_EQ(half.json()["reason"], "temporary");
  EXPECT_EQ(replace(half.json()["login_token"], "cinq calaos verts").status, 200);
  EXPECT_EQ(log_in("bob@example.org", "cinq calaos verts").status, 200);
}

TEST_P(Factors, OtherParametersOfTheHashMakeNoPasswordYounger) {
  add_user("ada@example.org", kPassword);
  clock_.advance(24h * 89);
  options_.passwords.passes = 2;
  restart();
  EXPECT_EQ(log_in("ada@example.org", kPassword).status, 200);
  clock_.advance(24h * 2);
  EXPECT_EQ(log_in("ada@example.org", kPassword).json()["reason"], "expired");
  EXPECT_EQ(count("SELECT count(*) FROM identity_password_history"), 0);
}

TEST_P(Factors, WhoIsMadeInactiveDoesNotGetThroughWithATicket) {
  const User ada = protected_user();
  const std::string ticket = ticket_of();
  sql("UPDATE identity_user SET active = $2 WHERE id = $1", {ada.id, "0"});
  EXPECT_EQ(give(ticket, code_of(secret_)).code(), "identity.login_over");
}

}  // namespace opsflux::identity
