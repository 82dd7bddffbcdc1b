// The audit trail over HTTP: that all is in it, with whom and from where, and that it can be asked.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

Json rows(const Instance& in, const std::string& parameters = "?page_size=200") {
  return in.get("/api/v1/audit" + parameters).json();
}

std::string log_in_with(const Instance& in, const std::string& email, const std::string& password) {
  const Answer answer =
      in.request("POST", "/api/v1/auth/login", to_text({{"email", email}, {"password", password}}),
                 {{"User-Agent", "Probe/1.0"}});
  return answer.status == 200 ? get_string_or(answer.json(), "access_token", "") : answer.code();
}

Answer act(const Instance& in, const std::string& method, const std::string& path,
           const Json& body = nullptr) {
  return in.request(method, path, body.is_null() ? "" : to_text(body), {{"User-Agent", "Probe/1.0"}});
}

// Rows that are written after the answer that they are about, such as those of the installer's last stage.
Json eventually(const Instance& in, const std::string& filter) {
  for (int i = 0; i < 100; ++i) {
    Json found = rows(in, "?filter=" + filter)["data"];
    if (!found.empty()) return found;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return Json::array();
}

TEST(AuditTrail, HasAllThatPeopleDoWithWhomAndFromWhere) {
  Instance in;
  in.start();
  const std::string first = log_in_with(in, kAdminEmail, kPassword);
  in.set_token(first);
  in.install("fleet_1_0");
  const Json vehicle = in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}}).json();
  const std::string path = "/api/v1/fleet/vehicles/" + get_string_or(vehicle, "id", "");
  ASSERT_EQ(act(in, "PATCH", path, {{"plate", "AB-2"}}).status, 200);
  ASSERT_EQ(in.get("/api/v1/fleet/vehicles/export").status, 200);
  ASSERT_EQ(act(in, "DELETE", path).status, 204);
  ASSERT_EQ(act(in, "POST", path + "/restore").status, 200);
  const Json user = in.post("/api/v1/identity/users", {{"email", "user@example.org"},
                                                       {"name", "User"},
                                                       {"role", "user"},
                                                       {"language", "en"},
                                                       {"active", true}})
                        .json();
  const std::string user_path = "/api/v1/identity/users/" + get_string_or(user, "id", "");
  ASSERT_EQ(act(in, "POST", user_path + "/password", {{"password", kPassword}}).status, 204);
  ASSERT_EQ(act(in, "PATCH", user_path, {{"role", "administrator"}}).status, 200);
  ASSERT_EQ(act(in, "PATCH", "/api/v1/auth/me", {{"theme", "dark"}}).status, 200);
  ASSERT_EQ(act(in, "PATCH", "/api/v1/audit/settings", {{"deletions", 7}}).status, 200);
  EXPECT_EQ(log_in_with(in, "user@example.org", "wrong horse"), "identity.wrong_credentials");
  EXPECT_EQ(log_in_with(in, "nobody@example.org", "wrong horse"), "identity.wrong_credentials");
  const std::string second = log_in_with(in, "user@example.org", kPassword);
  in.set_token(second);
  ASSERT_EQ(act(in, "POST", "/api/v1/auth/logout").status, 204);
  in.set_token(first);

  // Written beside the answer, which does not wait for it.
  ASSERT_FALSE(eventually(in, "action%20%3D%3D%20%22logout%22").empty());
  std::set<std::string> actions;
  const Json all = rows(in)["data"];
  const auto probe = std::find_if(all.rbegin(), all.rend(),
                                  [](const Json& row) { return row["user_agent"] == "Probe/1.0"; });
  ASSERT_NE(probe, all.rend());
  const Json from = (*probe)["at"];
  for (const Json& row : all) {
    actions.insert(row["action"]);
    // The set-up at the first start and the configuration come from no request.
    if (row["action"] == "configuration.changed" || row["action"] == "setup.completed") continue;
    EXPECT_EQ(row["address"], "127.0.0.1") << row.dump();
    if (row["at"] < from) continue;  // the log-in of the machinery tells no device
    EXPECT_EQ(row["user_agent"], "Probe/1.0") << row.dump();
    EXPECT_EQ(row["session_id"].is_string(), row["action"] != "login.failed") << row.dump();
  }
  for (const char* action : {"configuration.changed", "setup.completed", "login.succeeded", "login.failed",
                             "logout", "created", "updated", "deleted", "restored", "exported",
                             "password.changed", "profile.changed", "module.installed", "module.configured"})
    EXPECT_TRUE(actions.contains(action)) << action;

  const Json role =
      rows(in, "?filter=entity%20%3D%3D%20%22identity.user%22%20%26%26%20action%20%3D%3D%20%22updated%22");
  ASSERT_EQ(role["data"].size(), 1u);
  EXPECT_EQ(role["data"][0]["changes"],
            Json::parse(R"([{"field": "role", "before": "user", "after": "administrator"}])"));
  EXPECT_EQ(role["data"][0]["actor"]["name"], "admin");
  EXPECT_EQ(role["data"][0]["user_agent"], "Probe/1.0");
  const Json failed = rows(in, "?filter=action%20%3D%3D%20%22login.failed%22")["data"];
  ASSERT_EQ(failed.size(), 2u);
  EXPECT_EQ(failed[0]["actor"]["name"], "nobody@example.org");
  EXPECT_EQ(failed[0]["actor"]["id"], nullptr);
  EXPECT_EQ(failed[1]["result"], "refused");
  EXPECT_EQ(failed[1]["reason"], "identity.wrong_credentials");

  EXPECT_EQ(rows(in, "?filter=colour")["code"], "entity.filter_unknown_field");
  EXPECT_EQ(rows(in, "?page_size=501")["code"], "entity.bad_parameter");
  EXPECT_EQ(rows(in, "?sort=at")["code"], "entity.unknown_parameter");
  EXPECT_EQ(rows(in, "?cursor=x")["code"], "entity.bad_cursor");
}

