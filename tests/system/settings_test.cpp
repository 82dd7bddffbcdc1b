// Settings of core services and modules, and people's preferences, over HTTP.
#include <gtest/gtest.h>

#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

Answer patch(const Instance& in, const std::string& path, const Json& body) {
  return in.request("PATCH", path, to_text(body), {{"Content-Type", "application/json"}});
}

Json setting_of(const Instance& in, const std::string& module, const std::string& key) {
  const Json answer = in.get("/api/v1/settings/" + module).json();
  for (const Json& one : answer.at("data"))
    if (one["key"] == key) return one;
  return {};
}

Json history_of(const Instance& in, const std::string& module) {
  return in.get("/api/v1/settings/" + module + "/history").json()["data"];
}

// An answer to a wrong password.
int try_wrong(const Instance& in, const std::string& email) {
  return in.anonymous("POST", "/api/v1/auth/login", {{"email", email}, {"password", "wrong horse battery"}})
      .status;
}

TEST(SettingsPage, ListsCoreServicesAndModulesInTheReadersLanguage) {
  Instance in;
  in.start();
  in.install("clockwork");
  const Answer answer = in.request("GET", "/api/v1/settings", "", {{"Accept-Language", "fr"}});
  ASSERT_EQ(answer.status, 200) << answer.text();
  std::map<std::string, Json> groups;
  const Json listed = answer.json();
  for (const Json& one : listed.at("data")) groups[get_string_or(one, "module", "")] = one;
  ASSERT_TRUE(groups.contains("identity") && groups.contains("audit") && groups.contains("clock_work"));
  EXPECT_EQ(groups["identity"]["core"], true);
  EXPECT_EQ(groups["clock_work"]["core"], false);
  const Json first = groups["identity"]["settings"][0];
  EXPECT_EQ(first["key"], "access_minutes");
  EXPECT_EQ(first["category"], "sign_in");
  EXPECT_NE(first["category_label"], "sign_in");
  EXPECT_EQ(in.get("/api/v1/settings/nothing").code(), "setting.no_module");
  EXPECT_EQ(patch(in, "/api/v1/settings/nothing", Json::object()).status, 404);
}

TEST(SettingsPage, AChangeHoldsAtOnceAndIsUndone) {
  Instance in;
  in.start();
  ASSERT_EQ(patch(in, "/api/v1/settings/identity", {{"login_failures", 2}, {"access_minutes", 3}}).status,
            200);
  EXPECT_EQ(try_wrong(in, "nobody@example.org"), 401);
  EXPECT_EQ(try_wrong(in, "nobody@example.org"), 401);
  EXPECT_EQ(try_wrong(in, "nobody@example.org"), 429) << "the limit was five before";

  Json told = history_of(in, "identity");
  ASSERT_EQ(told.size(), 2u);
  for (const Json& one : told) EXPECT_EQ(one["current"], true);
  const auto change_of = [](const Json& all, const char* key) {
    for (const Json& one : all)
      if (one["key"] == key) return one;
    return Json();
  };
  const Json change = change_of(told, "login_failures");
  EXPECT_EQ(change["before"], nullptr);
  EXPECT_EQ(change["after"], 2);
  EXPECT_EQ(change["label"], "Failed sign-ins allowed");
  EXPECT_NE(change["by"]["id"], nullptr);
  EXPECT_EQ(in.get("/api/v1/settings/identity/history?key=access_minutes").json()["data"].size(), 1u);
  EXPECT_EQ(in.get("/api/v1/settings/identity/history?limit=0").status, 400);
  EXPECT_EQ(in.get("/api/v1/settings/identity/history?befor=x").status, 400);

  const std::string undo = "/api/v1/settings/history/" + get_string_or(change, "id", "") + "/undo";
  EXPECT_EQ(in.post(undo, Json::object()).status, 200);
  EXPECT_EQ(setting_of(in, "identity", "login_failures")["value"], 5);
  const Answer again = in.post(undo, Json::object());
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.code(), "setting.changed_since");
  EXPECT_EQ(in.post("/api/v1/settings/history/x/undo", Json::object()).code(), "setting.no_change");
  told = history_of(in, "identity");
  EXPECT_EQ(change_of(told, "login_failures")["before"], 2);
  ASSERT_EQ(in.stop(), 0);
  in.start();
  EXPECT_EQ(setting_of(in, "identity", "access_minutes")["value"], 3);
  const Json session =
      in.anonymous("POST", "/api/v1/auth/login", {{"email", kAdminEmail}, {"password", kPassword}}).json();
  EXPECT_EQ(session["expires_in"], 180);
}

