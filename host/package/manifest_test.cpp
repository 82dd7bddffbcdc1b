#include "host/package/manifest.hpp"

#include <gtest/gtest.h>

#include "host/package/json_schema.hpp"

namespace opsflux::package {
namespace {

// The example of the published format, with everything in it.
const char* kFull = R"({
  "manifest": 1, "id": "tiers", "version": "1.0.0", "abi": "1.0", "host": ">=0.1.0",
  "publisher": { "id": "opsflux", "name": "OpsFlux" }, "license": "MIT", "icon": "building-2", "category": "third-parties",
  "depends": [ { "id": "other", "version": ">=1.0.0 <2.0.0" } ],
  "services": [ "opsflux.core/1", "opsflux.entity/1" ],
  "permissions": [ { "id": "score.recompute", "risk": "low", "roles": ["user"] } ],
  "menus": [ { "id": "tiers", "icon": "building-2", "order": 10, "items": [ { "id": "companies", "icon": "building-2", "entity": "company" }, { "id": "map", "page": "map" } ] } ],
  "settings": [ { "key": "review_days", "type": "integer", "default": 90, "min": 1, "max": 3650 } ],
  "flags": [ { "key": "new_map" }, { "key": "old_map", "enabled": true } ],
  "hooks": [ { "entity": "company", "event": "before_create", "function": "check_company", "order": 100 } ],
  "routes": [ { "method": "GET", "path": "/checks/siret/{siret}", "function": "check_siret", "permission": "company.view" },
              { "method": "GET", "path": "/public", "function": "f", "access": "public" } ],
  "events": [ "score_recomputed" ],
  "jobs": [ { "id": "nightly", "function": "nightly", "every": "P1D" } ],
  "triggers": [ { "file": "triggers/review.lua", "on": [ "company.created", "score_recomputed", "other.thing.deleted" ] } ],
  "subscriptions": [ { "event": "company.updated", "function": "on_company" } ],
  "web": { "entry": "index.js", "styles": ["index.css"], "widgets": [ { "id": "score", "slot": "record.aside", "entity": "company" } ] },
  "exclusive": false })";

const std::set<std::string, std::less<>> kFiles = {"entities/company.json", "triggers/review.lua",
                                                   "web/index.js", "web/index.css"};

TEST(Manifest, IsReadWhole) {
  const auto manifest = parse_manifest(kFull);
  ASSERT_TRUE(manifest) << describe(manifest.error());
  EXPECT_EQ(manifest->id, "tiers");
  EXPECT_EQ(manifest->version, (SemVer{1, 0, 0}));
  EXPECT_EQ(manifest->depends.at(0).version.text(), ">=1.0.0 <2.0.0");
  EXPECT_EQ(manifest->menus.at(0).items.at(1).page, "map");
  EXPECT_EQ(manifest->settings.at(0).default_json, "90");
  EXPECT_EQ(manifest->flags.at(0).key, "new_map");
  EXPECT_FALSE(manifest->flags.at(0).enabled);
  EXPECT_TRUE(manifest->flags.at(1).enabled);
  EXPECT_EQ(manifest->hooks.at(0).event, HookEvent::kBeforeCreate);
  EXPECT_EQ(manifest->routes.at(0).access, RouteAccess::kPermission);
  EXPECT_EQ(manifest->routes.at(1).access, RouteAccess::kPublic);
  EXPECT_EQ(manifest->jobs.at(0).every, std::chrono::hours(24));
  EXPECT_EQ(
      manifest->triggers.at(0).on,
      (std::vector<std::string>{"tiers.company.created", "tiers.score_recomputed", "other.thing.deleted"}));
  EXPECT_EQ(manifest->subscriptions.at(0).event, "tiers.company.updated");
  ASSERT_TRUE(manifest->web);
  EXPECT_EQ(manifest->web->widgets.at(0).slot, "record.aside");
  EXPECT_TRUE(check_manifest_files(*manifest, kFiles));
}

