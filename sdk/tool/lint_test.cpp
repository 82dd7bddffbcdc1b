#include "sdk/tool/lint.hpp"

#include <gtest/gtest.h>

#include "sdk/tool/test_module.hpp"

namespace opsflux::sdk {
namespace {

using test::write;

class Lint : public ::testing::Test {
 protected:
  Lint() { test::write_module(folder()); }
  std::filesystem::path folder() const { return temp_.path() / "module"; }
  FolderOptions options() const { return {folder(), test::good_library(), {}}; }

  // "code file" of every finding, for one thing made wrong.
  std::vector<std::string> found() const {
    std::vector<std::string> out;
    const auto findings = lint(options());
    if (!findings) return {describe(findings.error())};
    for (const Finding& f : *findings) out.push_back(f.code + " " + f.file);
    return out;
  }
  void edit(const char* file, const char* patch) const {
    Json json = Json::parse(read_file(folder() / file).value());
    json.merge_patch(Json::parse(patch));
    write(folder() / file, to_text(json));
  }
  using Codes = std::vector<std::string>;

 private:
  test::TempFolder temp_;
};

TEST_F(Lint, FindsNothingInAModuleThatIsRight) { EXPECT_EQ(found(), Codes{}); }

TEST_F(Lint, ReportsAWrongManifest) {
  edit("manifest.json", R"({"licence": "x", "version": "1"})");
  EXPECT_EQ(found(), (Codes{"schema.unknown_key manifest.json#/licence",
                            "schema.wrong_value manifest.json#/version"}));
}

TEST_F(Lint, ReportsFilesThatAreMissing) {
  std::filesystem::remove(folder() / "triggers/greet.lua");
  EXPECT_EQ(found(), Codes{"manifest.missing_file manifest.json#/triggers/0/file"});
}

TEST_F(Lint, WarnsOfWhatIsNotBuilt) {
  std::filesystem::remove_all(folder() / "web");
  const auto findings = lint({folder(), {}, {}});
  ASSERT_TRUE(findings);
  EXPECT_EQ(findings->size(), 2u);
  EXPECT_FALSE(has_errors(*findings));
}

TEST_F(Lint, ReportsWrongEntities) {
  edit("entities/thing.json", R"({"title": "nam", "table": "thing", "search": ["nothing"]})");
  EXPECT_EQ(found(), (Codes{"definition.foreign_table entities/thing.json#/table",
                            "definition.unknown_field entities/thing.json#/title",
                            "definition.unknown_field entities/thing.json#/search/0",
                            "lint.entity_table entities/thing.json#/table"}));
  edit("entities/thing.json", R"({"title": "name", "table": "sample_things", "search": null})");
  EXPECT_EQ(found(), Codes{"lint.entity_table entities/thing.json#/table"});
  edit("entities/thing.json", R"({"title": "name", "table": "sample_thing", "search": null, "status": 3})");
  EXPECT_EQ(found().at(0), "schema.wrong_type entities/thing.json#/status");
  write(folder() / "entities/thing.json", "{");
  EXPECT_EQ(found().at(0), "json.syntax entities/thing.json");
}

TEST_F(Lint, AsksWhetherEveryCompanyIsMeantToSeeTheRecords) {
  edit("entities/thing.json", R"({"shared": null})");
  EXPECT_EQ(found(), Codes{"lint.no_company entities/thing.json#/company"});
  EXPECT_FALSE(has_errors(*lint(options())));
  edit("entities/thing.json", R"({"shared": false})");
  EXPECT_EQ(found(), Codes{"lint.no_company entities/thing.json#/company"});
  Json json = Json::parse(read_file(folder() / "entities/thing.json").value());
  json["fields"].push_back({{"name", "site"}, {"type", "reference"}, {"to", "identity.company"}});
  write(folder() / "entities/thing.json", to_text(json));
  const auto has = [&](const std::string& finding) {
    const Codes all = found();
    return std::find(all.begin(), all.end(), finding) != all.end();
  };
  const std::string field = std::to_string(json["fields"].size() - 1);
  EXPECT_TRUE(has("lint.no_company entities/thing.json#/fields/" + field));
  edit("entities/thing.json", R"({"company": "site"})");
  EXPECT_FALSE(has("lint.no_company entities/thing.json#/fields/" + field));
  EXPECT_FALSE(has("lint.shared_company entities/thing.json#/shared"));
  edit("entities/thing.json", R"({"shared": true})");
  EXPECT_TRUE(has("lint.shared_company entities/thing.json#/shared"));
  EXPECT_TRUE(has_errors(*lint(options())));
}

TEST_F(Lint, ReportsWrongFields) {
  edit(
      "entities/thing.json",
      R"({"fields": [{"name": "name", "type": "enum"}, {"name": "state", "type": "enum", "values": ["a"], "default": "b", "tones": {"c": "ok"}},
       {"name": "parent", "type": "reference", "to": "other.thing"}, {"name": "version", "type": "text", "scale": 2}]})");
  auto all = found();
  for (const char* expected : {"definition.missing_key entities/thing.json#/fields/0",
                               "definition.unknown_value entities/thing.json#/fields/1/tones/c",
                               "definition.bad_default entities/thing.json#/fields/1/default",
                               "definition.reserved_field entities/thing.json#/fields/3/name",
                               "definition.useless_key entities/thing.json#/fields/3/scale"})
    EXPECT_NE(std::find(all.begin(), all.end(), expected), all.end()) << expected;
  edit("entities/thing.json", R"({"fields": [{"name": "name", "type": "reference", "to": "other.thing"}]})");
  all = found();
  EXPECT_NE(std::find(all.begin(), all.end(), "lint.unknown_entity entities/thing.json#/fields/0/to"),
            all.end());
}