TEST(SettingsPage, WhatTheEnvironmentGivesIsShownAndLocked) {
  Instance in;
  in.start({{"OPSFLUX_SETTING__IDENTITY__MIN_LENGTH", "12"},
            {"OPSFLUX_SETTING__IDENTITY__OWN_WORDS", "[\"opsflux\"]"},
            {"OPSFLUX_SETTING__LATER__KEY", "of a module that is not there"}},
           {"--session-access-lifetime", "90s"});
  const Json one = setting_of(in, "identity", "min_length");
  EXPECT_EQ(one["value"], 12);
  EXPECT_EQ(one["source"], "override");
  EXPECT_EQ(one["place"], "variable OPSFLUX_SETTING__IDENTITY__MIN_LENGTH");
  EXPECT_EQ(setting_of(in, "identity", "own_words")["value"], Json::array({"opsflux"}));
  EXPECT_EQ(setting_of(in, "identity", "access_minutes")["value"], 1.5);
  EXPECT_EQ(setting_of(in, "identity", "access_minutes")["place"], "flag --session-access-lifetime");
  const Answer refused = patch(in, "/api/v1/settings/identity", {{"min_length", 20}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.code(), "setting.overridden");
  EXPECT_EQ(refused.json()["field"], "min_length");
  EXPECT_EQ(in.get("/api/v1/settings/export").json()["settings"], Json::object());
}

TEST(SettingsPage, AnOverrideThatDoesNotFitStopsTheStartAndIsNamed) {
  Instance in;
  in.start();
  in.install("clockwork");
  ASSERT_EQ(in.stop(), 0);
  const auto start = [&](const std::string& variable, const std::string& value) {
    Environment environment = in.environment();
    environment[variable] = value;
    return run(in.command({"serve", "--port", "0"}), environment);
  };
  for (const auto& [variable, value] :
       {std::pair<std::string, std::string>{"OPSFLUX_SETTING__IDENTITY__MIN_LENGTH", "short"},
        {"OPSFLUX_SETTING__IDENTITY__MIN_LENGHT", "9"},
        {"OPSFLUX_SETTING__CLOCK_WORK__ROUNDS", "many"},
        {"OPSFLUX_SETTING__IDENTITY", "9"}}) {
    const Outcome outcome = start(variable, value);
    EXPECT_NE(outcome.exit_code, 0) << variable;
    EXPECT_NE(outcome.err.find(variable), std::string::npos) << outcome.err;
  }
}

TEST(SettingsPage, ExportAndImportCarryNoSecret) {
  Instance in;
  in.start();
  in.install("clockwork");
  ASSERT_EQ(patch(in, "/api/v1/settings/clock_work", {{"token", "s3cret-of-theirs"}, {"rounds", 9}}).status,
            200);
  ASSERT_EQ(patch(in, "/api/v1/settings/audit", {{"deletions", 70}}).status, 200);
  const Answer file = in.get("/api/v1/settings/export");
  EXPECT_NE(file.field("Content-Disposition").find("opsflux-settings.json"), std::string::npos);
  EXPECT_EQ(file.body.find("s3cret"), std::string::npos);
  EXPECT_EQ(file.json()["settings"], (Json{{"audit", {{"deletions", 70}}}, {"clock_work", {{"rounds", 9}}}}));
  EXPECT_EQ(in.get("/api/v1/settings").body.find("s3cret"), std::string::npos);
  EXPECT_EQ(in.get("/api/v1/settings/clock_work/history").body.find("s3cret"), std::string::npos);
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_setting_change WHERE new_value LIKE '%s3cret%'"), "0\n");

  ASSERT_EQ(patch(in, "/api/v1/settings/audit", {{"deletions", nullptr}}).status, 200);
  EXPECT_EQ(in.post("/api/v1/settings/import", file.json()).json()["count"], 2);
  EXPECT_EQ(setting_of(in, "audit", "deletions")["value"], 70);
  Json bad = file.json();
  bad["settings"]["audit"]["deletions"] = -1;
  bad["settings"]["clock_work"]["rounds"] = 8;
  const Answer refused = in.post("/api/v1/settings/import", bad);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.json()["field"], "audit.deletions");
  EXPECT_EQ(setting_of(in, "clock_work", "rounds")["value"], 9);
  bad = file.json();
  bad["settings"]["clock_work"]["token"] = "x";
  EXPECT_EQ(in.post("/api/v1/settings/import", bad).code(), "setting.secret_in_file");
}

