// What administrators set and what runs by itself: settings of modules, jobs at their time, limits, trust in
// keys, and the upgrade that has to have the module for itself.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

namespace fs = std::filesystem;

std::string patch_code(Instance& in, const Json& settings, std::string* field = nullptr) {
  const Answer answer = in.request("PATCH", "/api/v1/modules/clock_work/settings", to_text(settings),
                                   {{"Content-Type", "application/json"}});
  if (answer.status == 200) return "ok";
  if (field != nullptr) *field = get_string_or(answer.json(), "field", "");
  return answer.code();
}

Json setting(const Json& answer, std::string_view key) {
  for (const Json& one : answer["data"])
    if (one["key"] == key) return one;
  return {};
}

TEST(Settings, TakeEffectAtOnceAndAreThereAfterARestart) {
  Instance in;
  in.start();
  in.install("clockwork");
  Json all = in.get("/api/v1/modules/clock_work/settings").json();
  EXPECT_EQ(
      setting(all, "mode"),
      (Json{{"key", "mode"},
            {"type", "enum"},
            {"label", "mode"},
            {"help", ""},
            {"default", "slow"},
            {"value", "slow"},
            {"is_set", false},
            {"source", "default"},
            {"place", nullptr},
            {"category", nullptr},
            {"secret", false},
            {"values", {{{"value", "slow"}, {"label", "slow"}}, {{"value", "fast"}, {"label", "fast"}}}}}));
  EXPECT_EQ(in.get("/api/v1/clock_work/state").json()["token"], "-");

  EXPECT_EQ(patch_code(in, {{"token", "s3cret-of-theirs"},
                            {"mode", "fast"},
                            {"factor", "2.25"},
                            {"loud", true},
                            {"rounds", 9}}),
            "ok");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(in.get("/api/v1/clock_work/state").json()["token"], "s3cret-of-theirs");
    EXPECT_EQ(in.get("/api/v1/clock_work/state").json()["mode"], "fast");
    all = in.get("/api/v1/modules/clock_work/settings").json();
    EXPECT_EQ(setting(all, "factor")["value"], "2.25");
    EXPECT_EQ(setting(all, "rounds")["value"], 9);
    EXPECT_EQ(setting(all, "token")["value"], nullptr) << "a secret is not shown again";
    EXPECT_EQ(setting(all, "token")["is_set"], true);
    EXPECT_EQ(in.stop(), 0);
    in.start();
  }
  // Nothing of the secret is in the database, nor in the audit trail.
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_module_setting WHERE value LIKE '%s3cret%'"), "0\n");
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_audit WHERE CAST(changes AS text) LIKE '%s3cret%'"), "0\n");
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_audit WHERE action = 'module.configured'"), "1\n");

  EXPECT_EQ(patch_code(in, {{"token", nullptr}, {"mode", nullptr}}), "ok");
  EXPECT_EQ(in.get("/api/v1/clock_work/state").json()["token"], "-");
  EXPECT_EQ(in.get("/api/v1/clock_work/state").json()["mode"], "slow");
  EXPECT_EQ(get_string_or(in.operation("uninstall", "clock_work", {{"data", "purge"}}), "state", ""), "done");
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_module_setting"), "0\n");
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_schedule"), "0\n");
}

