// The life of modules over REST, what administrators do at the same time, and the packages that are refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

using Strings = std::vector<std::string>;

std::string state_of(const Json& operation) { return get_string_or(operation, "state", ""); }
std::string digest_of(const Answer& plan) { return get_string_or(plan.json(), "digest", ""); }
std::string table(const std::string& module, const std::string& name) {
  return (on_postgresql() ? "m_" + module + "." : "") + name;
}

TEST(LifeCycle, OfAModuleFromInstallToPurge) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}}).status, 201);
  in.install("fleet_guard");

  // Nothing is taken away from under a module that depends on it.
  for (const char* verb : {"deactivate", "uninstall"}) {
    const Answer needed = in.post(std::string("/api/v1/modules/fleet/") + verb, {{"data", "keep"}});
    EXPECT_EQ(needed.status, 409);
    EXPECT_EQ(needed.code(), "module.needed") << needed.text();
  }
  EXPECT_EQ(state_of(in.operation("deactivate", "fleetguard")), "done");
  EXPECT_EQ(state_of(in.operation("deactivate", "fleet")), "done");
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").status, 404);
  EXPECT_EQ(in.post("/api/v1/modules/fleet/deactivate", Json::object()).code(), "module.wrong_state");
  // A module whose need is not met does not start again.
  EXPECT_EQ(in.post("/api/v1/modules/fleetguard/activate", Json::object()).code(),
            "package.dependency_missing");
  EXPECT_EQ(state_of(in.operation("activate", "fleet")), "done");
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], 1);

  in.install("fleet_1_1");
  EXPECT_EQ(in.upload("fleet_1_1").status, 409) << "the same version again";
  EXPECT_EQ(in.upload("fleet_1_0").code(), "package.older");
  EXPECT_EQ(in.get("/api/v1/fleet/version").json()["version"], "1.1.0");
  EXPECT_EQ(state_of(in.operation("rollback", "fleet")), "done");
  EXPECT_EQ(in.get("/api/v1/fleet/version").json()["version"], "1.0.0");
  EXPECT_EQ(in.post("/api/v1/modules/fleet/rollback", Json::object()).code(), "module.no_previous");

  // An upgrade whose migration fails on the data leaves version and data as they were.
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-2"}, {"name", "twice"}}).status, 201);
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-3"}, {"name", "twice"}}).status, 201);
  const std::string before = in.picture();
  const Answer plan = in.upload("fleet_1_2");
  ASSERT_EQ(plan.status, 201) << plan.text();
  const Json failed = in.finished(in.approve(digest_of(plan)));
  EXPECT_EQ(state_of(failed), "undone") << to_text(failed);
  EXPECT_EQ(get_string_or(failed, "stage", ""), "migrated");
  EXPECT_EQ(in.request("DELETE", "/api/v1/modules/plans/" + digest_of(plan)).status, 204);
  EXPECT_EQ(in.picture(), before);
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], 3);

  // Kept data is there again when the module comes back; purged data is not.
  EXPECT_EQ(in.post("/api/v1/modules/fleet/uninstall", {{"data", "perhaps"}}).code(),
            "module.bad_data_choice");
  EXPECT_EQ(state_of(in.operation("uninstall", "fleet", {{"data", "keep"}})), "done");
  EXPECT_EQ(in.modules(), (Strings{"fleetguard 1.0.0 inactive"}));
  EXPECT_EQ(in.sql("SELECT count(*) FROM " + table("fleet", "fleet_vehicle")), "3\n");
  in.install("fleet_1_0");
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").json()["meta"]["total"], 3);
  EXPECT_EQ(state_of(in.operation("uninstall", "fleet", {{"data", "purge"}})), "done");
  EXPECT_EQ(in.picture().find("fleet_vehicle"), std::string::npos);
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_module WHERE id = 'fleet'"), "0\n");
  EXPECT_EQ(in.folders().size(), 1u);

  // The journal tells all of it, newest first.
  Strings kinds;
  const Json journal = in.get("/api/v1/modules/operations").json();
  for (const Json& operation : journal["data"])
    if (operation["module"] == "fleet")
      kinds.push_back(get_string_or(operation, "kind", "") + " " + state_of(operation));
  EXPECT_EQ(kinds,
            (Strings{"uninstall done", "install done", "uninstall done", "upgrade undone", "rollback done",
                     "upgrade done", "activate done", "deactivate done", "install done"}));
}

