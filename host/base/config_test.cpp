#include "host/base/config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "host/base/config_table.hpp"
#include "host/base/files.hpp"
#include "host/base/text.hpp"

namespace opsflux {
namespace {
namespace fs = std::filesystem;

// A working folder of its own for each test.
class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() : folder_(fs::temp_directory_path() / ("opsflux-config-" + to_hex(random_bytes(6)))) {
    fs::create_directories(folder_);
  }
  ~ConfigTest() override { fs::remove_all(folder_); }

  void write(const fs::path& name, std::string_view text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  Result<Config> load(std::vector<ConfigSetting> flags = {}, std::vector<ConfigSetting> environment = {}) {
    return load_config(
        {.flags = std::move(flags), .environment = std::move(environment), .working_folder = folder_});
  }
  Error refusal(std::vector<ConfigSetting> flags = {}, std::vector<ConfigSetting> environment = {}) {
    auto config = load(std::move(flags), std::move(environment));
    EXPECT_FALSE(config.has_value());
    return config ? Error{} : config.error();
  }

  const fs::path folder_;
};

TEST_F(ConfigTest, DefaultsAreCompleteAndDerivedFromTheDataFolder) {
  const auto config = load();
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->port, 8080);
  EXPECT_EQ(config->address, "127.0.0.1");
  EXPECT_EQ(config->data, folder_ / "data");
  EXPECT_EQ(config->database, "sqlite:" + (folder_ / "data/opsflux.db").string());
  EXPECT_EQ(config->spool, folder_ / "data/spool");
  EXPECT_EQ(config->trusted_keys, folder_ / "data/trusted-keys");
  EXPECT_EQ(config->limit_body, 1 << 20);
  EXPECT_EQ(config->session_access, std::chrono::minutes(15));
  EXPECT_EQ(config->argon2_memory, 64 << 20);
  EXPECT_GT(config->io_threads, 0);
  EXPECT_GT(config->worker_threads, 0);
  EXPECT_EQ(config->origins.size(), config_keys().size());
}

TEST_F(ConfigTest, TakesSettingsOfModulesFromVariablesOfTheirOwnForm) {
  const auto config = load({}, {{"OPSFLUX_SETTING__IDENTITY__ACCESS_MINUTES", "30"},
                                {"OPSFLUX_SETTING__FLEET_2__MAX_2", "[1]"},
                                {"OPSFLUX_SETTING__FLEET__EMPTY", ""}});
  ASSERT_TRUE(config) << describe(config.error());
  ASSERT_EQ(config->setting_overrides.size(), 2u) << "an empty variable is as good as none";
  EXPECT_EQ(config->setting_overrides.at("identity.access_minutes").text, "30");
  EXPECT_EQ(config->setting_overrides.at("identity.access_minutes").variable,
            "OPSFLUX_SETTING__IDENTITY__ACCESS_MINUTES");
  EXPECT_EQ(config->setting_overrides.at("fleet_2.max_2").text, "[1]");
  for (const char* wrong : {"OPSFLUX_SETTING__", "OPSFLUX_SETTING__IDENTITY", "OPSFLUX_SETTING__IDENTITY__",
                            "OPSFLUX_SETTING____KEY", "OPSFLUX_SETTING__Identity__KEY",
                            "OPSFLUX_SETTING__IDENTITY__1", "OPSFLUX_SETTING__IDENTITY__A.B"}) {
    const Error error = refusal({}, {{wrong, "1"}});
    EXPECT_EQ(error.code, "config.setting_variable") << wrong;
    EXPECT_EQ(error.field, wrong);
  }
}

TEST_F(ConfigTest, EveryDefaultFitsItsOwnKey) {
  for (const ConfigKey& key : config_keys()) {
    Config config;
    if (!key.fallback.empty()) {
      EXPECT_TRUE(store_config_value(config, key, key.fallback)) << key.name;
      EXPECT_EQ(config_value_text(config, key), key.fallback)
          << key.name << " is not written in its shortest form";
    }
    EXPECT_TRUE(key.description.ends_with('.')) << key.name;
  }
}

TEST_F(ConfigTest, NoTwoKeysShareAFlagOrAVariable) {
  std::set<std::string> flags, variables;
  for (const ConfigKey& key : config_keys()) {
    EXPECT_TRUE(flags.insert(key.flag()).second) << key.name;
    EXPECT_TRUE(variables.insert(key.variable()).second) << key.name;
  }
}

TEST_F(ConfigTest, TheFileIsOverruledByVariablesAndThoseByFlags) {
  write("data/opsflux.toml",
        "port = 1001\n[limits]\nconnections = 1001\nheader = 32768\n[log]\nlevel = \"warn\"\n");
  const auto config =
      load({{"limits-connections", "3003"}},
           {{"OPSFLUX_LIMITS_CONNECTIONS", "2002"}, {"OPSFLUX_LOG_LEVEL", "debug"}, {"HOME", "/x"}});
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->port, 1001);
  EXPECT_EQ(config->limit_connections, 3003);
  EXPECT_EQ(config->limit_header, 32768);
  EXPECT_EQ(config->log_level, "debug");
  EXPECT_EQ(config->origins.at("port"), "file " + (folder_ / "data/opsflux.toml").string() + ", line 1");
  EXPECT_EQ(config->origins.at("log.level"), "variable OPSFLUX_LOG_LEVEL");
  EXPECT_EQ(config->origins.at("limits.connections"), "flag --limits-connections");
  EXPECT_EQ(config->origins.at("address"), "default");
}

