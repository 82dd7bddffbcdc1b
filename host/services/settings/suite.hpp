// What settings promise, on either database. Included by settings_test.cpp (SQLite) and settings_db_test.cpp
// (PostgreSQL).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/services/settings/setting_file.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::settings_service {

using modules::SettingOverrides;
using modules::SettingSource;

class SettingsSuite : public ::testing::TestWithParam<bool> {
 protected:
  SettingsSuite()
      : folder_(std::filesystem::temp_directory_path() / ("opsflux-settings-" + to_hex(random_bytes(6)))) {
    std::filesystem::create_directories(folder_);
    store::DatabaseOptions options;
    options.url = "sqlite:" + (folder_ / "beside.db").string();
    if (GetParam()) {
      const char* url = std::getenv("OPSFLUX_TEST_POSTGRESQL");
      if (url == nullptr)
        throw std::runtime_error("These tests need PostgreSQL: run tools/with-postgres <command>.");
      options.url = url;
    }
    beside_ = must(store::Database::open(options));
    scratch_.emplace(must(store::ScratchDatabase::create(*beside_, folder_)));
    database_ = must(store::Database::open(scratch_->options()));
    migrate("entities", kHost / "entities/migrations");
    migrate("modules", kHost / "modules/migrations");
    ada_.user_id = "ada";
    ada_.name = "Ada";
    open();
  }
  ~SettingsSuite() override {
    settings_.reset();
    database_.reset();
    scratch_.reset();
    beside_.reset();
    std::filesystem::remove_all(folder_);
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }
  void migrate(const char* owner, const std::filesystem::path& folder) {
    must(store::MigrationRunner(*database_, clock_)
             .up({owner, false}, must(store::MigrationSet::from_folder(folder, database_->dialect()))));
  }

  // As the server starts: what is stored is read.
  void open(SettingOverrides overrides = {}) {
    settings_ =
        must(modules::Settings::open({*database_, audit_, clock_, ids_},
                                     must(SecretBox::open(folder_ / "instance.key")), std::move(overrides)));
    settings_->on_change([this](std::string_view module) { told_ += std::string(module) + " "; });
  }

  static std::shared_ptr<const package::Manifest> manifest_of(const std::string& id, const Json& settings) {
    const Json json = {{"manifest", 1},        {"id", id},
                       {"version", "1.0.0"},   {"abi", "1.0"},
                       {"host", ">=0.1.0"},    {"publisher", {{"id", "opsflux"}, {"name", "OpsFlux"}}},
                       {"license", "MIT"},     {"icon", "box"},
                       {"category", "system"}, {"settings", settings}};
    return std::make_shared<const package::Manifest>(
        must(package::parse_manifest(to_text(json), "manifest.json", package::ManifestOf::kCoreService)));
  }

  const package::ManifestSetting& setting(std::string_view key) const {
    for (const auto& one : manifest_->settings)
      if (one.key == key) return one;
    throw std::runtime_error("no setting " + std::string(key));
  }
  std::string value(std::string_view key) const { return settings_->value("fleet", setting(key)); }
  Result<void> change(const Json& changes) { return settings_->change(*manifest_, changes, ada_); }
  std::vector<modules::SettingChange> history(std::string_view key = "") const {
    return must(settings_->history("fleet", key, "", 100));
  }
  std::string column(const std::string& sql) const {
    std::string out;
    EXPECT_TRUE(database_->read([&](store::Session& session) {
      return session.query(sql, {}, [&](const store::Row& row) {
        out += row.string(0) + "\n";
        return true;
      });
    }));
    return out;
  }

  inline static const std::filesystem::path kHost =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();

  const std::filesystem::path folder_;
  SystemClock clock_;
  IdSource ids_{clock_};
  entities::Audit audit_{clock_, ids_};
  std::unique_ptr<store::Database> beside_;
  std::optional<store::ScratchDatabase> scratch_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<modules::Settings> settings_;
  std::string told_;
  Caller ada_;
  std::shared_ptr<const package::Manifest> manifest_ = manifest_of(
      "fleet",
      Json::array({{{"key", "rounds"}, {"type", "integer"}, {"default", 3}, {"min", 1}, {"max", 9}},
                   {{"key", "factor"}, {"type", "decimal"}, {"default", "1.50"}},
                   {{"key", "strict"}, {"type", "boolean"}, {"default", false}},
                   {{"key", "mode"}, {"type", "enum"}, {"values", {"fast", "safe"}}, {"default", "safe"}},
                   {{"key", "note"}, {"type", "text"}},
                   {{"key", "token"}, {"type", "text"}, {"secret", true}},
                   {{"key", "words"},
                    {"type", "json"},
                    {"category", "lists"},
                    {"default", Json::array()},
                    {"schema", {{"type", "array"}, {"items", {{"type", "string"}}}}}},
                   {{"key", "anything"}, {"type", "json"}}}));
};