TEST(LifeCycle, TwoAdministratorsDoNotGetInEachOthersWay) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  // Two approvals of one plan: one starts it, the other is told.
  const std::string plan = digest_of(in.upload("tiers"));
  Answer both[2];
  std::thread other([&] { both[1] = in.approve(plan); });
  both[0] = in.approve(plan);
  other.join();
  const int won = both[0].status == 202 ? 0 : 1;
  EXPECT_EQ(both[won].status, 202) << both[won].text();
  EXPECT_EQ(both[1 - won].status, 409) << both[1 - won].text();
  EXPECT_EQ(both[1 - won].code(), "module.plan_closed");
  EXPECT_EQ(state_of(in.finished(both[won])), "done");
  // Two plans of one module: the second was made for a state that is no more.
  const std::string first = digest_of(in.upload("fleet_1_1")), second = digest_of(in.upload("fleet_1_2"));
  const Answer started = in.approve(first);
  const Answer late = in.approve(second);
  EXPECT_EQ(late.status, 409);
  EXPECT_TRUE(late.code() == "module.busy" || late.code() == "module.plan_outdated") << late.text();
  EXPECT_EQ(state_of(in.finished(started)), "done");
  EXPECT_EQ(in.approve(second).code(), "module.plan_outdated");
  EXPECT_EQ(in.request("DELETE", "/api/v1/modules/plans/" + first).status, 404);
  EXPECT_EQ(in.request("DELETE", "/api/v1/modules/plans/" + second).status, 204);
  EXPECT_EQ(in.modules(), (Strings{"fleet 1.1.0 active", "tiers 1.0.0 active"}));
}

TEST(LifeCycle, RequestsOfAnotherModuleGoOnMeanwhile) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0;
  std::vector<std::thread> users;
  for (int i = 0; i < 2; ++i)
    users.emplace_back([&, i] {
      while (!stop) {
        const Answer answer = i == 0
                                  ? in.get("/api/v1/fleet/version")
                                  : in.post("/api/v1/fleet/vehicles", {{"plate", to_hex(random_bytes(8))}});
        EXPECT_EQ(answer.status, i == 0 ? 200 : 201) << answer.text();
        ++answered;
      }
    });
  for (int round = 0; round < 3; ++round) {
    in.install("tiers");
    EXPECT_EQ(state_of(in.operation("deactivate", "tiers")), "done");
    EXPECT_EQ(state_of(in.operation("uninstall", "tiers", {{"data", "purge"}})), "done");
  }
  stop = true;
  for (std::thread& user : users) user.join();
  EXPECT_GT(answered, 10);
}

TEST(Audit, IsIntactAfterwardsAndFindsAnAlteredRow) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}}).status, 201);
  ASSERT_EQ(in.stop(), 0);
  const Outcome intact = in.cli({"audit", "verify", "--json"});
  EXPECT_EQ(intact.exit_code, 0) << intact.out << intact.err;
  const auto said = parse_json(trim(intact.out));
  ASSERT_TRUE(said) << intact.out;
  EXPECT_EQ((*said)["intact"], true);
  EXPECT_GT((*said)["sealed"], 1);
  in.sql("UPDATE core_audit SET action = 'record.viewed' WHERE action = 'module.installed'");
  const Outcome broken = in.cli({"audit", "verify", "--json"});
  EXPECT_EQ(broken.exit_code, 3) << broken.out << broken.err;
  EXPECT_NE(broken.out.find("\"intact\":false"), std::string::npos) << broken.out;
}

TEST(Audit, FindsThatTheNewestRowsWereCutOffUntilSomebodySignsTheTrailAnew) {
  Instance in;
  in.start();
  ASSERT_EQ(in.stop(), 0);
  ASSERT_EQ(in.cli({"audit", "verify"}).exit_code, 0);
  in.sql("DELETE FROM core_audit WHERE seq = (SELECT max(seq) FROM core_audit)");
  const Outcome cut = in.cli({"audit", "verify"});
  EXPECT_EQ(cut.exit_code, 3);
  EXPECT_NE(cut.out.find("tail removed"), std::string::npos) << cut.out;
  const Outcome anew = in.cli({"audit", "sign"});
  EXPECT_EQ(anew.exit_code, 0) << anew.err;
  EXPECT_EQ(in.cli({"audit", "verify"}).exit_code, 0);
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_audit WHERE action = 'audit.signed_anew' AND "
                   "CAST(changes AS text) LIKE '%tail removed%'"),
            "1\n");
}