TEST_F(ConfigTest, AnUnknownKeyInTheFileNamesItsLineAndTheNearestKey) {
  write("o.toml", "port = 80\n\n[log]\nlevle = \"info\"\n");
  const Error error = refusal({{"config", "o.toml"}});
  EXPECT_EQ(error.code, "config.unknown_key");
  EXPECT_EQ(error.field, "log.levle");
  EXPECT_NE(error.message.find("o.toml, line 4"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("Did you mean log.level?"), std::string::npos) << error.message;
}

TEST_F(ConfigTest, AnUnknownVariableOrFlagIsRefusedWithTheNearestOne) {
  EXPECT_NE(refusal({}, {{"OPSFLUX_DATABSE", "x"}}).message.find("Did you mean OPSFLUX_DATABASE?"),
            std::string::npos);
  EXPECT_NE(refusal({{"prot", "1"}}).message.find("Did you mean --port?"), std::string::npos);
  EXPECT_TRUE(load({}, {{"OPSFLUX_TEST_POSTGRESQL", "postgresql://x"}}));
}

TEST_F(ConfigTest, AWrongValueNamesKeyPlaceAndWhatWouldBeRight) {
  const Error error = refusal({{"port", "70000"}});
  EXPECT_EQ(error.code, "config.wrong_value");
  EXPECT_EQ(error.message,
            "The value \"70000\" of port (flag --port) is not a whole number from 0 to 65535.");
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"OPSFLUX_PORT", "80a"},
      {"OPSFLUX_PORT", "-1"},
      {"OPSFLUX_LOG_LEVEL", "loud"},
      {"OPSFLUX_LIMITS_BODY", "1MB"},
      {"OPSFLUX_LIMITS_BODY", "99999999999999999999"},
      {"OPSFLUX_LIMITS_BODY", "9223372036854775807GiB"},
      {"OPSFLUX_SESSION_ACCESS_LIFETIME", "15"},
      {"OPSFLUX_SESSION_ACCESS_LIFETIME", "1s"},
      {"OPSFLUX_ADDRESS", "localhost"},
      {"OPSFLUX_DATABASE", "mysql://x"},
      {"OPSFLUX_PUBLIC_URL", "https://a/b"},
      {"OPSFLUX_DEVELOPMENT", "maybe"}};
  for (const auto& [variable, value] : wrong) {
    const Error refused = refusal({}, {{variable, value}});
    EXPECT_EQ(refused.code, "config.wrong_value") << variable << "=" << value;
    EXPECT_NE(refused.message.find(variable), std::string::npos);
  }
}

TEST_F(ConfigTest, AValueOfTheWrongTomlTypeIsRefused) {
  for (const char* text :
       {"port = \"80\"", "port = 80.5", "development = 1", "development = \"true\"", "address = 4",
        "data = [\"a\"]", "[session]\naccess_lifetime = 900", "[port]\nx = 1", "limits = 4"}) {
    write("o.toml", text);
    const Error error = refusal({{"config", "o.toml"}});
    EXPECT_TRUE(error.code == "config.wrong_value" || error.code == "config.unknown_key")
        << text << ": " << error.code;
  }
}

TEST_F(ConfigTest, BrokenTomlNamesTheLine) {
  write("o.toml", "port = 80\nport = 81\n");
  const Error error = refusal({{"config", "o.toml"}});
  EXPECT_EQ(error.code, "config.file_syntax");
  EXPECT_NE(error.message.find("line 2"), std::string::npos) << error.message;
}

TEST_F(ConfigTest, ANamedFileMustExist) {
  EXPECT_EQ(refusal({{"config", "none.toml"}}).code, "config.file_missing");
}

TEST_F(ConfigTest, SecretsComeFromTheEnvironmentOnly) {
  write("o.toml", "[admin]\npassword = \"correct horse\"\n");
  Error error = refusal({{"config", "o.toml"}});
  EXPECT_EQ(error.code, "config.environment_only");
  EXPECT_NE(error.message.find("OPSFLUX_ADMIN_PASSWORD"), std::string::npos);
  EXPECT_EQ(refusal({{"admin-password", "correct horse"}}).code, "config.environment_only");
  EXPECT_EQ(refusal({}, {{"OPSFLUX_ADMIN_PASSWORD", "correct horse"}}).code, "config.needs_other");
  const auto config =
      load({}, {{"OPSFLUX_ADMIN_PASSWORD", "correct horse"}, {"OPSFLUX_ADMIN_EMAIL", "ada@example.org"}});
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->admin_password, "correct horse");
  EXPECT_EQ(describe_config(*config).find("correct horse"), std::string::npos);
}

