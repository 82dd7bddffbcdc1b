#include "host/services/identity/setting_values.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/store/migrations.hpp"

namespace opsflux::identity {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const fs::path kFolder = fs::path(__FILE__).parent_path();

class IdentitySettingsTest : public ::testing::Test {
 protected:
  IdentitySettingsTest()
      : folder_(fs::temp_directory_path() / ("opsflux-identity-settings-" + to_hex(random_bytes(6)))) {
    fs::create_directories(folder_);
    store::DatabaseOptions options;
    options.url = "sqlite:" + (folder_ / "a.db").string();
    database_ = must(store::Database::open(options));
    for (const char* owner : {"entities", "modules"}) {
      const auto set = must(store::MigrationSet::from_folder(
          kFolder.parent_path().parent_path() / owner / "migrations", database_->dialect()));
      must(store::MigrationRunner(*database_, clock_).up({owner, false}, set));
    }
    manifest_ = std::make_shared<const package::Manifest>(must(package::parse_manifest(
        must(read_file(kFolder / "manifest.json")), "manifest.json", package::ManifestOf::kCoreService)));
  }
  ~IdentitySettingsTest() override {
    store_.reset();
    database_.reset();
    fs::remove_all(folder_);
  }
  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }
  modules::Settings& open(modules::SettingOverrides overrides = {}) {
    store_ =
        must(modules::Settings::open({*database_, audit_, clock_, ids_},
                                     must(SecretBox::open(folder_ / "instance.key")), std::move(overrides)));
    return *store_;
  }

  const fs::path folder_;
  SystemClock clock_;
  IdSource ids_{clock_};
  entities::Audit audit_{clock_, ids_};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<modules::Settings> store_;
  std::shared_ptr<const package::Manifest> manifest_;
};

TEST_F(IdentitySettingsTest, ReadEveryDefaultOfTheManifest) {
  const IdentitySettings settings(open(), manifest_);
  const auto now = settings.now();
  EXPECT_EQ(now->sign_in.access, 15min);
  EXPECT_EQ(now->sign_in.refresh, std::chrono::hours(7 * 24));
  EXPECT_FALSE(now->sign_in.magic_link);
  EXPECT_EQ(now->passwords.min_length, 8u);
  EXPECT_EQ(now->passwords.min_score, 3);
  EXPECT_EQ(now->passwords.expiry, std::chrono::hours(90 * 24));
  EXPECT_EQ(now->passwords.history, 5u);
  EXPECT_EQ(now->passwords.breached_file, "");
  EXPECT_TRUE(now->passwords.own_words.empty());
  EXPECT_EQ(now->passwords.argon2_memory, 64u << 20);
  EXPECT_EQ(now->passwords.argon2_passes, 2u);
  EXPECT_FALSE(now->passwords.admin_password_temporary);
  EXPECT_EQ(now->second_factor.roles, std::vector<std::string>{"administrator"});
  EXPECT_EQ(now->second_factor.kinds, (std::vector<std::string>{"totp", "email"}));
  EXPECT_EQ(now->second_factor.sms.url, "");
  EXPECT_FALSE(now->second_factor.sms.plain_http);
  EXPECT_EQ(now->second_factor.trusted_device, std::chrono::hours(90 * 24));
  EXPECT_EQ(now->defence.login_failures, 5u);
  EXPECT_EQ(now->defence.login_window, 15min);
}

TEST_F(IdentitySettingsTest, ListenersGetTheValuesThatHoldAfterTheCommit) {
  modules::Settings& store = open({{"identity.access_minutes", {"1.5", "file opsflux.toml, line 3", true}}});
  IdentitySettings settings(store, manifest_);
  std::size_t failures = 0;
  settings.on_change([&](const SettingValues& values) { failures = values.defence.login_failures; });
  const auto before = settings.now();
  ASSERT_TRUE(store.change(*manifest_, {{"login_failures", 9}, {"second_factor_roles", {"manager"}}}, {}));
  EXPECT_EQ(failures, 9u);
  EXPECT_EQ(rules_of(*settings.now()).factors.obliged_roles, std::vector<std::string>{"manager"});
  EXPECT_EQ(settings.now()->sign_in.access, 90s) << "given by the configuration, to the second";
  EXPECT_EQ(before->defence.login_failures, 5u) << "what somebody works with stays as it was";
  EXPECT_EQ(store.change(*manifest_, {{"second_factor_roles", {1}}}, {}).error().code, "setting.not_json");
}

TEST_F(IdentitySettingsTest, EverySettingAndCategoryIsLabelledInEachLanguage) {
  for (const char* language : {"fr", "en", "es", "pt"}) {
    std::ifstream file(kFolder / "i18n" / (std::string(language) + ".json"));
    const Json texts = Json::parse(file);
    for (const auto& setting : manifest_->settings) {
      EXPECT_TRUE(texts.contains("setting." + setting.key + ".label")) << language << " " << setting.key;
      EXPECT_TRUE(texts.contains("setting_category." + setting.category)) << language << " " << setting.key;
    }
  }
}

}  // namespace
}  // namespace opsflux::identity