TEST(Audit, OfARestoredBackupIsIntact) {
  if (on_postgresql()) GTEST_SKIP() << "the database is not in the data folder";
  Instance in;
  in.start();
  ASSERT_EQ(in.stop(), 0);
  TempFolder backup;
  std::filesystem::copy(in.data(), backup.path() / "kept", std::filesystem::copy_options::recursive);
  in.start();
  ASSERT_EQ(in.log_in(kAdminEmail, kPassword).empty(), false);
  ASSERT_EQ(in.stop(), 0);
  std::filesystem::remove_all(in.data());
  std::filesystem::copy(backup.path() / "kept", in.data(), std::filesystem::copy_options::recursive);
  EXPECT_EQ(in.cli({"audit", "verify"}).exit_code, 0);
  in.start();  // and goes on
  ASSERT_EQ(in.stop(), 0);
  EXPECT_EQ(in.cli({"audit", "verify"}).exit_code, 0);
  // The database alone opens with no other key, and with new keys nobody vouches for it.
  std::filesystem::remove(in.data() / "instance.key");
  const Outcome refused = in.cli({"audit", "verify", "--json"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.out.find("secret.wrong_key"), std::string::npos) << refused.out;
  ASSERT_EQ(in.cli({"key", "lost"}).exit_code, 0);
  const Outcome other = in.cli({"audit", "verify"});
  EXPECT_EQ(other.exit_code, 3);
  EXPECT_NE(other.out.find("head_wrong"), std::string::npos) << other.out;
}

// As a server before this one left it: without marks and with fewer columns.
TEST(Audit, OfAnOlderServerIsTakenOverOnceAndVouchedForFromThenOn) {
  Instance in;
  in.start();
  ASSERT_EQ(in.stop(), 0);
  in.sql("DELETE FROM core_audit");
  for (const char* index : {"at", "actor", "action", "address", "entity"})
    in.sql("DROP INDEX core_audit_" + std::string(index) + "_ix");
  for (const char* column : {"session_id", "user_agent", "result", "reason"})
    in.sql("ALTER TABLE core_audit DROP COLUMN " + std::string(column));
  in.sql("DROP TABLE core_audit_mark");
  in.sql("DELETE FROM core_migration WHERE owner = 'entities' AND name = 'audit_trail'");
  const std::string text =
      R"(["01a1ee56","2026-01-02T03:04:05.000000Z",null,"Ada",null,null,"created","fleet.vehicle","v1",null])";
  const std::string hash = sha256_hex(std::string(64, '0') + "\n" + text);
  in.sql(
      "INSERT INTO core_audit (id, at, actor_name, action, entity, record_id, seq, hash) VALUES ('01a1ee56', "
      "'2026-01-02T03:04:05.000000Z', 'Ada', 'created', 'fleet.vehicle', 'v1', 1, '" +
      hash + "')");
  const Outcome taken = in.cli({"audit", "verify", "--json"});
  EXPECT_EQ(taken.exit_code, 0) << taken.out << taken.err;
  EXPECT_NE(taken.out.find("\"sealed\":1"), std::string::npos) << taken.out;
  in.start();
  ASSERT_EQ(in.stop(), 0);
  EXPECT_EQ(in.cli({"audit", "verify"}).exit_code, 0);
  in.sql("DELETE FROM core_audit");
  in.sql("DELETE FROM core_audit_mark");
  const Outcome emptied = in.cli({"audit", "verify"});
  EXPECT_EQ(emptied.exit_code, 3);
  EXPECT_NE(emptied.out.find("head_missing"), std::string::npos) << emptied.out;
}

// --- packages that are not accepted ---

class RefusedPackage : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    instance_ = std::make_unique<Instance>();
    instance_->start({}, {"--limits-upload", "1MiB"});
  }
  static void TearDownTestSuite() { instance_.reset(); }
  static void expect(const std::string& bytes, int status, const std::string& code, const std::string& what) {
    const Answer answer = instance_->upload_bytes(bytes);
    EXPECT_EQ(answer.status, status) << what << ": " << answer.text();
    EXPECT_EQ(answer.code(), code) << what << ": " << answer.text();
    // The upload's own file goes when the request ends, a moment after its answer.
    for (int i = 0; i < 100 && !instance_->leftovers().empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(instance_->leftovers(), Strings()) << what;
    EXPECT_EQ(instance_->folders(), Strings()) << what;
  }
  // A package of the fleet, packed anew with a key that the SDK's tool makes.
  static std::string sign_with(const TempFolder& folder, const std::string& key) {
    const auto zip = folder.path() / "signed.zip";
    std::filesystem::copy_file(folder.path() / "unsigned.zip", zip,
                               std::filesystem::copy_options::overwrite_existing);
    const Outcome done =
        run({OPSFLUX_SDK_PROGRAM, "sign", "--key", (folder.path() / key).string(), zip.string()});
    if (done.exit_code != 0) throw std::runtime_error("sign: " + done.out + done.err);
    return read_bytes(zip);
  }
  static inline std::unique_ptr<Instance> instance_;
};

