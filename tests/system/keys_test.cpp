// The keys of an instance, changed on the command line and killed at every step of it.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/secret_box.hpp"
#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class KeysOfAnInstance : public ::testing::Test {
 protected:
  void SetUp() override {
    in.start();
    ASSERT_EQ(in.as(in.token(), "PATCH", "/api/v1/settings/mail", {{"password", "s3cret-of-mail"}}).status,
              200);
    ASSERT_EQ(in.stop(), 0);
  }
  std::filesystem::path key() const { return in.data() / "instance.key"; }
  Outcome cli(std::vector<std::string> words, const Environment& more = {}) const {
    Environment all = in.environment();
    for (const auto& [name, value] : more) all[name] = value;
    return run(in.command(std::move(words)), all);
  }
  void kill_at(const char* place, std::vector<std::string> words) const {
    Environment all = in.environment();
    all["OPSFLUX_FAULT_AT"] = place;
    Child child(in.command(std::move(words)), all);
    EXPECT_TRUE(child.wait(30'000)) << place;
    EXPECT_EQ(child.end_signal(), SIGKILL) << place << child.err();
  }
  Json check(const Environment& more = {}) const {
    const Outcome done = cli({"key", "check", "--json"}, more);
    EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
    return parse_json(done.out).value_or(Json());
  }
  // Starts a server: it has the secret, and the trail holds.
  void expect_whole(const std::string& where, const Environment& more = {}) {
    in.start(more);
    EXPECT_EQ(in.stop(), 0) << where;
    EXPECT_EQ(in.log().find("setting.not_readable"), std::string::npos) << where << in.log();
    EXPECT_EQ(check(more)["unreadable"], 0) << where;
    EXPECT_GE(check(more)["secrets"], 1) << where;
    EXPECT_EQ(cli({"audit", "verify"}, more).exit_code, 0) << where;
  }

  Instance in;
};

TEST_F(KeysOfAnInstance, SurviveAKillAtEveryStepOfTheirRotation) {
  for (const char* place : {"keys.next_written", "keys.master_replaced", "keys.file_replaced"}) {
    kill_at(place, {"key", "rotate"});
    expect_whole(place);
    EXPECT_FALSE(std::filesystem::exists(key().string() + ".next")) << place;
  }
  for (const char* place : {"keys.added", "keys.batch", "keys.old_removed"}) {
    kill_at(place, {"key", "rotate", "--data-keys"});
    expect_whole(place);
  }
  const Outcome done = cli({"key", "rotate", "--data-keys", "--json"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(check()["keys"].size(), 2u) << "one for secrets, one for the trail";
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_audit WHERE action = 'keys.secrets_rotated'"), "4\n");
}

TEST_F(KeysOfAnInstance, MoveToTheEnvironmentAndBack) {
  const Outcome moved = cli({"key", "rotate", "--to-env", "--json"});
  ASSERT_EQ(moved.exit_code, 0) << moved.err;
  const std::string master = get_string_or(parse_json(moved.out).value_or(Json()), "master_key", "");
  ASSERT_EQ(from_base64(master).value_or("").size(), 32u);
  EXPECT_FALSE(std::filesystem::exists(key()));
  const Environment given = {{"OPSFLUX_MASTER_KEY", master}};
  expect_whole("in the environment", given);
  EXPECT_EQ(cli({"migrate"}).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(key()));
  EXPECT_EQ(cli({"config"}, given).out.find(master), std::string::npos) << "secrets are not shown";
  EXPECT_EQ(cli({"migrate", "--master-key", master}).exit_code, 2) << "for all to see in ps";
  ASSERT_EQ(cli({"key", "rotate", "--to-file"}, given).exit_code, 0);
  expect_whole("in the file again");
}

TEST_F(KeysOfAnInstance, OfAnOlderServerAreTakenOver) {
  // As such a server left it: one key for all, texts that name no key.
  const auto old = SecretBox::open(in.data() / "old.key");
  ASSERT_TRUE(old);
  in.sql("DROP TABLE core_key");
  in.sql("DELETE FROM core_migration WHERE owner = 'keys'");
  in.sql("UPDATE core_module_setting SET value = '{\"sealed\":\"" +
         old->seal("\"s3cret\"", "setting:mail.password") + "\"}' WHERE name = 'password'");
  in.sql("UPDATE core_setting_change SET new_value = NULL WHERE name = 'password'");
  std::filesystem::rename(in.data() / "old.key", key());
  ASSERT_EQ(cli({"audit", "sign"}).exit_code, 0);  // another key vouched for it until now
  const std::string before = in.sql("SELECT value FROM core_module_setting WHERE name = 'password'");
  expect_whole("taken over");
  EXPECT_EQ(in.sql("SELECT value FROM core_module_setting WHERE name = 'password'"), before);
  ASSERT_EQ(cli({"key", "rotate"}).exit_code, 0);
  ASSERT_EQ(cli({"key", "rotate", "--data-keys"}).exit_code, 0);
  EXPECT_NE(in.sql("SELECT value FROM core_module_setting WHERE name = 'password'"), before);
  expect_whole("rotated");
}

TEST_F(KeysOfAnInstance, AreNotChangedWhileAServerRunsNorReadWhenOthersCan) {
  in.start();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"key", "rotate"}, {"key", "rotate", "--data-keys"}, {"key", "lost"}}) {
    const Outcome refused = cli(words);
    EXPECT_EQ(refused.exit_code, 1) << refused.out;
    EXPECT_NE(refused.err.find(on_postgresql() ? "store.taken" : "store.in_use"), std::string::npos)
        << refused.err;
  }
  ASSERT_EQ(in.stop(), 0);
  ASSERT_EQ(::chmod(key().c_str(), 0644), 0);
  const Outcome readable = cli({"serve", "--port", "0"});
  EXPECT_EQ(readable.exit_code, 1);
  EXPECT_NE(readable.err.find("chmod 600"), std::string::npos) << readable.err;
  ASSERT_EQ(::chmod(key().c_str(), 0600), 0);
  expect_whole("put right");
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"key"},
                                                {"key", "turn"},
                                                {"key", "rotate", "--to-file", "--to-env"},
                                                {"key", "rotate", "--data-keys", "--to-env"}})
    EXPECT_EQ(cli(wrong).exit_code, 2);
}

// A column that is sealed and that the rotation does not know would become unreadable by it.
TEST_F(KeysOfAnInstance, KnowEveryColumnThatIsSealed) {
  const std::string found =
      on_postgresql()
          ? in.sql(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'sealed' AND "
                "table_schema = 'public' ORDER BY 1")
          : in.sql(
                "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' "
                "AND c.name = 'sealed' ORDER BY 1");
  EXPECT_EQ(found, "core_key\nidentity_factor\nmail_message\n")
      << "name new ones in sealed_columns() of host/cli/key_commands.cpp";
}

}  // namespace
}  // namespace opsflux::system_test
