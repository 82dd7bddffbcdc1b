// Privacy through the whole server: documents that come first, a copy of one's data, an erasure.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

const Json kCharter = {{"kind", "charter"},
                       {"required", true},
                       {"texts", {{"en", {{"title", "Charter"}, {"body", "Be kind."}}}}}};

class PrivacyOfPeople : public ::testing::Test {
 protected:
  void SetUp() override {
    in.start();
    const Answer made = in.post(
        "/api/v1/identity/users",
        {{"email", "ada@example.org"}, {"name", "Ada Lovelace"}, {"role", "user"}, {"language", "en"}});
    ASSERT_EQ(made.status, 201) << made.text();
    user_ = made.json()["id"].get<std::string>();
    ASSERT_EQ(in.post("/api/v1/identity/users/" + user_ + "/password", {{"password", kPassword}}).status,
              204);
    ada_ = in.log_in("ada@example.org", kPassword);
  }
  Answer ada(const std::string& method, const std::string& path, const Json& body = nullptr) {
    return in.as(ada_, method, "/api/v1" + path, body);
  }

  Instance in;
  std::string user_, ada_;
};

TEST_F(PrivacyOfPeople, LetNobodyByARequiredDocument) {
  ASSERT_EQ(ada("GET", "/preferences").status, 200);
  ASSERT_EQ(in.post("/api/v1/privacy/versions", kCharter).status, 201);
  for (const auto& [method, path] : {std::pair{"GET", "/preferences"},
                                     {"PATCH", "/auth/me"},
                                     {"GET", "/auth/devices"},
                                     {"POST", "/privacy/export"},
                                     {"GET", "/events"},
                                     {"GET", "/identity/groups"}}) {
    const Answer refused = ada(method, path, std::string(method) == "GET" ? Json() : Json::object());
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_EQ(refused.code(), "privacy.consent_needed") << path;
  }
  EXPECT_EQ(in.get("/api/v1/identity/users").code(), "privacy.consent_needed") << "nor administrators";
  EXPECT_EQ(ada("GET", "/auth/me").status, 200);
  EXPECT_EQ(ada("GET", "/app").status, 200);
  const Answer documents = ada("GET", "/privacy/documents");
  ASSERT_EQ(documents.status, 200);
  EXPECT_EQ(documents.json()["data"][0]["title"], "Charter");
  EXPECT_EQ(documents.json()["data"][0]["pending"], true);
  EXPECT_EQ(ada("POST", "/privacy/consents", {{"kind", "charter"}, {"version", 2}, {"given", true}}).status,
            409);
  EXPECT_EQ(ada("POST", "/privacy/consents", {{"kind", "charter"}}).status, 422);
  ASSERT_EQ(ada("POST", "/privacy/consents", {{"kind", "charter"}, {"version", 1}, {"given", true}}).status,
            200);
  EXPECT_EQ(ada("GET", "/preferences").status, 200);
  ASSERT_EQ(in.stop(), 0);
  in.start();
  ada_ = in.log_in("ada@example.org", kPassword);
  EXPECT_EQ(ada("GET", "/preferences").status, 200) << "it was given before";
  ASSERT_EQ(
      in.post("/api/v1/privacy/consents", {{"kind", "charter"}, {"version", 1}, {"given", true}}).status,
      200);
  ASSERT_EQ(in.post("/api/v1/privacy/versions", kCharter).status, 201);
  EXPECT_EQ(ada("GET", "/preferences").code(), "privacy.consent_needed") << "a new version";
  EXPECT_EQ(ada("POST", "/auth/logout").status, 204);
}

TEST_F(PrivacyOfPeople, GiveACopyOfTheirData) {
  const Answer asked = ada("POST", "/privacy/export");
  ASSERT_EQ(asked.status, 202) << asked.text();
  EXPECT_EQ(ada("POST", "/privacy/export").status, 429);
  const std::string file = "/privacy/requests/" + asked.json()["id"].get<std::string>() + "/file";
  Answer got = ada("GET", file);
  for (int i = 0; i < 200 && got.status != 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    got = ada("GET", file);
  }
  ASSERT_EQ(got.status, 200) << got.text() << ada("GET", "/privacy/requests").text();
  EXPECT_EQ(got.body.substr(0, 2), "PK");
  EXPECT_NE(got.body.find("profile.json"), std::string::npos);
  EXPECT_EQ(in.get("/api/v1" + file).status, 404) << "not even for administrators";
  EXPECT_EQ(in.anonymous("GET", "/api/v1" + file).status, 401);
}