TEST(AuditTrail, IsVerifiedSummedAndExportedOverRest) {
  Instance in;
  in.start();
  ASSERT_FALSE(eventually(in, "seq%20%3E%3D%201").empty());
  EXPECT_EQ(in.get("/api/v1/audit/verify").json()["intact"], true);
  const Json sums = in.get("/api/v1/audit/summary").json();
  EXPECT_GT(sums["total"], 1);
  EXPECT_EQ(in.get("/api/v1/audit/summary?from=then").code(), "entity.bad_parameter");
  const Answer file = in.get("/api/v1/audit/export?format=ndjson");
  EXPECT_EQ(file.status, 200);
  EXPECT_NE(file.body.find("\"action\":\"login.succeeded\""), std::string::npos);
  EXPECT_EQ(in.get("/api/v1/audit/export?format=pdf").code(), "entity.bad_parameter");
  EXPECT_EQ(in.get("/api/v1/audit/export?page_size=5").code(), "entity.unknown_parameter");
  EXPECT_EQ(in.get("/api/v1/audit/x").code(), "audit.no_row");
  EXPECT_EQ(rows(in, "?filter=action%20%3D%3D%20%22exported%22")["meta"]["total"], 1);
  in.sql("UPDATE core_audit SET action = 'nothing' WHERE seq = 1");
  const Json broken = in.get("/api/v1/audit/verify").json();
  EXPECT_EQ(broken["intact"], false);
  EXPECT_EQ(broken["broken_at"], 1);
  EXPECT_EQ(broken["reason"], "altered");
}

TEST(AuditTrail, RaisesAnAlertWhenSomebodyTriesPasswords) {
  Instance in;
  in.start();
  EXPECT_EQ(in.as(in.token(), "PATCH", "/api/v1/audit/settings", {{"failed_log_ins", -1}}).code(),
            "setting.range");
  for (int i = 0; i < 12; ++i) log_in_with(in, kAdminEmail, "wrong horse");
  const Json alerts = eventually(in, "action%20%3D%3D%20%22audit.alert%22");
  ASSERT_GE(alerts.size(), 1u);
  std::set<std::string> rules;
  for (const Json& alert : alerts) rules.insert(alert["entity"]);
  EXPECT_TRUE(rules.contains("alert.failed_log_ins_account") ||
              rules.contains("alert.failed_log_ins_address"));
}

TEST(AuditTrail, AlertsAreToldToTriggers) {
  Instance in;
  in.start();
  in.install("alarm");
  ASSERT_EQ(in.as(in.token(), "PATCH", "/api/v1/audit/settings", {{"exported_records", 1}}).status, 200);
  ASSERT_EQ(in.get("/api/v1/identity/users/export").status, 200);
  Json runs = Json::array();
  for (int i = 0; i < 100 && runs.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    runs = in.get("/api/v1/triggers/runs?module=alarm").json()["data"];
  }
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0]["event"], "audit.alert");
  EXPECT_EQ(runs[0]["state"], "done") << runs.dump();
  EXPECT_NE(runs[0]["log"].dump().find(" 1 of 1"), std::string::npos) << runs.dump();
  EXPECT_NE(runs[0]["log"].dump().find("export "), std::string::npos) << runs.dump();
}

TEST(AuditTrail, NotesWhatTheConfigurationChangedBetweenStarts) {
  Instance in;
  in.start();
  ASSERT_EQ(in.stop(), 0);
  in.start({}, {"--login-failures", "9"});
  Json changes = rows(in, "?filter=action%20%3D%3D%20%22configuration.changed%22")["data"][0]["changes"];
  EXPECT_EQ(changes, Json::parse(R"([{"field": "login.failures", "before": "5", "after": "9"}])"));
  ASSERT_EQ(in.stop(), 0);
  in.start({}, {"--login-failures", "9"});
  EXPECT_EQ(rows(in, "?filter=action%20%3D%3D%20%22configuration.changed%22")["meta"]["total"], 2)
      << "no change";
  const std::string keys = in.sql(
      "SELECT count(*) FROM core_audit WHERE action = 'configuration.changed' AND "
      "CAST(changes AS text) LIKE '%trusted_keys.content%'");
  EXPECT_EQ(keys, "1\n") << "those enrolled before the first start";
  const std::string all = in.sql("SELECT changes FROM core_audit WHERE action = 'configuration.changed'");
  EXPECT_EQ(all.find(kPassword), std::string::npos) << "no secret";
}

}  // namespace
}  // namespace opsflux::system_test
