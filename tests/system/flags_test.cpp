// Feature flags from outside: kept by administrators, asked over REST, by modules in C and by triggers in
// Lua.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

const std::string kFlags = "/api/v1/settings/flags", kIdentity = "/api/v1/identity/";

class FeatureFlags : public ::testing::Test {
 protected:
  void SetUp() override { in_.start(); }

  std::string made(const std::string& path, const Json& body) {
    const Answer answer = in_.post(path, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  }
  std::string flag(const std::string& name, const Json& more = Json::object()) {
    Json body = {{"name", name}, {"enabled", true}};
    body.update(more);
    return made(kFlags, body);
  }
  Answer change(const std::string& id, const Json& body) {
    return in_.request("PATCH", kFlags + "/" + id, to_text(body), {{"Content-Type", "application/json"}});
  }
  // The token of somebody new with that role.
  std::string person(const std::string& name, const std::string& role, std::string* id = nullptr) {
    const std::string made_id =
        made(kIdentity + "users",
             {{"email", name + "@example.org"}, {"name", name}, {"role", role}, {"language", "en"}});
    EXPECT_EQ(in_.post(kIdentity + "users/" + made_id + "/password", {{"password", kPassword}}).status, 204);
    if (id != nullptr) *id = made_id;
    return in_.log_in(name + "@example.org", kPassword);
  }
  // The text of the answer where it is none.
  Json flags_of(const std::string& token) {
    const Answer answer = in_.as(token, "GET", "/api/v1/app");
    return answer.status == 200 ? answer.json().value("flags", Json()) : Json(answer.text());
  }
  Json found(const std::string& name) {
    const Json all = in_.get(kFlags).json();
    for (const Json& one : all.at("data"))
      if (one["name"] == name) return one;
    return nullptr;
  }
  template <class Probe, class Wanted>
  auto becomes(Probe probe, Wanted wanted) -> decltype(probe()) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    auto now = probe();
    while (now != wanted && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      now = probe();
    }
    return now;
  }

  Instance in_;
  std::map<std::string, std::string> heard_;  // by token, when the server has stopped
};

TEST_F(FeatureFlags, AreKeptByAdministratorsAndHoldAtOnceForOpenSessions) {
  const std::string bob = person("bob", "user");
  EXPECT_EQ(flags_of(bob), Json::array());
  EXPECT_EQ(in_.as(bob, "POST", kFlags, {{"name", "fleet.new_map"}}).status, 403);
  EXPECT_EQ(in_.as(bob, "GET", kFlags).status, 403);

  const std::string id = flag("fleet.new_map");
  EXPECT_EQ(flags_of(bob), Json{"fleet.new_map"});
  EXPECT_EQ(in_.as(bob, "PATCH", kFlags + "/" + id, {{"enabled", false}}).status, 403);
  EXPECT_EQ(change(id, {{"enabled", false}}).status, 200);
  EXPECT_EQ(flags_of(bob), Json::array());
  EXPECT_EQ(change(id, {{"enabled", true}}).status, 200);
  in_.stop();
  in_.start();
  EXPECT_EQ(flags_of(bob), Json{"fleet.new_map"}) << "after a start as well";
  EXPECT_EQ(in_.request("DELETE", kFlags + "/" + id).status, 204);
  EXPECT_EQ(flags_of(bob), Json::array());

  const Answer asked = in_.get("/api/v1/audit?filter=" + percent_encode("entity == \"settings.flag\""));
  ASSERT_EQ(asked.status, 200) << asked.text();
  const Json trail = asked.json();
  std::vector<std::string> actions;
  for (const Json& row : trail["data"]) actions.push_back(get_string_or(row, "action", ""));
  std::sort(actions.begin(), actions.end());
  EXPECT_EQ(actions, (std::vector<std::string>{"created", "deleted", "updated", "updated"}));
}