TEST(Settings, OfTheWrongTypeOrOutOfBoundsAreRefusedAtTheirKey) {
  Instance in;
  in.start();
  in.install("clockwork");
  const struct {
    Json settings;
    const char *code, *field;
  } cases[] = {
      {{{"rounds", "3"}}, "setting.not_integer", "rounds"},
      {{{"rounds", 0}}, "setting.below_min", "rounds"},
      {{{"factor", 2.5}}, "setting.not_decimal", "factor"},
      {{{"factor", "10.01"}}, "setting.range", "factor"},
      {{{"factor", "inf"}}, "setting.not_decimal", "factor"},
      {{{"loud", 1}}, "setting.not_boolean", "loud"},
      {{{"mode", "medium"}}, "setting.choice", "mode"},
      {{{"token", std::string(41, 'x')}}, "setting.length", "token"},
      {{{"token", 7}}, "setting.not_text", "token"},
      {{{"colour", "red"}}, "setting.unknown", "colour"},
      {Json::array(), "setting.not_object", ""},
  };
  for (const auto& one : cases) {
    std::string field;
    EXPECT_EQ(patch_code(in, one.settings, &field), one.code) << to_text(one.settings);
    EXPECT_EQ(field, one.field) << to_text(one.settings);
  }
  // All or none, and all that is wrong at once.
  EXPECT_EQ(patch_code(in, {{"mode", "fast"}, {"rounds", 0}, {"loud", 1}}), "entity.invalid");
  EXPECT_EQ(in.get("/api/v1/clock_work/state").json()["mode"], "slow");
  EXPECT_EQ(in.get("/api/v1/modules/nothing/settings").code(), "module.not_active");
}

TEST(Jobs, ThatComeRoundAgainRunByThemselvesAndEndWithTheModule) {
  Instance in;
  in.start();
  in.install("clockwork");
  const auto ticks = [&] { return in.get("/api/v1/clock_work/state").json()["ticks"].get<int>(); };
  const auto becomes = [&](int wanted) {
    for (int i = 0; i < 400 && ticks() < wanted; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return ticks() >= wanted;
  };
  EXPECT_TRUE(becomes(2));
  // The next time stands in a table: a server that was killed goes on.
  in.kill();
  in.start();
  EXPECT_TRUE(becomes(1));
  EXPECT_EQ(get_string_or(in.operation("deactivate", "clock_work"), "state", ""), "done");
  const std::string before = in.sql("SELECT count(*) FROM core_outbox");
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_outbox"), before) << "an inactive module's job is not started";
}

TEST(Limits, OfABodyAreThoseOfTheConfiguration) {
  Instance in;
  in.start({}, {"--limits-body", "2KiB"});
  in.install("fleet_1_0");
  EXPECT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-1"}, {"data", std::string(1500, 'x')}}).status,
            201);
  const Answer refused =
      in.post("/api/v1/fleet/vehicles", {{"plate", "AB-2"}, {"data", std::string(2500, 'x')}});
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.code(), "http.body_too_large");
  EXPECT_EQ(in.stop(), 0);
  in.start({}, {"--limits-body", "4MiB"});
  EXPECT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-3"}, {"data", std::string(90'000, 'x')}}).status,
            201);
  EXPECT_EQ(
      in.post("/api/v1/fleet/vehicles", {{"plate", "AB-4"}, {"name", std::string(2'000'000, 'x')}}).status,
      422)
      << "read, and refused for what it says";
}

TEST(DevelopmentKeys, AreTakenInDevelopmentModeOnly) {
  Instance in;
  in.start();
  const fs::path key = in.data() / "trusted-keys" / "local.key.json";
  std::string text = read_bytes(key);
  const auto level = text.find("\"private\"");
  ASSERT_NE(level, std::string::npos) << text;
  EXPECT_EQ(in.stop(), 0);
  fs::remove(key);
  std::ofstream(key) << text.replace(level, 9, "\"development\"");
  in.start();
  const Answer refused = in.upload("fleet_1_0");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "package.development_key") << refused.text();
  EXPECT_EQ(in.stop(), 0);
  in.start({}, {"--development"});
  EXPECT_EQ(in.get("/api/v1/app").json()["development"], true);
  in.install("fleet_1_0");
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").status, 200);
  EXPECT_EQ(in.stop(), 0);
  // Without the mode it is left out, and the list says why.
  in.start();
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").status, 404);
  EXPECT_EQ(in.get("/api/v1/modules").json()["data"][0]["problem"]["code"], "package.development_key");
}