// One wrong thing put into the full manifest at a JSON pointer, and what must be said about it.
struct Case {
  const char* pointer;
  const char* value;  // JSON; nullptr: removed
  const char* code;
  const char* where;    // pointer of the error
  const char* mention;  // must stand in the sentence
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.pointer << " = " << (c.value ? c.value : "nothing");
}

class ManifestErrors : public ::testing::TestWithParam<Case> {};

TEST_P(ManifestErrors, NameThePlaceAndWhatWouldBeRight) {
  const Case& c = GetParam();
  Json document = Json::parse(kFull);
  const Json::json_pointer pointer(c.pointer);
  if (c.value) {
    document[pointer] = Json::parse(c.value);
  } else {
    document[pointer.parent_pointer()].erase(pointer.back());
  }
  const auto manifest = parse_manifest(to_text(document), "manifest.json");
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, c.code) << describe(manifest.error());
  EXPECT_EQ(manifest.error().field, std::string("manifest.json#") + c.where);
  EXPECT_NE(manifest.error().message.find(c.mention), std::string::npos) << manifest.error().message;
  EXPECT_NE(manifest.error().message.find("manifest.json"), std::string::npos) << manifest.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ManifestErrors,
    ::testing::Values(
        Case{"/lisence", "\"MIT\"", "schema.unknown_key", "/lisence", "not known here"},
        Case{"/web/widgts", "[]", "schema.unknown_key", "/web/widgts", "not known here"},
        Case{"/menus/0/items/0/lable", "\"x\"", "schema.unknown_key", "/menus/0/items/0/lable",
             "not known here"},
        Case{"/settings/0/secrt", "true", "schema.unknown_key", "/settings/0/secrt",
             "did you mean \"secret\""},
        Case{"/version", nullptr, "schema.missing_key", "", "\"version\" is missing"},
        Case{"/version", "\"1.0\"", "schema.wrong_value", "/version", "three numbers"},
        Case{"/version", "1", "schema.wrong_type", "/version", "three numbers"},
        Case{"/manifest", "2", "schema.wrong_value", "/manifest", "must be 1"},
        Case{"/id", "\"Tiers\"", "schema.wrong_value", "/id", "lower-case"},
        Case{"/id", "\"auth\"", "manifest.reserved_id", "/id", "choose another"},
        Case{"/id", "\"core_things\"", "manifest.reserved_id", "/id", "choose another"},
        Case{"/abi", "\"1\"", "schema.wrong_value", "/abi", "\"1.0\""},
        Case{"/host", "\"^1.0.0\"", "version.bad_range", "/host", ">=1.0.0 <2.0.0"},
        Case{"/depends/0/version", "\">=2.0.0 <1.0.0\"", "version.empty_range", "/depends/0/version",
             "No version"},
        Case{"/depends/1", R"({"id": "other", "version": "*"})", "schema.duplicate", "/depends/1/id",
             "stands twice"},
        Case{"/publisher/url", "\"http://x\"", "schema.wrong_value", "/publisher/url", "https://"},
        Case{"/services/0", "\"opsflux.core\"", "schema.wrong_value", "/services/0", "opsflux.entity/1"},
        Case{"/services/1", "\"opsflux.core/1\"", "schema.duplicate", "/services/1", "stands twice"},
        Case{"/permissions/0/risk", "\"hihg\"", "schema.wrong_value", "/permissions/0/risk",
             "low, moderate, high (\"high\"?)"},
        Case{"/menus/0/items", "[]", "schema.wrong_value", "/menus/0/items", "must not be empty"},
        Case{"/menus/0/items/0/page", "\"p\"", "schema.wrong_value", "/menus/0/items/0",
             "either \"entity\" or \"page\""},
        Case{"/menus/0/items/1/id", "\"tiers\"", "schema.duplicate", "/menus/0/items/1/id", "share the keys"},
        Case{"/menus/0/order", "\"first\"", "schema.wrong_type", "/menus/0/order",
             "a whole number; it is \"first\""},
        Case{"/menus/0/order", "-1", "schema.wrong_value", "/menus/0/order", "at least 0"},
        Case{"/settings/0/default", "\"90\"", "manifest.setting_default", "/settings/0/default",
             "a whole number"},
        Case{"/settings/0/default", "0", "manifest.setting_default", "/settings/0/default", "between"},
        Case{"/settings/0", R"({"key": "k", "type": "enum"})", "manifest.setting_values", "/settings/0",
             "needs \"values\""},
        Case{"/settings/0", R"({"key": "k", "type": "enum", "values": ["a"], "default": "b"})",
             "manifest.setting_default", "/settings/0/default", "one of a"},
        Case{"/settings/0", R"({"key": "k", "type": "integer", "min": 2, "max": 1})",
             "manifest.setting_bound", "/settings/0/min", "greater"},
        Case{"/settings/0", R"({"key": "k", "type": "boolean", "min": 2})", "manifest.setting_bound",
             "/settings/0/min", "no bounds"},
        Case{"/settings/0", R"({"key": "k", "type": "decimal", "default": 1.5})", "manifest.setting_default",
             "/settings/0/default", "\"12.50\""},
        Case{"/settings/0", R"({"key": "k", "type": "text", "secret": true, "default": "x"})",
             "manifest.setting_secret", "/settings/0/default", "no default"},
        Case{"/settings/0", R"({"key": "k", "type": "text", "schema": {"type": "string"}})",
             "manifest.setting_schema", "/settings/0/schema", "type json"},
        Case{"/settings/0", R"({"key": "k", "type": "json", "schema": {"allOf": []}})",
             "manifest.setting_schema", "/settings/0/schema", "allOf"},
        Case{"/settings/0", R"({"key": "k", "type": "json", "schema": {"$ref": "#/$defs/a", "$defs": {}}})",
             "manifest.setting_schema", "/settings/0/schema", "no references"},
        Case{"/settings/0", R"({"key": "k", "type": "json", "schema": {"type": 5}})",
             "manifest.setting_schema", "/settings/0/schema", "unusable"},
        Case{"/settings/0",
             R"({"key": "k", "type": "json", "schema": {"type": "array"}, "default": {"a": 1}})",
             "manifest.setting_default", "/settings/0/default", "schema"},
        Case{"/flags/1/key", "\"new_map\"", "schema.duplicate", "/flags/1/key", "new_map"},
        Case{"/flags/0/key", "\"New map\"", "schema.wrong_value", "/flags/0/key", "letters"},
        Case{"/flags/0/enabled", "1", "schema.wrong_type", "/flags/0/enabled", "true or false"},
        Case{"/settings/0/category", "\"Sign in\"", "schema.wrong_value", "/settings/0/category", "letters"},
        Case{"/hooks/0/event", "\"after_create\"", "schema.wrong_value", "/hooks/0/event", "before_create"},
        Case{"/hooks/0/function", "\"a-b\"", "schema.wrong_value", "/hooks/0/function", "letters"},
        Case{"/routes/0/method", "\"get\"", "schema.wrong_value", "/routes/0/method", "GET"},
        Case{"/routes/0/path", "\"checks\"", "schema.wrong_value", "/routes/0/path", "/checks/siret/{siret}"},
        Case{"/routes/0/path", "\"/a/{x}/{x}\"", "manifest.route_parameter", "/routes/0/path", "twice"},
        Case{"/routes/0/permission", nullptr, "schema.wrong_value", "/routes/0", "who may call it"},
        Case{"/routes/0/path", "\"/public\"", "schema.duplicate", "/routes/1", "same method and path"},
        Case{"/jobs/0/every", "\"P\"", "schema.wrong_value", "/jobs/0/every", "P1D"},
        Case{"/jobs/0/every", "\"PT\"", "manifest.bad_duration", "/jobs/0/every", "P1D"},
        Case{"/triggers/0/file", "\"../x.lua\"", "schema.wrong_value", "/triggers/0/file",
             "triggers/<name>.lua"},
        Case{"/triggers/0/on/0", "\"company.made\"", "manifest.unknown_event", "/triggers/0/on/0", "depends"},
        Case{"/triggers/0/on/0", "\"unheard\"", "manifest.unknown_event", "/triggers/0/on/0", "\"events\""},
        Case{"/triggers/0/on/0", "\"third.thing.created\"", "manifest.unknown_event", "/triggers/0/on/0",
             "depends"},
        Case{"/triggers/0/on/0", "\"other.thing.made\"", "manifest.unknown_event", "/triggers/0/on/0",
             "restored"},
        Case{"/web/entry", "\"../index.js\"", "schema.wrong_value", "/web/entry", "below web/"},
        Case{"/exclusive", "\"no\"", "schema.wrong_type", "/exclusive", "true or false"},
        Case{"/publisher", "[]", "schema.wrong_type", "/publisher", "an object; it is an empty list"}));

