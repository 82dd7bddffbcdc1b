// Mappings of imports that are saved under names, over HTTP, with the module of the fleet.
#include <gtest/gtest.h>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

constexpr const char* kPath = "/api/v1/import-mappings";

class ImportMappings : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("fleet_1_0");
  }

  static Json plan() {
    return {{"mapping", {{"Plate", "plate"}, {"Km", "km"}, {"Note", nullptr}}},
            {"key", {"plate"}},
            {"mode", "skip"},
            {"decimal", "comma"},
            {"dates", "dmy"},
            {"separator", ";"}};
  }
  static Json body(const std::string& name, bool shared = false, const Json& plan = ImportMappings::plan()) {
    return {{"entity", "fleet.vehicle"}, {"name", name}, {"shared", shared}, {"plan", plan}};
  }
  Json saved(const std::string& name, bool shared = false) {
    const Answer answer = in_.post(kPath, body(name, shared));
    EXPECT_EQ(answer.status, 201) << answer.text();
    return answer.json();
  }
  Answer change(const Json& mapping, const Json& body) {
    return in_.as(in_.token(), "PATCH", path_of(mapping), body);
  }
  static std::string path_of(const Json& mapping) {
    return std::string(kPath) + "/" + mapping.at("id").get<std::string>();
  }
  std::string user(const std::string& email) {
    const Answer made = in_.post(
        "/api/v1/identity/users",
        {{"email", email}, {"name", "Awa Ndiaye"}, {"role", "user"}, {"language", "en"}, {"active", true}});
    EXPECT_EQ(made.status, 201) << made.text();
    in_.post("/api/v1/identity/users/" + get_string_or(made.json(), "id", "") + "/password",
             {{"password", kPassword}});
    return in_.log_in(email, kPassword);
  }
  std::vector<std::string> names(const std::string& token) {
    std::vector<std::string> out;
    const Answer answer = in_.as(token, "GET", std::string(kPath) + "?entity=fleet.vehicle");
    EXPECT_EQ(answer.status, 200) << answer.text();
    const Json all = answer.json();
    for (const Json& mapping : all["data"]) out.push_back(mapping["name"]);
    return out;
  }

  Instance in_;
};

using Names = std::vector<std::string>;

TEST_F(ImportMappings, KeepColumnsAndOptionsUnderAName) {
  const Json made = saved("  Zebra ");
  EXPECT_EQ(made["name"], "Zebra") << "without blanks around";
  EXPECT_EQ(made["plan"], plan());
  EXPECT_EQ(made["shared"], false);
  EXPECT_EQ(made["own"], true);
  EXPECT_EQ(made["may_change"], true);
  EXPECT_EQ(made["gone"], Json::array());
  EXPECT_TRUE(made["owner"].is_string()) << made.dump();
  saved("écluse");
  saved("Depot");
  EXPECT_EQ(names(in_.token()), (Names{"Depot", "écluse", "Zebra"})) << "by name, whatever the accents";
  EXPECT_EQ(in_.get(path_of(made)).json(), made);

  const Json other = {{"mapping", {{"Kennzeichen", "plate"}}}};
  const Answer changed = change(made, {{"name", "Aal"}, {"shared", true}, {"plan", other}});
  EXPECT_EQ(changed.status, 200) << changed.text();
  EXPECT_EQ(changed.json()["plan"], other);
  EXPECT_EQ(change(made, Json::object()).json()["name"], "Aal") << "nothing given, nothing changed";
  EXPECT_EQ(names(in_.token()), (Names{"Aal", "Depot", "écluse"}));
  EXPECT_EQ(in_.request("DELETE", path_of(made)).status, 204);
  EXPECT_EQ(in_.get(path_of(made)).code(), "import.no_mapping");
  EXPECT_EQ(in_.request("DELETE", path_of(made)).status, 404);
}