// The path of a person who signs in, and of another device of the same one.
struct Person {
  std::string token, second;
};

Person make_person(const Instance& in, const std::string& email) {
  const Json user =
      in.post("/api/v1/identity/users",
              {{"email", email}, {"name", "User"}, {"role", "user"}, {"language", "en"}, {"active", true}})
          .json();
  const std::string path = "/api/v1/identity/users/" + get_string_or(user, "id", "");
  EXPECT_EQ(in.post(path + "/password", {{"password", kPassword}}).status, 204);
  return {in.log_in(email, kPassword), in.log_in(email, kPassword)};
}

TEST(Preferences, AreOnesOwnAndTheLaterChangeOfAFieldHolds) {
  Instance in;
  in.start();
  const Person ada = make_person(in, "ada@example.org"), bob = make_person(in, "bob@example.org");
  const std::string path = "/api/v1/preferences";
  const auto change = [&](const std::string& token, const Json& body) {
    return in.as(token, "PATCH", path, body);
  };
  ASSERT_EQ(change(ada.token, {{"theme", {{"value", "dark"}, {"at", "2026-01-01T10:00:00Z"}}},
                               {"web.columns.tiers.company", {{"value", {"name", "city"}}}}})
                .status,
            200);
  // A change that was made earlier arrives later, from the other device; its other field is newer.
  const Json answer = change(ada.second, {{"theme", {{"value", "light"}, {"at", "2026-01-01T09:00:00Z"}}},
                                          {"density", {{"value", "dense"}, {"at", "2026-01-01T09:00:00Z"}}}})
                          .json()["data"];
  EXPECT_EQ(answer["theme"]["value"], "dark") << "the answer tells what holds";
  EXPECT_EQ(answer["density"]["value"], "dense");
  EXPECT_EQ(change(ada.second, {{"theme", {{"value", "light"}, {"at", "2026-01-01T12:00:00+01:00"}}}})
                .json()["data"]["theme"]["value"],
            "light");
  // A clock that runs ahead counts as now, so that whoever comes after it wins.
  EXPECT_EQ(change(ada.token, {{"sidebar", {{"value", "folded"}, {"at", "2090-01-01T00:00:00Z"}}}}).status,
            200);
  EXPECT_EQ(change(ada.second, {{"sidebar", {{"value", "open"}}}}).json()["data"]["sidebar"]["value"],
            "open");

  Json all = in.as(ada.token, "GET", path).json()["data"];
  EXPECT_EQ(all["theme"]["value"], "light");
  EXPECT_EQ(all["web.columns.tiers.company"]["value"], Json::array({"name", "city"}));
  EXPECT_EQ(all.size(), 4u);
  EXPECT_EQ(in.as(bob.token, "GET", path).json()["data"], Json::object());
  ASSERT_EQ(in.stop(), 0);
  in.start();
  EXPECT_EQ(in.as(in.log_in("ada@example.org", kPassword), "GET", path).json()["data"], all);
}