// Adds the signature of a key made for the test; gives the package's bytes.
std::string signed_by(const fs::path& folder, const std::string& key, const std::string& package) {
  const fs::path copy = folder / (key + ".zip");
  std::ofstream(copy, std::ios::binary) << read_bytes(package_file(package));
  const Outcome outcome = run({OPSFLUX_SDK_PROGRAM, "sign", "--key", (folder / key).string(), copy.string()});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return read_bytes(copy);
}

TEST(Trust, IsChangedWhileTheServerRuns) {
  Instance in;
  in.start();
  TempFolder folder;
  const auto sdk = [&](std::vector<std::string> words) {
    words.insert(words.begin(), OPSFLUX_SDK_PROGRAM);
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  };
  const std::string old_key = (folder.path() / "old").string(), new_key = (folder.path() / "new").string();
  sdk({"keygen", "--out", old_key, "--name", "Acme", "--level", "private"});
  sdk({"keygen", "--out", new_key, "--name", "Acme 2027", "--level", "private"});
  const std::string by_old = signed_by(folder.path(), "old", "fleet_1_0"),
                    by_new = signed_by(folder.path(), "new", "fleet_1_1");

  EXPECT_EQ(in.upload_bytes(by_old).status, 201) << "signed by this machine's key as well";
  fs::remove(in.data() / "trusted-keys" / "local.key.json");
  EXPECT_EQ(in.upload_bytes(by_old).code(), "package.unknown_key");
  const auto add = [&](const std::string& file) { return run(in.command({"trust", "add", file})); };
  EXPECT_EQ(add(old_key + ".key.json").exit_code, 0);
  EXPECT_EQ(in.upload_bytes(by_old).status, 201);
  EXPECT_EQ(in.upload_bytes(by_new).code(), "package.unknown_key");

  sdk({"rotate", "--key", old_key, "--new", new_key + ".key.json", "--out",
       (folder.path() / "rotation").string()});
  EXPECT_EQ(add((folder.path() / "rotation").string()).exit_code, 0);
  EXPECT_EQ(in.upload_bytes(by_new).status, 201);
  EXPECT_NE(run(in.command({"trust", "list"})).out.find("Acme (replaced)"), std::string::npos);
  const Outcome nonsense = add(std::string(OPSFLUX_SYSTEM_MODULES) + "/fleet.h");
  EXPECT_EQ(nonsense.exit_code, 1);
  EXPECT_NE(nonsense.err.find("envelope"), std::string::npos) << nonsense.err;
}

TEST(Upgrade, ThatAModuleInUseCannotTakeIsRefused) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  in.install("fleet_guard");  // takes the fleet below 2.0.0
  const Answer refused = in.upload("fleet_2_0");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.code(), "package.breaks_dependent") << refused.text();
  EXPECT_EQ(get_string_or(in.operation("deactivate", "fleetguard"), "state", ""), "done");
  in.install("fleet_2_0");
  EXPECT_EQ(in.post("/api/v1/modules/fleetguard/activate", Json::object()).code(),
            "package.dependency_version");
}

// To 1.1.0 the two versions stand beside one another; 2.0.0 renames a column that the running version reads.
class UnderLoad : public ::testing::TestWithParam<const char*> {};