TEST_F(FeatureFlags, ARoleThatIsGivenTheRightKeepsThemToo) {
  const std::string role = made(kIdentity + "roles", {{"key", "releaser"}, {"name", "Releaser"}});
  for (const char* action : {"view", "create", "edit"})
    made(kIdentity + "grants",
         {{"role", role}, {"permission", std::string("settings.flag.") + action}, {"scope", "all"}});
  const std::string eve = person("eve", role);
  EXPECT_EQ(becomes([&] { return in_.as(eve, "GET", kFlags).status; }, 200), 200);
  EXPECT_EQ(in_.as(eve, "POST", kFlags, {{"name", "a.b"}, {"enabled", true}}).status, 201);
  EXPECT_EQ(flags_of(eve), Json{"a.b"});
}

TEST_F(FeatureFlags, AreNarrowedByRoleCompanyAndShare) {
  const std::string manager = person("mary", "manager");
  std::string bob_id;
  const std::string bob = person("bob", "user", &bob_id);
  const std::string north = made(kIdentity + "companies", {{"name", "North"}, {"code", "N"}}),
                    south = made(kIdentity + "companies", {{"name", "South"}, {"code", "S"}});
  made(kIdentity + "assignments", {{"person", bob_id}, {"company", north}, {"role", "user"}});
  made(kIdentity + "assignments", {{"person", bob_id}, {"company", south}, {"role", "user"}});

  const std::string id = flag("fleet.new_map", {{"roles", {"manager"}}});
  EXPECT_EQ(flags_of(manager), Json{"fleet.new_map"});
  EXPECT_EQ(flags_of(bob), Json::array());

  ASSERT_EQ(change(id, {{"roles", Json::array()}, {"companies", {north}}}).status, 200);
  EXPECT_EQ(flags_of(manager), Json::array());
  const auto act_for = [&](const std::string& company) {
    return in_.as(bob, "PUT", "/api/v1/auth/context", {{"company", company}}).status;
  };
  ASSERT_EQ(becomes([&] { return act_for(north); }, 200), 200);
  EXPECT_EQ(flags_of(bob), Json{"fleet.new_map"});
  ASSERT_EQ(act_for(south), 200);
  EXPECT_EQ(flags_of(bob), Json::array());

  ASSERT_EQ(change(id, {{"companies", nullptr}, {"share", 0}}).status, 200);
  EXPECT_EQ(flags_of(bob), Json::array());
  bool before = false;
  for (const int share : {10, 30, 50, 70, 90, 100}) {
    ASSERT_EQ(change(id, {{"share", share}}).status, 200);
    const bool now = flags_of(bob) == Json{"fleet.new_map"};
    EXPECT_TRUE(now || !before) << share;
    before = now;
  }
  EXPECT_TRUE(before);
}

TEST_F(FeatureFlags, BadInputIsRefusedAtItsFieldInTheReadersLanguage) {
  const auto refused = [&](const Json& body) {
    const Answer answer = in_.post(kFlags, body);
    EXPECT_EQ(answer.status, 422) << answer.text();
    return answer.json();
  };
  const auto field_of = [](const Json& problem) {
    return problem.contains("errors") && !problem["errors"].empty()
               ? get_string_or(problem["errors"][0], "field", "")
               : get_string_or(problem, "field", "");
  };
  for (const auto& [field, body] :
       {std::pair<std::string, Json>{"name", {{"name", "Fleet map"}}},
        {"name", {{"name", "map"}}},
        {"share", {{"name", "a.b"}, {"share", 101}}},
        {"share", {{"name", "a.b"}, {"share", "half"}}},
        {"enabled", {{"name", "a.b"}, {"enabled", "yes"}}},
        {"companies", {{"name", "a.b"}, {"companies", {"0190a7c0-0000-7000-8000-000000000000"}}}},
        {"roles", {{"name", "a.b"}, {"roles", {"nobody"}}}}})
    EXPECT_EQ(field_of(refused(body)), field) << to_text(body);

  EXPECT_EQ(in_.post(kFlags, {{"name", "Fleet map"}}).code(), "settings.flag_name");

  const std::string id = flag("a.b");
  std::set<std::string> sentences;
  for (const char* language : {"en", "fr", "es", "pt"}) {
    EXPECT_EQ(in_.as(in_.token(), "PATCH", "/api/v1/auth/me", {{"language", language}}).status, 200);
    const Answer answer = change(id, {{"name", "a.c"}});
    EXPECT_EQ(answer.code(), "settings.flag_name_fixed");
    EXPECT_EQ(field_of(answer.json()), "name");
    sentences.insert(get_string_or(answer.json(), "detail", ""));
  }
  EXPECT_EQ(sentences.size(), 4u);
  EXPECT_EQ(in_.post(kFlags, {{"name", "a.b"}}).status, 409);
}