TEST(Preferences, OfTheWrongKindAreRefusedAtTheirName) {
  Instance in;
  in.start();
  const auto code = [&](const Json& body) {
    const Answer answer = patch(in, "/api/v1/preferences", body);
    return std::to_string(answer.status) + " " + answer.code();
  };
  EXPECT_EQ(code({{"theme", {{"value", "purple"}}}}), "422 preference.bad_value");
  EXPECT_EQ(code({{"time_zone", {{"value", "Europe/Paris"}}}}), "422 preference.unknown")
      << "it is the profile's";
  EXPECT_EQ(code({{"nonsense", {{"value", 1}}}}), "422 preference.unknown");
  EXPECT_EQ(code({{"module.x", {{"value", 1}}}}), "422 preference.unknown");
  EXPECT_EQ(code({{"web.Upper", {{"value", 1}}}}), "422 preference.unknown");
  EXPECT_EQ(code({{"web.a", {{"value", std::string(20'000, 'x')}}}}), "422 preference.bad_value");
  EXPECT_EQ(code({{"theme", "dark"}}), "422 preference.not_object");
  EXPECT_EQ(code({{"theme", {{"value", "dark"}, {"when", 1}}}}), "422 preference.not_object");
  EXPECT_EQ(code(Json::array()), "422 preference.not_object");
  EXPECT_EQ(code({{"theme", {{"value", "dark"}, {"at", "yesterday"}}}}), "422 preference.bad_time");
  Json many = Json::object();
  for (int i = 0; i < 501; ++i) many["web.n" + std::to_string(i)] = {{"value", i}};
  EXPECT_EQ(code(many), "422 preference.too_many");
  EXPECT_EQ(in.get("/api/v1/preferences").json()["data"].size(), 0u);
  EXPECT_EQ(in.anonymous("GET", "/api/v1/preferences").status, 401);
}

TEST(Preferences, AreToldToThePersonsOtherDevicesOnly) {
  Instance in;
  in.start();
  const Person ada = make_person(in, "ada@example.org"), bob = make_person(in, "bob@example.org");
  std::string to_ada, to_bob;
  std::thread first([&] { to_ada = in.as(ada.second, "GET", "/api/v1/events").body; });
  std::thread second([&] { to_bob = in.as(bob.token, "GET", "/api/v1/events").body; });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(in.as(ada.token, "PATCH", "/api/v1/preferences", {{"theme", {{"value", "dark"}}}}).status, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  in.stop();
  first.join();
  second.join();
  EXPECT_NE(to_ada.find("event: preferences"), std::string::npos) << to_ada;
  EXPECT_NE(to_ada.find("\"value\":\"dark\""), std::string::npos) << to_ada;
  EXPECT_EQ(to_bob.find("preferences"), std::string::npos) << to_bob;
}

TEST(SettingsPage, AChangeIsToldToThoseWhoMaySeeSettings) {
  Instance in;
  in.start();
  const Person ada = make_person(in, "ada@example.org");
  std::string to_admin, to_ada;
  std::thread first([&] { to_admin = in.get("/api/v1/events").body; });
  std::thread second([&] { to_ada = in.as(ada.token, "GET", "/api/v1/events").body; });
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_EQ(patch(in, "/api/v1/settings/audit", {{"deletions", 70}}).status, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  in.stop();
  first.join();
  second.join();
  EXPECT_NE(to_admin.find("event: settings"), std::string::npos) << to_admin;
  EXPECT_NE(to_admin.find("{\"module\":\"audit\"}"), std::string::npos) << to_admin;
  EXPECT_EQ(to_ada.find("event: settings"), std::string::npos) << to_ada;
}

}  // namespace
}  // namespace opsflux::system_test