TEST(Manifest, SuggestsTheKeyThatWasMeant) {
  Json document = Json::parse(kFull);
  document.erase("license");
  document["lisence"] = "MIT";
  const auto manifest = parse_manifest(to_text(document));
  ASSERT_FALSE(manifest);
  ASSERT_EQ(manifest.error().causes.size(), 2u);
  EXPECT_NE(manifest.error().causes[1].message.find("did you mean \"license\""), std::string::npos);
}

TEST(Manifest, ReportsAllErrorsAtOnce) {
  Json document = Json::parse(kFull);
  document["version"] = "x";
  document["abi"] = 1;
  document["jobs"][0]["every"] = 3;
  const auto manifest = parse_manifest(to_text(document));
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, "manifest.invalid");
  EXPECT_EQ(manifest.error().causes.size(), 3u);
}

TEST(Manifest, RefusesWhatIsNoJson) {
  EXPECT_EQ(parse_manifest("{").error().code, "json.syntax");
  EXPECT_EQ(parse_manifest("").error().code, "json.syntax");
  EXPECT_EQ(parse_manifest("[]").error().code, "schema.wrong_type");
  EXPECT_EQ(parse_manifest("{\"id\":1,\"id\":2}").error().code, "json.duplicate_name");
  EXPECT_EQ(parse_manifest(std::string(100, '[')).error().code, "json.too_deep");
}

