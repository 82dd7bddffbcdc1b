// Attacks on the way in, against the real program: guessing from many addresses, forged and foreign tokens,
// a session set beforehand, requests of other sites, secrets that would stay behind.
#include <gtest/gtest.h>
#include <sodium.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class Attacks : public ::testing::Test {
 protected:
  void start(Environment more = {}) {
    more["OPSFLUX_NETWORK_TRUSTED_PROXIES"] = "127.0.0.1";
    in_.start(more);
  }
  Answer log_in(const std::string& email, const std::string& password, const std::string& address,
                std::vector<std::pair<std::string, std::string>> more = {}) const {
    more.emplace_back("X-Forwarded-For", address);
    more.emplace_back("Content-Type", "application/json");
    return send_to(in_.port(),
                   {"POST", "/api/v1/auth/login", to_text({{"email", email}, {"password", password}}), more});
  }
  std::string made_user(const std::string& email) const {
    const Answer made =
        in_.post("/api/v1/identity/users", {{"email", email}, {"name", email}, {"role", "user"}});
    const std::string id = get_string_or(made.json(), "id", "");
    EXPECT_EQ(in_.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}}).status / 100,
              2);
    return id;
  }
  Instance in_;
};

TEST_F(Attacks, GuessingOnePasswordFromManyAddressesIsSlowedDown) {
  start();
  made_user("ada@example.org");
  std::atomic<int> judged = 0, refused = 0;
  std::vector<std::thread> attackers;
  for (int network = 0; network < 4; ++network)
    attackers.emplace_back([&, network] {
      for (int host = 1; host <= 50; ++host) {
        const Answer answer = log_in("ada@example.org", "guess " + std::to_string(host),
                                     "198.51." + std::to_string(network) + "." + std::to_string(host));
        if (answer.code() == "identity.wrong_credentials") ++judged;
        if (answer.status == 429) ++refused;
      }
    });
  for (std::thread& attacker : attackers) attacker.join();
  EXPECT_EQ(judged, 5) << "more passwords were tried than the limit says";
  EXPECT_EQ(refused, 195);
  const Answer late = log_in("ada@example.org", kPassword, "203.0.113.9");
  EXPECT_EQ(late.status, 429) << "the right one does not get through by chance either";
  EXPECT_NE(late.field("retry-after"), "");
  EXPECT_EQ(log_in(kAdminEmail, kPassword, "203.0.113.9").status, 200) << "others are let in";
}

TEST_F(Attacks, TryingOnePasswordOnManyAccountsIsSlowedDown) {
  start();
  int judged = 0;
  for (int i = 0; i < 30; ++i)
    if (log_in("user" + std::to_string(i) + "@example.org", "summer 2026", "198.51.100.7").code() ==
        "identity.wrong_credentials")
      ++judged;
  EXPECT_EQ(judged, 5);
  // An IPv6 subscriber has 2^64 addresses, and counts as one.
  judged = 0;
  for (int i = 0; i < 30; ++i)
    if (log_in("user" + std::to_string(i) + "@example.org", "summer 2026",
               "2001:db8:7:7::" + std::to_string(i + 1))
            .code() == "identity.wrong_credentials")
      ++judged;
  EXPECT_EQ(judged, 5);
}