TEST_F(RefusedPackage, IsToldWhyAndLeavesNothing) {
  const std::string good = read_bytes(package_file("fleet_1_0"));
  expect("", 400, "module.empty_upload", "empty");
  expect("this is no archive", 400, "package.not_zip", "not a ZIP");
  expect(good.substr(0, good.size() / 2), 400, "package.truncated", "half of it");
  expect(good + "x", 400, "package.trailing_data", "something behind it");
  expect("x" + good, 400, "package.leading_data", "something before it");
  std::string altered = good;
  altered[good.size() / 3] = static_cast<char>(altered[good.size() / 3] ^ 0x20);
  const Answer refused = instance_->upload_bytes(altered);
  EXPECT_EQ(refused.status, 400) << refused.text();
  EXPECT_TRUE(refused.code().starts_with("package.")) << refused.text();
  expect(std::string(2 << 20, 'x'), 413, "http.body_too_large", "too large");
  const Answer typed = instance_->request("POST", "/api/v1/modules", good, {{"Content-Type", "text/html"}});
  EXPECT_EQ(typed.status, 415) << typed.text();
  EXPECT_EQ(typed.code(), "module.not_zip_type");
}

TEST_F(RefusedPackage, OfNobodyOrOfSomebodyUnknownOrRevoked) {
  const TempFolder folder;
  const std::string unsigned_zip = (folder.path() / "unsigned.zip").string();
  const Outcome packed = run({OPSFLUX_SDK_PROGRAM, "pack", "--module", OPSFLUX_SYSTEM_MODULES "/fleet_plain",
                              "--out", unsigned_zip});
  ASSERT_EQ(packed.exit_code, 0) << packed.out << packed.err;
  expect(read_bytes(unsigned_zip), 403, "package.unsigned", "unsigned");
  for (const char* key : {"stranger", "authority"}) {
    const Outcome made = run({OPSFLUX_SDK_PROGRAM, "keygen", "--out", (folder.path() / key).string(),
                              "--level", "private", "--name", key, "--signs-revocations"});
    ASSERT_EQ(made.exit_code, 0) << made.out << made.err;
  }
  expect(sign_with(folder, "stranger"), 403, "package.unknown_key", "of a stranger");

  // Enrolled, the stranger's package would do; revoked by an authority, it does not.
  Instance& in = *instance_;
  in.stop();
  const auto trust = in.data() / "trusted-keys";
  for (const char* key : {"stranger", "authority"})
    std::filesystem::copy_file(folder.path() / (std::string(key) + ".key.json"),
                               trust / (std::string(key) + ".key.json"));
  in.start();
  const std::string zip = sign_with(folder, "stranger");
  const Answer plan = in.upload_bytes(zip);
  ASSERT_EQ(plan.status, 201) << plan.text();
  EXPECT_EQ(plan.json()["trust"]["level"], "private");
  EXPECT_EQ(in.request("DELETE", "/api/v1/modules/plans/" + digest_of(plan)).status, 204);
  in.stop();
  const Outcome revoked =
      run({OPSFLUX_SDK_PROGRAM, "revoke", "--key", (folder.path() / "authority").string(), "--list",
           (trust / "revocations.json").string(), "--module", "fleetplain", "--versions", ">=1.0.0",
           "--grade", "quarantine", "--reason", "It is broken."});
  ASSERT_EQ(revoked.exit_code, 0) << revoked.out << revoked.err;
  in.start();
  expect(zip, 403, "package.revoked", "revoked");
}

}  // namespace
}  // namespace opsflux::system_test