TEST_F(ImportMappings, AreTheirOwnersUntilTheyAreShared) {
  const std::string awa = user("awa@example.org"), lea = user("lea@example.org");
  const Answer answer = in_.as(awa, "POST", kPath, body("Awa's"));
  ASSERT_EQ(answer.status, 201) << answer.text();
  const std::string path = path_of(answer.json());
  EXPECT_EQ(names(lea), Names{});
  EXPECT_EQ(names(in_.token()), Names{}) << "not even the administrator";
  for (const char* method : {"GET", "PATCH", "DELETE"}) {
    EXPECT_EQ(in_.as(lea, method, path, Json::object()).status, 404) << method;
    EXPECT_EQ(in_.as(in_.token(), method, path, Json::object()).status, 404) << method;
  }
  ASSERT_EQ(in_.as(awa, "PATCH", path, {{"shared", true}}).status, 200);
  const Json seen = in_.as(lea, "GET", path).json();
  EXPECT_EQ(seen["name"], "Awa's");
  EXPECT_EQ(seen["owner"], "Awa Ndiaye");
  EXPECT_EQ(seen["own"], false);
  EXPECT_EQ(seen["may_change"], false);
  EXPECT_EQ(in_.as(lea, "PATCH", path, {{"name", "Lea's"}}).code(), "import.mapping_of_other");
  EXPECT_EQ(in_.as(lea, "DELETE", path).status, 403);
  EXPECT_EQ(in_.as(lea, "POST", kPath, body("Awa's")).status, 201) << "names are a person's own";
  EXPECT_EQ(names(lea), (Names{"Awa's", "Awa's"}));
  EXPECT_EQ(in_.as(in_.token(), "PATCH", path, {{"name", "Everybody's"}}).json()["owner"], "Awa Ndiaye");
  EXPECT_EQ(in_.as(in_.token(), "DELETE", path).status, 204) << "the administrator may";
  EXPECT_EQ(names(awa), Names{});
}

TEST_F(ImportMappings, AreForThoseWhoMayImportIntoTheEntity) {
  const std::string awa = user("awa@example.org");
  Json people = body("People");
  people["entity"] = "identity.user";
  people["plan"] = {{"mapping", {{"Name", "name"}, {"Mail", "email"}}}};
  people["shared"] = true;
  const Answer made = in_.post(kPath, people);
  ASSERT_EQ(made.status, 201) << made.text();
  EXPECT_EQ(in_.as(awa, "GET", path_of(made.json())).status, 404);
  EXPECT_NE(in_.as(awa, "GET", std::string(kPath) + "?entity=identity.user").status, 200);
  EXPECT_NE(in_.as(awa, "POST", kPath, people).status, 201);
  EXPECT_EQ(in_.get(std::string(kPath) + "?entity=fleet.nothing").code(), "entity.no_entity");
}