TEST_P(UnderLoad, AnUpgradeFailsNoRequest) {
  const bool exclusive = std::string(GetParam()) == "fleet_2_0";
  Instance in;
  in.start();
  in.install("fleet_1_0");
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(in.post("/api/v1/fleet/vehicles", {{"plate", "AB-" + std::to_string(i)}}).status, 201);
  std::atomic<bool> over{false};
  std::atomic<int> answered{0};
  std::mutex mutex;
  std::vector<std::string> failed;
  std::vector<std::thread> users;
  for (int user = 0; user < 4; ++user)
    users.emplace_back([&, user] {
      for (int i = 0; !over; ++i) {
        const Answer answer = user == 0
                                  ? in.post("/api/v1/fleet/vehicles", {{"plate", "U-" + std::to_string(i)}})
                                  : in.get("/api/v1/fleet/vehicles?sort=plate&page_size=5");
        ++answered;
        if (answer.status == 200 || answer.status == 201) continue;
        const std::lock_guard lock(mutex);
        failed.push_back(answer.text());
      }
    });
  std::thread browser([&] { (void)in.get("/api/v1/events"); });  // listens to the end, and holds nothing up
  const Answer plan = in.upload(GetParam());
  const Json operation = in.finished(in.approve(get_string_or(plan.json(), "digest", "")));
  const int during = answered;
  while (answered < during + 20) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  over = true;
  for (auto& user : users) user.join();
  EXPECT_EQ(get_string_or(operation, "state", ""), "done") << to_text(operation);
  EXPECT_EQ(failed, std::vector<std::string>());
  EXPECT_TRUE(in.get("/api/v1/fleet/vehicles?page_size=1")
                  .json()["data"][0]
                  .contains(exclusive ? "nickname" : "colour"));
  std::string held;
  for (const Json& stage : operation["stages"])
    for (const Json& line : stage["lines"])
      if (line["code"] == "held") held = line["text"].get<std::string>();
  EXPECT_EQ(held, exclusive ? "Requests to fleet wait for the switch" : "");
  EXPECT_EQ(in.stop(), 0);
  browser.join();
}

INSTANTIATE_TEST_SUITE_P(Upgrades, UnderLoad, ::testing::Values("fleet_1_1", "fleet_2_0"));

TEST(Operations, TellTheirStagesAsEventsToWhoeverAsks) {
  Instance in;
  in.start();
  const Answer plan = in.upload("fleet_1_0");
  const Answer started = in.approve(get_string_or(plan.json(), "digest", ""));
  const std::string id = get_string_or(started.json(), "id", "");
  const Answer events = in.get("/api/v1/modules/operations/" + id + "/events");  // ends with the operation
  EXPECT_EQ(events.status, 200);
  EXPECT_NE(events.text().find("event: operation"), std::string::npos);
  EXPECT_NE(events.text().find("\"state\":\"done\""), std::string::npos) << events.text();
  EXPECT_EQ(in.get("/api/v1/modules/operations/nothing/events").code(), "module.no_operation");
}

TEST(Plan, SaysWhatEachRoleMayDoWithTheModulesRecords) {
  Instance in;
  in.start();
  const Json first = in.upload("fleet_1_0").json();
  EXPECT_EQ(
      first["entities"],
      (Json{{{"name", "fleet.vehicle"},
             {"change", "+"},
             {"label", "fleet.vehicle"},
             {"fields", 13},
             {"rights", {{{"role", "user"}, {"actions", {"view", "create", "edit"}}, {"change", "+"}}}}}}));
  in.install("fleet_1_0");
  const Json next = in.upload("fleet_1_1").json();
  EXPECT_EQ(next["entities"][0]["change"], "~");
  EXPECT_EQ(next["entities"][0]["rights"][0]["change"], "=");
}