TEST_F(PrivacyOfPeople, AreErasedAfterTheirWait) {
  EXPECT_EQ(ada("POST", "/privacy/erasure", {{"email", "bob@example.org"}}).code(), "privacy.not_confirmed");
  const Answer asked = ada("POST", "/privacy/erasure", {{"email", "ada@example.org"}});
  ASSERT_EQ(asked.status, 202) << asked.text();
  EXPECT_EQ(ada("GET", "/auth/me").status, 401) << "every session ends";
  EXPECT_EQ(
      in.anonymous("POST", "/api/v1/auth/login", {{"email", "ada@example.org"}, {"password", kPassword}})
          .status,
      401);
  EXPECT_EQ(in.get("/api/v1/identity/users/" + user_).json()["status"], "archived");
  const std::string id = asked.json()["id"].get<std::string>();
  EXPECT_EQ(in.as(in.token(), "DELETE", "/api/v1/privacy/erasures/" + id).status, 204);
  EXPECT_FALSE(in.log_in("ada@example.org", kPassword).empty()) << "undone";
  EXPECT_EQ(in.get("/api/v1/identity/users/" + user_).json()["status"], "active");
  ASSERT_EQ(in.post("/api/v1/privacy/erasures", {{"user", user_}, {"email", "ada@example.org"}}).status, 202);
  ASSERT_EQ(in.stop(), 0);
  in.sql("UPDATE privacy_request SET due_at = '2026-01-01T00:00:00Z' WHERE state = 'waiting'");
  in.start();
  for (int i = 0; i < 200 && in.sql("SELECT state FROM privacy_request WHERE state = 'done'").empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const Answer erasures = in.get("/api/v1/privacy/erasures");
  ASSERT_EQ(erasures.status, 200);
  EXPECT_EQ(erasures.json()["data"][0]["state"], "done") << erasures.text();
  const Answer user = in.get("/api/v1/identity/users/" + user_);
  EXPECT_EQ(user.text().find("Lovelace"), std::string::npos) << user.text();
  EXPECT_EQ(in.sql("SELECT count(*) FROM identity_credential WHERE user_id = '" + user_ + "'"), "0\n");
  EXPECT_EQ(in.sql("SELECT count(*) FROM identity_session WHERE user_id = '" + user_ + "'"), "0\n");
  ASSERT_EQ(in.stop(), 0);
  EXPECT_EQ(in.cli({"audit", "verify"}).exit_code, 0) << "the trail holds";
}

TEST_F(PrivacyOfPeople, KeepTheLastAdministrator) {
  const Answer refused = in.post("/api/v1/privacy/erasure", {{"email", kAdminEmail}});
  EXPECT_EQ(refused.status, 409) << refused.text();
  EXPECT_EQ(refused.code(), "identity.last_administrator");
  EXPECT_EQ(in.get("/api/v1/privacy/erasures").json()["data"].size(), 0u);
}

TEST_F(PrivacyOfPeople, SeeWhoReadTheirRecord) {
  ASSERT_EQ(in.get("/api/v1/identity/users/" + user_).status, 200);
  ASSERT_EQ(in.as(in.token(), "PATCH", "/api/v1/identity/users/" + user_, {{"name", "Ada King"}}).status,
            200);
  Json rows;
  for (int i = 0; i < 100; ++i) {
    rows = ada("GET", "/privacy/access-log").json()["data"];
    if (rows.size() >= 3) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::string actions;
  for (const Json& row : rows) actions += row["action"].get<std::string>() + " ";
  EXPECT_NE(actions.find("updated"), std::string::npos) << actions;
  EXPECT_NE(actions.find("read"), std::string::npos) << actions;
  EXPECT_EQ(ada("GET", "/privacy/access-log?page=0").status, 400);
}

// A table about people that nobody names is in no copy and outlives its person.
TEST_F(PrivacyOfPeople, CoverEveryTableAboutThem) {
  const std::string found =
      on_postgresql()
          ? in.sql(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'user_id' AND "
                "table_schema = 'public' ORDER BY 1")
          : in.sql(
                "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' "
                "AND c.name = 'user_id' ORDER BY 1");
  EXPECT_EQ(
      found,
      "core_lock\ncore_mark\ncore_preference\ncore_reaction\nidentity_backup_code\nidentity_credential\n"
      "identity_device\nidentity_factor\nidentity_known_device\nidentity_password_history\nidentity_"
      "presence\n"
      "identity_session\nprivacy_consent\nprivacy_request\n")
      << "name new ones in person_tables() of host/cli/privacy_wiring.cpp";
}

}  // namespace
}  // namespace opsflux::system_test