std::string base64_url(std::string_view text) {
  std::string out(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  out.resize(out.find('\0') == std::string::npos ? out.size() : out.find('\0'));
  return out;
}

// There is no token here that says anything; those of systems where they do are strange texts.
TEST_F(Attacks, TokensThatSaySomethingOfThemselvesAreUnknown) {
  start();
  const std::string id = in_.get("/api/v1/auth/me").json()["user"]["id"];
  const auto jwt = [&](const Json& head, const std::string& signature) {
    return base64_url(to_text(head)) + "." +
           base64_url(to_text({{"sub", id}, {"role", "administrator"}, {"exp", 4102444800}})) + "." +
           signature;
  };
  for (const std::string& token :
       {jwt({{"alg", "none"}}, ""), jwt({{"alg", "HS256"}}, base64_url("secret")),
        jwt({{"alg", "HS256"}, {"kid", "../../instance.key"}}, base64_url("secret")),
        jwt({{"alg", "RS256"}, {"jku", "http://127.0.0.1/keys"}}, base64_url("signature")), id, "ofa_" + id,
        in_.token() + "." + in_.token(), "ofx_" + std::string(46, '0'), "ofa_" + std::string(100'000, 'A')}) {
    const Answer answer = in_.as(token, "GET", "/api/v1/auth/me");
    EXPECT_TRUE(answer.status == 401 || answer.status == 431) << token.substr(0, 60) << " " << answer.text();
  }
  Instance other;
  other.start();
  EXPECT_EQ(other.as(in_.token(), "GET", "/api/v1/auth/me").status, 401) << "of another instance";
}

TEST_F(Attacks, ASessionSetBeforehandBecomesNobodys) {
  start();
  const Answer attacker = log_in(kAdminEmail, kPassword, "203.0.113.9", {{"X-Opsflux-Client", "web"}});
  const std::string planted = attacker.field("set-cookie").substr(0, attacker.field("set-cookie").find(';'));
  ASSERT_NE(planted, "");
  made_user("ada@example.org");
  const Answer victim = log_in("ada@example.org", kPassword, "203.0.113.10",
                               {{"X-Opsflux-Client", "web"}, {"Cookie", planted}});
  ASSERT_EQ(victim.status, 200) << victim.text();
  EXPECT_NE(victim.field("set-cookie").substr(0, planted.size()), planted) << "the log-in makes its own";
  const Answer with_planted = send_to(in_.port(), {"GET", "/api/v1/auth/me", "", {{"Cookie", planted}}});
  EXPECT_EQ(with_planted.status, 401) << "and what was there before is over";
  // A value that nobody gave out is not taken over either.
  const std::string made_up = "opsflux_session=ofb_" + std::string(86, 'A');
  const Answer again = log_in("ada@example.org", kPassword, "203.0.113.10",
                              {{"X-Opsflux-Client", "web"}, {"Cookie", made_up}});
  EXPECT_EQ(again.field("set-cookie").find(made_up), std::string::npos);
}

TEST_F(Attacks, OtherSitesPagesCannotActWithTheBrowsersSession) {
  start();
  const Answer in = log_in(kAdminEmail, kPassword, "203.0.113.9", {{"X-Opsflux-Client", "web"}});
  const std::string cookie = in.field("set-cookie").substr(0, in.field("set-cookie").find(';'));
  EXPECT_NE(in.field("set-cookie").find("SameSite=Strict"), std::string::npos) << in.head;
  EXPECT_NE(in.field("set-cookie").find("HttpOnly"), std::string::npos) << in.head;
  const std::string body =
      to_text({{"email", "eve@example.org"}, {"name", "Eve"}, {"role", "administrator"}});
  const auto create = [&](std::vector<std::pair<std::string, std::string>> fields) {
    fields.emplace_back("Cookie", cookie);
    return send_to(in_.port(), {"POST", "/api/v1/identity/users", body, fields});
  };
  using Fields = std::vector<std::pair<std::string, std::string>>;
  for (const Fields& fields :
       {Fields{{"Content-Type", "application/json"}}, Fields{{"Content-Type", "text/plain"}},
        Fields{{"Content-Type", "application/x-www-form-urlencoded"}},
        Fields{{"Content-Type", "application/json"},
               {"X-Opsflux-Client", "web"},
               {"Origin", "https://evil.example"}},
        Fields{{"Content-Type", "application/json"}, {"X-Opsflux-Client", "web"}, {"Origin", "null"}}})
    EXPECT_EQ(create(fields).code(), "identity.foreign_request");
  EXPECT_EQ(in_.get("/api/v1/identity/users").json()["meta"]["total"], 1);
  EXPECT_EQ(create({{"Content-Type", "application/json"}, {"X-Opsflux-Client", "web"}}).status, 201);
}

// What a person types or holds is afterwards in no file of the server, as itself.
TEST_F(Attacks, SecretsStayNowhereInTheClear) {
  start({{"OPSFLUX_LOG_LEVEL", "debug"}});
  const std::string secret = "seventeen quiet harbours";
  const std::string id = made_user("ada@example.org");
  EXPECT_EQ(in_.post("/api/v1/identity/users/" + id + "/password", {{"password", secret}}).status / 100, 2);
  const Answer in = log_in("ada@example.org", secret, "203.0.113.9");
  const std::string access = get_string_or(in.json(), "access_token", ""),
                    renewal = get_string_or(in.json(), "refresh_token", "");
  log_in("ada@example.org", secret + " typed wrong", "203.0.113.9");
  in_.as(access, "GET", "/api/v1/auth/me");
  ASSERT_EQ(in_.stop(), 0);
  const auto absent = [&](const std::string& text, const std::string& where) {
    for (const std::string& word : {secret, access, renewal, in_.token()})
      EXPECT_EQ(text.find(word), std::string::npos) << word.substr(0, 8) << "… stands in " << where;
  };
  absent(in_.log(), "the log");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(in_.data())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    absent({std::istreambuf_iterator<char>(file), {}}, entry.path().filename().string());
  }
}

}  // namespace
}  // namespace opsflux::system_test