TEST_P(SettingsSuite, DefaultsHoldUntilAValueIsSetAndAgainAfterNull) {
  EXPECT_EQ(value("rounds"), "3");
  EXPECT_EQ(value("note"), "");
  ASSERT_TRUE(change({{"rounds", 5}, {"words", {"a", "b"}}, {"anything", {{"sealed", "x"}}}}));
  open();
  EXPECT_EQ(value("rounds"), "5");
  EXPECT_EQ(value("words"), R"(["a","b"])");
  EXPECT_EQ(value("anything"), R"({"sealed":"x"})") << "an object is not taken for a secret";
  EXPECT_EQ(settings_->held("fleet", setting("rounds")).source, SettingSource::kSet);
  ASSERT_TRUE(change({{"rounds", nullptr}}));
  EXPECT_EQ(value("rounds"), "3");
  EXPECT_EQ(settings_->held("fleet", setting("rounds")).source, SettingSource::kDefault);
}

TEST_P(SettingsSuite, RefusesAllWhenOneValueDoesNotFit) {
  const auto refused = change({{"rounds", 5}, {"words", {1}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "setting.not_json");
  EXPECT_EQ(refused.error().field, "words");
  EXPECT_EQ(change({{"words", std::string(70'000, 'x')}}).error().code, "setting.not_json");
  EXPECT_EQ(change({{"nothing", 1}, {"rounds", 99}}).error().causes.size(), 2u);
  EXPECT_EQ(change(Json::array()).error().code, "setting.not_object");
  EXPECT_EQ(value("rounds"), "3");
  EXPECT_TRUE(history().empty());
}

TEST_P(SettingsSuite, ListenersHearOfCommittedChangesAndReadTheNewValue) {
  std::int64_t seen = 0;
  const modules::SettingsOf of(*settings_, manifest_);
  settings_->on_change([&](std::string_view) { seen = of.integer("rounds"); });
  ASSERT_TRUE(change({{"rounds", 7}}));
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(told_, "fleet ");
  ASSERT_TRUE(change({{"rounds", 7}}));
  ASSERT_FALSE(change({{"rounds", 70}}));
  EXPECT_EQ(told_, "fleet ") << "nothing changed";
  EXPECT_EQ(of.duration("rounds", std::chrono::minutes(1)), std::chrono::minutes(7));
  EXPECT_EQ(of.number("factor"), 1.5);
  EXPECT_EQ(of.text("mode"), "safe");
  EXPECT_FALSE(of.boolean("strict"));
}

TEST_P(SettingsSuite, AnOverrideWinsAndIsLocked) {
  ASSERT_TRUE(change({{"rounds", 5}}));
  open({{"fleet.rounds", {"8", "variable OPSFLUX_SETTING__FLEET__ROUNDS"}},
        {"fleet.note", {"12", "variable N"}},
        {"fleet.mode", {"fast", "variable M"}},
        {"fleet.words", {R"(["x"])", "variable W"}},
        {"fleet.factor", {"2.5", "variable F"}}});
  ASSERT_TRUE(settings_->check_overrides(*manifest_));
  const auto held = settings_->held("fleet", setting("rounds"));
  EXPECT_EQ(held.value, "8");
  EXPECT_EQ(held.source, SettingSource::kOverride);
  EXPECT_EQ(held.place, "variable OPSFLUX_SETTING__FLEET__ROUNDS");
  EXPECT_EQ(value("note"), "\"12\"") << "a text stays one";
  EXPECT_EQ(value("mode"), "\"fast\"");
  EXPECT_EQ(value("words"), R"(["x"])");
  EXPECT_EQ(value("factor"), "\"2.5\"");
  for (const Json& wanted : {Json(6), Json(nullptr)}) {
    const auto refused = change({{"rounds", wanted}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "setting.overridden");
    EXPECT_EQ(refused.error().field, "rounds");
  }
  open();
  EXPECT_EQ(value("rounds"), "5") << "what was set is there when the override is gone";
}

TEST_P(SettingsSuite, AnOverrideThatDoesNotFitIsNamedAndDoesNotHold) {
  open({{"fleet.rounds", {"eight", "variable R"}},
        {"fleet.nothing", {"1", "variable X"}},
        {"fleets.rounds", {"x", "variable of another module"}},
        {"fleet.words", {"[1", "variable W"}}});
  const auto checked = settings_->check_overrides(*manifest_);
  ASSERT_FALSE(checked);
  ASSERT_EQ(checked.error().causes.size(), 3u);
  EXPECT_EQ(checked.error().causes[0].code, "setting.override");
  EXPECT_NE(checked.error().causes[0].message.find("variable X"), std::string::npos);
  EXPECT_NE(checked.error().causes[1].message.find("variable R"), std::string::npos);
  EXPECT_EQ(value("rounds"), "3");
}

TEST_P(SettingsSuite, AnOverrideOfTheConfigurationMayBeAFraction) {
  open({{"fleet.rounds", {"1.5", "flag --session-access-lifetime", true}}});
  ASSERT_TRUE(settings_->check_overrides(*manifest_));
  const modules::SettingsOf of(*settings_, manifest_);
  EXPECT_EQ(of.duration("rounds", std::chrono::minutes(1)), std::chrono::seconds(90));
  EXPECT_EQ(of.integer("rounds"), 2);
}

TEST_P(SettingsSuite, HistoryTellsWhoChangedWhatAndCanBeUndone) {
  ASSERT_TRUE(change({{"rounds", 5}}));
  ASSERT_TRUE(change({{"rounds", 6}, {"strict", true}}));
  auto told = history("rounds");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].before, "5");
  EXPECT_EQ(told[0].after, "6");
  EXPECT_EQ(told[0].by_name, "Ada");
  EXPECT_TRUE(told[0].current);
  EXPECT_EQ(told[1].before, "");
  EXPECT_FALSE(told[1].current);
  const auto stale = settings_->undo(*manifest_, told[1].id, ada_);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, "setting.changed_since");
  EXPECT_EQ(stale.error().kind, ErrorKind::kConflict);

  ASSERT_TRUE(settings_->undo(*manifest_, told[0].id, ada_));
  EXPECT_EQ(value("rounds"), "5");
  told = history("rounds");
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[1].undone_by, told[0].id);
  EXPECT_FALSE(settings_->undo(*manifest_, told[1].id, ada_)) << "not twice";
  ASSERT_TRUE(settings_->undo(*manifest_, told[0].id, ada_)) << "an undoing can be undone";
  EXPECT_EQ(value("rounds"), "6");
  EXPECT_EQ(settings_->undo(*manifest_, "none", ada_).error().code, "setting.no_change");
  EXPECT_EQ(must(settings_->history("fleet", "", history()[0].id, 1)).size(), 1u);
}

TEST_P(SettingsSuite, SecretsAreSealedEverywhereAndCanBeUndone) {
  ASSERT_TRUE(change({{"token", "hunter-one"}}));
  ASSERT_TRUE(change({{"token", "hunter-two"}}));
  const std::string all = column("SELECT value FROM core_module_setting") +
                          column("SELECT old_value FROM core_setting_change WHERE old_value IS NOT NULL") +
                          column("SELECT new_value FROM core_setting_change WHERE new_value IS NOT NULL") +
                          column("SELECT changes FROM core_audit");
  EXPECT_EQ(all.find("hunter"), std::string::npos) << all;
  const auto told = history();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].before, "\"***\"");
  EXPECT_EQ(told[0].after, "\"***\"");
  EXPECT_EQ(told[1].before, "");
  ASSERT_TRUE(settings_->undo(*manifest_, told[0].id, ada_));
  EXPECT_EQ(value("token"), "\"hunter-one\"");
}

TEST_P(SettingsSuite, ExportedSettingsComeBackWithoutSecretsAndAllOrNone) {
  const Manifests all = {manifest_, manifest_of("yard", {{{"key", "gates"}, {"type", "integer"}}})};
  ASSERT_TRUE(change({{"rounds", 5}, {"token", "hunter"}, {"words", {"a"}}}));
  const Json file = export_settings(all, *settings_);
  EXPECT_EQ(file["settings"], (Json{{"fleet", {{"rounds", 5}, {"words", {"a"}}}}}));
  ASSERT_TRUE(change({{"rounds", nullptr}, {"words", nullptr}}));
  EXPECT_EQ(must(import_settings(file, all, *settings_, ada_)), 2u);
  EXPECT_EQ(value("rounds"), "5");

  Json bad = file;
  bad["settings"]["yard"]["gates"] = "many";
  bad["settings"]["fleet"]["rounds"] = 6;
  const auto refused = import_settings(bad, all, *settings_, ada_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "yard.gates");
  EXPECT_EQ(value("rounds"), "5");
  const auto code = [&](const Json& settings) {
    return import_settings({{"format", "opsflux-settings"}, {"version", 1}, {"settings", settings}}, all,
                           *settings_, ada_)
        .error()
        .code;
  };
  EXPECT_EQ(code({{"fleet", {{"token", "x"}}}}), "setting.secret_in_file");
  EXPECT_EQ(code({{"ghost", {{"a", 1}}}}), "setting.no_module");
  EXPECT_EQ(code({{"fleet", 5}}), "setting.not_object");
  EXPECT_EQ(code(5), "setting.bad_file");
  EXPECT_EQ(import_settings(Json("x"), all, *settings_, ada_).error().code, "setting.bad_file");
}

TEST_P(SettingsSuite, AModuleThatIsPurgedLeavesNothing) {
  ASSERT_TRUE(change({{"rounds", 5}}));
  ASSERT_TRUE(database_->write_now([&](store::Transaction& t) { return settings_->forget(t, "fleet"); }));
  EXPECT_EQ(value("rounds"), "3");
  EXPECT_TRUE(history().empty());
}

}  // namespace opsflux::settings_service