TEST_F(ImportMappings, RefusesWhatMakesNoSense) {
  const auto refused = [&](const Json& body) { return in_.post(kPath, body).code(); };
  const Json first = saved("Depot");
  const Json second = saved("Yard");
  const Answer twice = in_.post(kPath, body("Depot"));
  EXPECT_EQ(twice.status, 409);
  EXPECT_EQ(twice.code(), "import.mapping_exists");
  EXPECT_EQ(twice.json()["field"], "name") << twice.text();
  EXPECT_EQ(change(second, {{"name", "Depot"}}).code(), "import.mapping_exists");
  EXPECT_EQ(change(second, {{"name", "Yard"}}).status, 200) << "its own name is free";

  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "é";
  EXPECT_EQ(in_.post(kPath, body(hundred)).status, 201);
  EXPECT_EQ(refused(body(hundred + "é")), "import.mapping_name");
  EXPECT_EQ(refused(body("  ")), "import.mapping_name");
  EXPECT_EQ(refused(body("a\nb")), "import.mapping_name");
  EXPECT_EQ(refused(body(std::string("a\0b", 3))), "import.mapping_name");
  Json odd = body("Odd");
  odd["name"] = 7;
  EXPECT_EQ(refused(odd), "import.mapping_name");
  odd = body("Odd");
  odd["shared"] = "yes";
  EXPECT_EQ(refused(odd), "import.bad_options");
  odd = body("Odd");
  odd["owner"] = "x";
  EXPECT_EQ(refused(odd), "import.bad_options");
  EXPECT_EQ(refused(Json::array()), "import.bad_options");
  EXPECT_EQ(change(first, {{"entity", "identity.user"}}).code(), "import.bad_options");

  const auto plan_refused = [&](const Json& plan) { return refused(body("Odd", false, plan)); };
  EXPECT_EQ(plan_refused(nullptr), "import.bad_options");
  EXPECT_EQ(plan_refused({{"mapping", Json::array()}}), "import.bad_options");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", 5}}}}), "import.bad_options");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", "nothing"}}}}), "import.no_field");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", "km"}, {"B", "km"}}}}), "import.field_twice");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", nullptr}}}}), "import.no_columns");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", "km"}}}, {"key", {"plate"}}}), "import.key_without_column");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", "km"}}}, {"mode", 3}}), "import.bad_options");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", "km"}}}, {"separator", "x"}}), "import.bad_options");
  EXPECT_EQ(plan_refused({{"mapping", {{"A", "km"}}}, {"colour", "red"}}), "import.bad_options");
  EXPECT_EQ(plan_refused({{"mapping", {{std::string("A\0", 2), "km"}}}}), "import.bad_options");
  EXPECT_EQ(plan_refused({{"mapping", {{std::string(70'000, 'A'), "km"}}}}), "import.bad_options");
  Json wide = {{"A", "km"}};
  for (int i = 0; i < 500; ++i) wide[std::to_string(i)] = nullptr;
  EXPECT_EQ(plan_refused({{"mapping", wide}}), "import.bad_options");
  EXPECT_EQ(change(first, {{"plan", {{"mapping", {{"A", "nothing"}}}}}}).code(), "import.no_field");
  EXPECT_EQ(in_.get(path_of(first)).json()["plan"], plan()) << "as it was";
}

TEST_F(ImportMappings, AreLimitedInNumber) {
  for (int i = 0; i < 100; ++i) ASSERT_EQ(in_.post(kPath, body("n" + std::to_string(i))).status, 201) << i;
  const Answer more = in_.post(kPath, body("one more"));
  EXPECT_EQ(more.status, 409);
  EXPECT_EQ(more.code(), "import.too_many_mappings");
  Json people = body("elsewhere");
  people["entity"] = "identity.user";
  people["plan"] = {{"mapping", {{"Name", "name"}}}};
  EXPECT_EQ(in_.post(kPath, people).status, 201) << "the limit is that of an entity";
  EXPECT_EQ(in_.as(user("awa@example.org"), "POST", kPath, body("another")).status, 201) << "and of a person";
}

TEST_F(ImportMappings, AreSharedInALimitedNumber) {
  const std::string awa = user("awa@example.org"), lea = user("lea@example.org");
  for (const std::string& token : {awa, lea})
    for (int i = 0; i < 100; ++i)
      ASSERT_EQ(in_.as(token, "POST", kPath, body("n" + std::to_string(i), true)).status, 201) << i;
  EXPECT_EQ(in_.post(kPath, body("one more", true)).code(), "import.too_many_shared");
  const Json own = saved("one more");
  EXPECT_EQ(change(own, {{"shared", true}}).code(), "import.too_many_shared");
  const Json all = in_.get(std::string(kPath) + "?entity=fleet.vehicle").json();
  EXPECT_EQ(all["data"].size(), 201u);
  EXPECT_EQ(change(all["data"][0], {{"name", "another name"}}).status, 200)
      << "those that are may be changed";
  ASSERT_EQ(change(all["data"][0], {{"shared", false}}).status, 200);
  EXPECT_EQ(change(own, {{"shared", true}}).status, 200) << "there is room again";
}

TEST_F(ImportMappings, TellsFieldsThatAreGone) {
  const Answer field = in_.post("/api/v1/custom-fields", {{"entity", "fleet.vehicle"},
                                                          {"name", "x_depot"},
                                                          {"field", {{"type", "text"}, {"max", 40}}},
                                                          {"texts", {{"en", {{"label", "Depot"}}}}}});
  ASSERT_EQ(field.status, 201) << field.text();
  const Json with = {{"mapping", {{"Plate", "plate"}, {"Depot", "x_depot"}}}, {"key", {"plate"}}};
  const Answer made = in_.post(kPath, body("With a depot", false, with));
  ASSERT_EQ(made.status, 201) << made.text();
  EXPECT_EQ(made.json()["gone"], Json::array());
  const std::string custom = "/api/v1/custom-fields/" + field.json()["id"].get<std::string>();
  ASSERT_EQ(in_.request("DELETE", custom).status, 204);
  const Json after = in_.get(path_of(made.json())).json();
  EXPECT_EQ(after["gone"], Json::parse(R"([{"column": "Depot", "field": "x_depot"}])"));
  EXPECT_EQ(after["plan"], with) << "it is kept as it was saved";
  EXPECT_EQ(change(made.json(), {{"name", "Renamed"}}).status, 200) << "and can be renamed";
  EXPECT_EQ(change(made.json(), {{"plan", with}}).code(), "import.no_field");
  ASSERT_EQ(in_.post(custom + "/restore", Json::object()).status, 200);
  EXPECT_EQ(in_.get(path_of(made.json())).json()["gone"], Json::array());
}

}  // namespace
}  // namespace opsflux::system_test