TEST_F(Lint, ReportsDefinitionsThatDoNotFitOneAnother) {
  Json thing = Json::parse(test::kEntity);
  thing["fields"].push_back(
      {{"name", "pieces"}, {"type", "integer"}, {"rollup", {{"op", "count"}, {"of", "lines"}}}});
  write(folder() / "entities/thing.json", to_text(thing));
  const Codes codes = found();
  const std::string wanted = "definition.unknown_parts entities/thing.json#/fields/3/rollup/of";
  EXPECT_EQ(std::count(codes.begin(), codes.end(), wanted), 1) << ::testing::PrintToString(codes);
}

TEST_F(Lint, ReportsMigrationsOutOfOrder) {
  write(folder() / "migrations/003_more.up.sql", "-- More.\nSELECT 1;\n");
  write(folder() / "migrations/3_bad.sql", "x");
  EXPECT_EQ(found(),
            (Codes{"lint.migration_name migrations/3_bad.sql", "lint.migration_gap migrations/003_more",
                   "lint.migration_pair migrations/003_more"}));
  std::filesystem::remove(folder() / "migrations/3_bad.sql");
  std::filesystem::rename(folder() / "migrations/003_more.up.sql", folder() / "migrations/001_more.up.sql");
  EXPECT_EQ(found(), Codes{"lint.migration_number migrations/001_create"});
}

TEST_F(Lint, TakesAMigrationForOneDatabase) {
  write(folder() / "migrations/001_create.postgresql.up.sql",
        "CREATE TABLE sample_thing (id text NOT NULL);\n");
  EXPECT_EQ(found(), Codes{});
}

TEST_F(Lint, ReportsTranslationsThatAreNotComplete) {
  edit("i18n/fr.json",
       R"({"menu.things": null, "menu.thngs": "Choses", "error.too_many": "Trop", "module.name": " "})");
  std::filesystem::remove(folder() / "i18n/pt.json");
  EXPECT_EQ(
      found(),
      (Codes{"lint.empty_text i18n/fr.json#/module.name", "lint.no_language i18n/pt.json",
             "lint.missing_text i18n/en.json#/menu.thngs", "lint.missing_text i18n/es.json#/menu.thngs",
             "lint.missing_text i18n/fr.json#/menu.things", "lint.missing_text i18n/fr.json#/module.name",
             "lint.unused_text i18n/fr.json#/menu.thngs", "lint.placeholders i18n/fr.json#/error.too_many"}));
}

TEST_F(Lint, WantsTheWordsOfASettingsCategory) {
  edit("manifest.json", R"({"settings": [{"key": "days", "type": "integer", "category": "rules"}]})");
  for (const char* file : {"i18n/fr.json", "i18n/en.json", "i18n/es.json"})
    edit(file, R"({"setting_category.rules": "Rules", "setting_category.other": "Other"})");
  EXPECT_EQ(found(), (Codes{"lint.unused_text i18n/en.json#/setting_category.other",
                            "lint.unused_text i18n/es.json#/setting_category.other",
                            "lint.unused_text i18n/fr.json#/setting_category.other",
                            "lint.missing_text i18n/pt.json#/setting_category.other",
                            "lint.missing_text i18n/pt.json#/setting_category.rules"}));
}

TEST_F(Lint, WantsTheDescriptionOfAFlag) {
  edit("manifest.json", R"({"flags": [{"key": "new_map"}]})");
  for (const char* file : {"i18n/fr.json", "i18n/en.json", "i18n/es.json"})
    edit(file, R"({"flag.new_map": "The new map."})");
  EXPECT_EQ(found(), Codes{"lint.missing_text i18n/pt.json#/flag.new_map"});
}

TEST_F(Lint, ReportsALibraryThatIsNotThisModules) {
  edit("manifest.json", R"({"version": "1.2.4"})");
  EXPECT_EQ(found(), Codes{"elf.note_mismatch lib/linux-x86_64/module.so"});
  edit("manifest.json", R"({"version": "1.2.3", "abi": "1.1"})");
  EXPECT_EQ(found(), Codes{"elf.note_mismatch lib/linux-x86_64/module.so"});
}

TEST_F(Lint, WarnsOfATriggerThatNobodyCalls) {
  write(folder() / "triggers/other.lua", "return {}\n");
  EXPECT_EQ(found(), Codes{"lint.undeclared_trigger triggers/other.lua"});
}

// Of what is not built yet nothing can be said.
TEST(LintBundled, NothingIsWrongWithTheModulesThatComeAlong) {
  for (const char* folder : {"plugins/tiers", "sdk/template"}) {
    const auto findings = lint({std::filesystem::path(OPSFLUX_SDK_SOURCE) / folder, {}, {}});
    ASSERT_TRUE(findings) << folder;
    for (const Finding& one : *findings)
      EXPECT_EQ(one.code, "lint.not_built") << folder << " " << one.file << " " << one.message;
  }
}

TEST(LintPath, MustBeAModule) {
  const test::TempFolder temp;
  EXPECT_EQ(lint({temp.path(), {}, {}}).error().code, "sdk.no_module");
  EXPECT_EQ(lint({temp.path() / "none", {}, {}}).error().code, "file.missing");
}

}  // namespace
}  // namespace opsflux::sdk