TEST(Manifest, NeedsTheFilesItNames) {
  const auto manifest = parse_manifest(kFull);
  const auto without = [&](const char* removed, const char* added = nullptr) {
    auto files = kFiles;
    files.erase(removed);
    if (added) files.insert(added);
    const auto checked = check_manifest_files(*manifest, files);
    return checked                          ? std::string("ok")
           : checked.error().causes.empty() ? checked.error().message
                                            : checked.error().causes[0].message;
  };
  EXPECT_EQ(without("web/index.css", "web/indx.css"),
            "manifest.json#/web/styles/0: there is no file web/index.css; did you mean web/indx.css?");
  EXPECT_EQ(without("triggers/review.lua"),
            "manifest.json#/triggers/0/file: there is no file triggers/review.lua.");
  EXPECT_NE(without("entities/company.json", "entities/compny.json").find("did you mean \"compny\""),
            std::string::npos);
  EXPECT_NE(without("", "src/main.cpp").find("stands in no folder"), std::string::npos);
  EXPECT_NE(without("", "lib/module.so").find("lib/<platform>/module.so"), std::string::npos);
}

TEST(Manifest, HoldsSubscriptionsToEventsThatExist) {
  Json document = Json::parse(kFull);
  document["subscriptions"][0]["event"] = "third.thing.created";
  EXPECT_EQ(parse_manifest(to_text(document)).error().code, "manifest.unknown_event");
  document["subscriptions"][0]["event"] = "tiers.a.b.created";
  EXPECT_EQ(parse_manifest(to_text(document)).error().code, "schema.wrong_value");
  document["subscriptions"][0]["event"] = "compny.created";
  EXPECT_EQ(check_manifest_files(*parse_manifest(to_text(document)), kFiles).error().code,
            "manifest.missing_entity");
}

TEST(Manifest, LeavesReservedNamesToCoreServices) {
  Json document = Json::parse(kFull);
  document["id"] = "identity";
  EXPECT_EQ(parse_manifest(to_text(document)).error().code, "manifest.reserved_id");
  EXPECT_TRUE(parse_manifest(to_text(document), "manifest.json", ManifestOf::kCoreService));
}