TEST(LiveEvents, EndWithTheSessionThatListens) {
  Instance in;
  in.start();
  const std::string token = in.log_in(kAdminEmail, kPassword);
  std::atomic<bool> ended{false};
  std::string heard;
  std::thread browser([&] {
    heard = in.as(token, "GET", "/api/v1/events").text();
    ended = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_FALSE(ended);
  EXPECT_EQ(in.as(token, "POST", "/api/v1/auth/logout").status, 204);
  for (int i = 0; i < 200 && !ended; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  EXPECT_TRUE(ended) << "the stream goes on after the log-out";
  in.stop();
  browser.join();
  EXPECT_NE(heard.find("event: hello"), std::string::npos);
}

TEST(InactiveModule, KeepsItsNameAndItsTexts) {
  Instance in;
  in.start();
  in.install("tiers");
  const auto shown = [&] {
    const Json module = in.get("/api/v1/modules").json()["data"][0];
    return get_string_or(module, "name", "") + "|" + get_string_or(module, "icon", "") + "|" +
           module["publisher"]["name"].get<std::string>();
  };
  const std::string active = shown();
  EXPECT_EQ(active, "Third parties|building-2|OpsFlux");
  EXPECT_EQ(get_string_or(in.operation("deactivate", "tiers"), "state", ""), "done");
  EXPECT_EQ(shown(), active);
}

TEST(Errors, SpeakTheReadersLanguageToTheLastWord) {
  Instance in;
  in.start();
  in.install("tiers");
  const auto detail = [&](const std::string& method, const std::string& path, const Json& body) {
    return in
        .request(method, path, body.is_null() ? "" : to_text(body),
                 {{"Content-Type", "application/json"}, {"Accept-Language", "fr"}})
        .json();
  };
  ASSERT_EQ(
      in.request("PATCH", "/api/v1/auth/me", R"({"language":"fr"})", {{"Content-Type", "application/json"}})
          .status,
      200);
  // All that is wrong at once: what does not fit, and what is missing.
  const Json wrong =
      detail("POST", "/api/v1/tiers/companies", {{"employees", "beaucoup"}, {"currency", "euros"}});
  ASSERT_EQ(wrong["errors"].size(), 3u) << to_text(wrong);
  std::map<std::string, std::string> said;
  for (const Json& error : wrong["errors"]) said[error["field"]] = error["detail"];
  EXPECT_EQ(said["employees"], "La valeur n’est pas du bon type. Attendu\u00a0: un nombre entier.");
  EXPECT_TRUE(said.contains("legal_name"));

  const Json user = {{"email", " bob@example.org "}, {"name", "Bob"}, {"role", "user"}};
  const Answer made = in.post("/api/v1/identity/users", user);
  ASSERT_EQ(made.status, 201) << made.text();
  EXPECT_EQ(made.json()["email"], "bob@example.org");
  const Answer twice =
      in.post("/api/v1/identity/users", {{"email", "BOB@example.org"}, {"name", "Bob"}, {"role", "user"}});
  EXPECT_EQ(twice.code(), "entity.not_unique") << twice.text();
  EXPECT_EQ(get_string_or(twice.json(), "field", ""), "email");

  const std::string id = get_string_or(made.json(), "id", "");
  ASSERT_EQ(in.post("/api/v1/identity/users/" + id + "/password", {{"password", kPassword}}).status, 204);
  const std::string bob = in.log_in("bob@example.org", kPassword);
  ASSERT_EQ(in.as(bob, "PATCH", "/api/v1/auth/me", {{"language", "fr"}}).status, 200);
  EXPECT_EQ(get_string_or(in.as(bob, "GET", "/api/v1/identity/users").json(), "detail", ""),
            "Il vous manque le droit «\u00a0Utilisateurs\u00a0: consulter\u00a0». Un administrateur peut "
            "vous l’accorder.");
}

class Exhibit : public ::testing::TestWithParam<const char*> {};

// Binaries built when this version of the module interface was released.
TEST_P(Exhibit, OfTheMuseumInstallsAndServes) {
  Instance in;
  in.start();
  const std::string name = GetParam(), id = name.substr(0, name.find('-'));
  in.install(name);
  ASSERT_EQ(in.post("/api/v1/" + id + "/things", {{"name", "A"}}).status, 201);
  EXPECT_EQ(in.get("/api/v1/" + id + "/things").json()["data"][0]["mark"], "seen A");
  EXPECT_EQ(in.get("/api/v1/" + id + "/services").status, 200);
  EXPECT_EQ(in.get("/api/v1/" + id + "/later").status, 202) << "answered after the call";
  EXPECT_EQ(get_string_or(in.operation("uninstall", id, {{"data", "purge"}}), "state", ""), "done");
}

INSTANTIATE_TEST_SUITE_P(Museum, Exhibit, ::testing::Values("museum_c-1.0", "museum_cpp-1.0"));

}  // namespace
}  // namespace opsflux::system_test