TEST_F(FeatureFlags, AModuleDeclaresItsOwnAndAsksInCAndInLua) {
  in_.install("pennant");
  const Json own = found("pennant.new_map"), old = found("pennant.old_map");
  ASSERT_TRUE(own.is_object() && old.is_object()) << in_.get(kFlags).text();
  EXPECT_EQ(own["enabled"], false);
  EXPECT_EQ(own["share"], 100);
  EXPECT_EQ(old["enabled"], true);
  EXPECT_NE(get_string_or(own, "description", ""), "");

  const std::string bob = person("bob", "user"), mary = person("mary", "manager");
  const auto state = [&](const std::string& token) {
    return in_.as(token, "GET", "/api/v1/pennant/state").json();
  };
  const Json none = {
      {"own", false}, {"by_full_name", false}, {"other", false}, {"unknown", false}, {"null_refused", true}};
  EXPECT_EQ(state(bob), none);
  const auto note = [&](const std::string& token) {
    const Json record = in_.as(token, "POST", "/api/v1/pennant/notes", {{"name", "x"}}).json();
    const std::string path = "/api/v1/pennant/notes/" + get_string_or(record, "id", "");
    const auto seen = [&] { return get_string_or(in_.get(path).json(), "seen", ""); };
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (seen().empty() && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return seen();
  };
  EXPECT_EQ(note(bob), "false false");

  ASSERT_EQ(change(own["id"], {{"enabled", true}, {"roles", {"manager"}}}).status, 200);
  flag("other.flag");
  EXPECT_EQ(state(bob), (Json{{"own", false},
                              {"by_full_name", false},
                              {"other", true},
                              {"unknown", false},
                              {"null_refused", true}}));
  EXPECT_EQ(state(mary), (Json{{"own", true},
                               {"by_full_name", true},
                               {"other", true},
                               {"unknown", false},
                               {"null_refused", true}}));
  EXPECT_EQ(in_.anonymous("GET", "/api/v1/pennant/state").json().value("own", true), false);
  EXPECT_EQ(note(bob), "false true");
  EXPECT_EQ(note(mary), "true true");

  // What was deleted or switched stays so over starts and upgrades.
  EXPECT_EQ(in_.request("DELETE", kFlags + "/" + get_string_or(old, "id", "")).status, 204);
  in_.stop();
  in_.start();
  EXPECT_EQ(found("pennant.old_map"), nullptr);
  EXPECT_EQ(found("pennant.new_map")["enabled"], true);
}

TEST_F(FeatureFlags, OnlyThoseForWhomOneSwitchesAreToldLive) {
  const std::string bob = person("bob", "user"), mary = person("mary", "manager");
  const auto listen = [&](const std::string& token) {
    return std::thread(
        [this, token, &heard = heard_[token]] { heard = in_.as(token, "GET", "/api/v1/events").text(); });
  };
  std::thread of_bob = listen(bob), of_mary = listen(mary);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  flag("fleet.new_map", {{"roles", {"manager"}}});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  in_.stop();
  of_bob.join();
  of_mary.join();
  EXPECT_NE(heard_[mary].find("event: flags"), std::string::npos) << heard_[mary];
  EXPECT_EQ(heard_[bob].find("event: flags"), std::string::npos) << heard_[bob];
  EXPECT_EQ(heard_[bob].find("fleet.new_map"), std::string::npos);
}

}  // namespace
}  // namespace opsflux::system_test