TEST(Manifest, MayListenToTheHostsAlerts) {
  Json document = Json::parse(kFull);
  document["triggers"][0]["on"] = {"audit.alert"};
  auto parsed = parse_manifest(to_text(document));
  ASSERT_TRUE(parsed) << describe(parsed.error());
  EXPECT_EQ(parsed->triggers[0].on, std::vector<std::string>{"audit.alert"});
  document["triggers"][0]["on"] = {"audit.alarm"};
  EXPECT_FALSE(parse_manifest(to_text(document)));
}

TEST(Manifest, KnowsThePermissionsThatEntitiesBring) {
  Json document = Json::parse(kFull);
  document["routes"][0]["permission"] = "company.veiw";
  auto checked = check_manifest_files(*parse_manifest(to_text(document)), kFiles);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "manifest.unknown_permission");
  EXPECT_NE(checked.error().message.find("company.view"), std::string::npos);
  document["routes"][0]["permission"] = "score.recompute";
  EXPECT_TRUE(check_manifest_files(*parse_manifest(to_text(document)), kFiles));
  document["routes"][0]["permission"] = "company.approve";
  const auto approved = parse_manifest(to_text(document));
  EXPECT_FALSE(check_manifest_files(*approved, kFiles));
  const auto actions = actions_of("company", R"({"actions": ["approve"]})");
  EXPECT_TRUE(check_manifest_files(*approved, kFiles, "manifest.json", actions));
  EXPECT_TRUE(actions_of("company", "[]").empty());
  EXPECT_TRUE(actions_of("company", R"({"actions": {"approve": 1}})").empty());
  document["permissions"][0]["id"] = "company.view";
  document["routes"][0]["permission"] = "company.view";
  EXPECT_EQ(check_manifest_files(*parse_manifest(to_text(document)), kFiles).error().code,
            "schema.duplicate");
}

TEST(Duration, IsReadInItsCommonForms) {
  EXPECT_EQ(parse_duration("P1D"), std::chrono::hours(24));
  EXPECT_EQ(parse_duration("P1DT2H3M4S"), std::chrono::seconds(86400 + 7200 + 180 + 4));
  EXPECT_EQ(parse_duration("P2W"), std::chrono::hours(24 * 14));
  EXPECT_EQ(parse_duration("PT90S"), std::chrono::seconds(90));
  for (const char* text :
       {"", "P", "PT", "P1", "1D", "P1M", "PT1D", "P0D", "PT5M3H", "P-1D", "P1.5D", "PT5MT3S", "P1DT"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(JsonSchema, RefusesAKeywordThatItWouldNotCheck) {
  EXPECT_EQ(JsonSchema::create(R"({"type": "object", "minProperties": 1})").error().code, "schema.unusable");
  EXPECT_EQ(JsonSchema::create(R"({"items": {"pattern": "("}})").error().code, "schema.unusable");
  EXPECT_EQ(JsonSchema::create(R"({"$ref": "#/$defs/none"})").error().code, "schema.unusable");
}

TEST(JsonSchema, ChecksEntityDefinitions) {
  const auto check = [](const char* text) {
    const auto errors = entity_schema().check(Json::parse(text), "entities/thing.json");
    return errors.empty() ? std::string("ok") : errors.front().message;
  };
  EXPECT_EQ(
      check(
          R"({"entity":"thing","plural":"things","table":"m_thing","title":"name","fields":[{"name":"name","type":"text","max":200}]})"),
      "ok");
  EXPECT_EQ(
      check(
          R"({"entity":"thing","plural":"things","table":"m_thing","title":"name","fields":[{"name":"name","type":"txt"}]})")
          .substr(0, 60),
      "entities/thing.json#/fields/0/type: this must be one of text");
  EXPECT_NE(
      check(
          R"({"entity":"thing","plural":"things","table":"m_thing","title":"name","fields":[{"name":"name","type":"text","requird":true}]})")
          .find("did you mean \"required\""),
      std::string::npos);
}

}  // namespace
}  // namespace opsflux::package