TEST_F(ConfigTest, APasswordIsNotRepeatedInMessages) {
  const Error error =
      refusal({}, {{"OPSFLUX_ADMIN_PASSWORD", "short"}, {"OPSFLUX_ADMIN_EMAIL", "ada@example.org"}});
  EXPECT_EQ(error.code, "config.wrong_value");
  EXPECT_EQ(describe(error).find("short"), std::string::npos) << describe(error);
  const auto config = load({{"database", "postgresql://ops:geheim@db/ops"}});
  ASSERT_TRUE(config);
  EXPECT_EQ(describe_config(*config).find("geheim"), std::string::npos);
  EXPECT_NE(describe_config(*config).find("postgresql://ops:(hidden)@db/ops"), std::string::npos);
}

TEST_F(ConfigTest, TheFileFoundInTheDataFolderMayNotMoveIt) {
  write("data/opsflux.toml", "data = \"/elsewhere\"\n");
  EXPECT_EQ(refusal().code, "config.data_in_own_file");
  write("o.toml", "data = \"d\"\n");
  const auto config = load({{"config", "o.toml"}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->data, folder_ / "d");
}

TEST_F(ConfigTest, PathsInAFileAreRelativeToIt) {
  write(
      "etc/o.toml",
      "database = \"sqlite:x.db\"\nspool = \"../spool\"\n[tls]\ncertificate = \"c.pem\"\nkey = \"/k.pem\"\n");
  const auto config = load({{"config", "etc/o.toml"}});
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->database, "sqlite:" + (folder_ / "etc/x.db").string());
  EXPECT_EQ(config->spool, folder_ / "spool");
  EXPECT_EQ(config->tls_certificate, folder_ / "etc/c.pem");
  EXPECT_EQ(config->tls_key, "/k.pem");
  EXPECT_TRUE(config->served_by_https());
}

TEST_F(ConfigTest, ACertificateNeedsItsKey) {
  EXPECT_EQ(refusal({{"tls-certificate", "c.pem"}}).field, "tls.key");
}

TEST_F(ConfigTest, AllMistakesAreReportedAtOnce) {
  const Error error = refusal({{"port", "x"}, {"adress", "y"}}, {{"OPSFLUX_LOG_FORMAT", "xml"}});
  EXPECT_EQ(error.code, "config.wrong");
  EXPECT_EQ(error.causes.size(), 3u);
}

TEST_F(ConfigTest, ArgumentsAreTakenApart) {
  const auto parsed = parse_arguments(
      {"serve", "--port=90", "--data", "/d", "--development", "--json", "--owner", "me", "--", "--x"},
      {{"json", false}, {"owner", true}});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->settings,
            (std::vector<ConfigSetting>{{"port", "90"}, {"data", "/d"}, {"development", "true"}}));
  EXPECT_EQ(parsed->own.at("json"), "true");
  EXPECT_EQ(parsed->own.at("owner"), "me");
  EXPECT_EQ(parsed->words, (std::vector<std::string>{"serve", "--x"}));
  EXPECT_EQ(parse_arguments({"--jsn"}, {{"json", false}}).error().params.back().second, "--json");
  EXPECT_EQ(parse_arguments({"--port"}, {}).error().code, "config.flag_without_value");
}

TEST_F(ConfigTest, SizesAndDurationsAreReadAndWritten) {
  EXPECT_EQ(parse_byte_count("64 MiB"), 64 << 20);
  EXPECT_EQ(parse_byte_count("7"), 7);
  EXPECT_EQ(parse_byte_count("MiB"), std::nullopt);
  EXPECT_EQ(parse_byte_count("1  MiB"), std::nullopt);
  EXPECT_EQ(parse_duration("90m"), std::chrono::minutes(90));
  EXPECT_EQ(parse_duration("90"), std::nullopt);
  EXPECT_EQ(format_duration(std::chrono::minutes(90)), "90m");
  EXPECT_EQ(format_byte_count(3 << 19), "1536KiB");
}

TEST_F(ConfigTest, TheHelpNamesEveryKey) {
  const std::string help = config_help();
  for (const ConfigKey& key : config_keys())
    EXPECT_NE(help.find(key.from == ConfigFrom::kEnvironmentOnly ? key.variable() : "--" + key.flag()),
              std::string::npos);
}

TEST_F(ConfigTest, TheDocumentationPageIsInStep) {
  const fs::path page = fs::path(__FILE__).parent_path() / "../../docs/configuration.md";
  if (std::getenv("OPSFLUX_TEST_WRITE_DOCS") != nullptr) {
    ASSERT_TRUE(write_file_atomic(page, config_markdown()));
  }
  const auto text = read_file(page);
  ASSERT_TRUE(text) << "docs/configuration.md is missing";
  EXPECT_TRUE(*text == config_markdown())
      << "docs/configuration.md is not what the table says. Renew it: OPSFLUX_TEST_WRITE_DOCS=1 base_test "
         "--gtest_filter='*DocumentationPage*'";
}

}  // namespace
}  // namespace opsflux
