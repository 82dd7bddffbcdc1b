// Tests only: the keys of an instance and their changes, on both databases.
#pragma once

#include <sys/stat.h>

#include "host/store/conformance.hpp"
#include "host/store/key_ring.hpp"

namespace opsflux::store {

class Keys : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    const auto migrations = std::filesystem::path(__FILE__).parent_path() / "migrations";
    auto set = MigrationSet::from_folder(migrations, GetParam());
    ASSERT_OK(set);
    ASSERT_OK(MigrationRunner(db(), clock_).up({"keys", false}, *set));
    ASSERT_OK(
        run("CREATE TABLE note (id text PRIMARY KEY, sealed text);"
            "CREATE TABLE choice (part text, name text, value text, PRIMARY KEY (part, name))"));
  }

  Result<KeyRing> open(bool earlier = false, const std::string& given = "") {
    return KeyRing::open(db(), clock_, {file_, given}, earlier);
  }
  void keep(const SecretBox& box, const std::string& id, const std::string& secret) {
    ASSERT_OK(execute("INSERT INTO note VALUES ($1, $2)", {id, box.seal(secret, "note:" + id)}));
  }
  std::string stored(const std::string& id) { return one("SELECT sealed FROM note WHERE id = $1", {id}); }
  std::string opened(const Result<KeyRing>& ring, const std::string& id) {
    if (!ring) return ring.error().code;
    const auto text = ring->secrets().unseal(stored(id), "note:" + id);
    return text ? *text : text.error().code;
  }
  std::string key_bytes(const std::string& ending = "") {
    return read_file(file_.string() + ending).value_or("");
  }
  // Work that ends as if the process died after the step.
  static KeyWork dies_at(const std::string& place, int times = 1) {
    KeyWork out;
    out.step = [place, left = times](const char* name) mutable -> Result<void> {
      if (name == place && --left == 0) return fail(Error::internal("test.killed", place));
      return {};
    };
    return out;
  }

  SystemClock clock_;
  TestFolder keys_;
  const std::filesystem::path file_ = keys_.path() / "instance.key";
  const std::vector<SealedColumn> columns_{
      {"note", "sealed", {"id"}, "note:{id}"},
      {"choice", "value", {"part", "name"}, "choice:{part}.{name}", true}};
};

TEST_P(Keys, OfANewInstanceAreRandomAndComeBackAtTheNextStart) {
  const auto first = open();
  ASSERT_OK(first);
  keep(first->secrets(), "a", "s3cret");
  EXPECT_EQ(opened(open(), "a"), "s3cret");
  EXPECT_EQ(open()->audit_key(), first->audit_key());
  EXPECT_EQ(first->audit_key().size(), 32u);
  EXPECT_NE(first->audit_key(), SecretBox::of_key(key_bytes()).derive_key("audit"));
  EXPECT_THAT(stored("a"), testing::MatchesRegex("k1\\.[0-9a-f]{12}\\.[A-Za-z0-9+/=]+"));
  const auto kept = rows("SELECT sealed FROM core_key");
  ASSERT_OK(kept);
  for (const std::string& sealed : *kept)
    EXPECT_EQ(sealed.find(to_base64(first->audit_key())), std::string::npos);
}

TEST_P(Keys, OfAServerWithOneKeyForAllAreTakenOver) {
  const auto old = SecretBox::open(file_);
  ASSERT_OK(old);
  keep(*old, "a", "s3cret");
  const std::string before = stored("a");
  const auto ring = open(true);
  ASSERT_OK(ring);
  EXPECT_EQ(opened(ring, "a"), "s3cret");
  EXPECT_EQ(stored("a"), before) << "nothing is sealed anew";
  EXPECT_EQ(ring->audit_key(), old->derive_key("audit")) << "the chain of the trail holds";
  keep(ring->secrets(), "b", "other");
  EXPECT_TRUE(stored("b").starts_with("k1.first.")) << stored("b");
  const auto report = ring->check(columns_);
  ASSERT_OK(report);
  EXPECT_EQ(report->texts, 2);
  EXPECT_EQ(report->unreadable, 0);
  EXPECT_EQ(report->keys.back().texts, 2) << "also the one that names no key";
}

TEST_P(Keys, AreRefusedWithAnotherMasterKeyOrOneThatOthersCanRead) {
  ASSERT_OK(open());
  const std::string right = key_bytes();
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  EXPECT_EQ(code_of(open()), "secret.key_readable");
  ASSERT_OK(write_file_atomic(file_, random_bytes(32), 0600));
  EXPECT_EQ(code_of(open()), "secret.wrong_key");
  ASSERT_OK(write_file_atomic(file_, "short", 0600));
  EXPECT_EQ(code_of(open()), "secret.bad_key_file");
  std::filesystem::remove(file_);
  EXPECT_EQ(code_of(open()), "secret.wrong_key");
  EXPECT_FALSE(std::filesystem::exists(file_)) << "a new key would open nothing";
  ASSERT_OK(write_file_atomic(file_, right, 0600));
  EXPECT_OK(open());
  EXPECT_EQ(code_of(open(false, "c2hvcnQ=")), "secret.bad_master_key");
  EXPECT_EQ(code_of(open(false, "not base64")), "secret.bad_master_key");
  const auto other = open(false, to_base64(random_bytes(32)));
  ASSERT_EQ(code_of(other), "secret.wrong_key");
  EXPECT_NE(other.error().message.find("start without"), std::string::npos) << other.error().message;
  EXPECT_OK(open(false, to_base64(right)));
}

TEST_P(Keys, GetAnotherMasterKeyInTheFileAndInTheEnvironment) {
  auto ring = open();
  ASSERT_OK(ring);
  keep(ring->secrets(), "a", "s3cret");
  const std::string audit = ring->audit_key(), before = key_bytes(), text = stored("a");
  bool noted = false;
  KeyWork work;
  work.note = [&](Transaction&) -> Result<void> {
    noted = true;
    return {};
  };
  ASSERT_OK(ring->rotate_master(KeyRing::Target::kFile, {}, work));
  EXPECT_TRUE(noted);
  EXPECT_NE(key_bytes(), before);
  struct stat info {};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(opened(open(), "a"), "s3cret");
  EXPECT_EQ(stored("a"), text);
  EXPECT_EQ(open()->audit_key(), audit);
  EXPECT_EQ(code_of(open(false, to_base64(before))), "secret.wrong_key");

  std::string shown;
  ASSERT_OK(
      ring->rotate_master(KeyRing::Target::kEnvironment, [&](const std::string& key) { shown = key; }, {}));
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_EQ(opened(open(false, shown), "a"), "s3cret");
  EXPECT_EQ(code_of(open()), "secret.wrong_key");
  auto again = open(false, shown);
  ASSERT_OK(again->rotate_master(KeyRing::Target::kFile, {}, {}));
  EXPECT_EQ(opened(open(), "a"), "s3cret");
  EXPECT_EQ(code_of(open(false, shown)), "secret.wrong_key");
}

TEST_P(Keys, OpenAfterARotationOfTheMasterKeyDiedAtAnyStep) {
  {
    const auto ring = open();
    ASSERT_OK(ring);
    keep(ring->secrets(), "a", "s3cret");
  }
  for (const char* place : {"keys.next_written", "keys.master_replaced", "keys.file_replaced"}) {
    const std::string before = key_bytes();
    auto ring = open();
    ASSERT_OK(ring);
    EXPECT_EQ(code_of(ring->rotate_master(KeyRing::Target::kFile, {}, dies_at(place))), "test.killed")
        << place;
    EXPECT_EQ(opened(open(), "a"), "s3cret") << place;
    EXPECT_FALSE(std::filesystem::exists(file_.string() + ".next")) << place;
    EXPECT_EQ(key_bytes() == before, std::string(place) == "keys.next_written") << place;
  }
  // A note that fails undoes the rotation.
  const std::string before = key_bytes();
  KeyWork work;
  work.note = [](Transaction&) -> Result<void> { return fail(Error::internal("test.refused", "No.")); };
  EXPECT_EQ(code_of(open()->rotate_master(KeyRing::Target::kFile, {}, work)), "test.refused");
  EXPECT_EQ(opened(open(), "a"), "s3cret");
  EXPECT_EQ(key_bytes(), before);
}

TEST_P(Keys, SealEverythingAnewWithANewOneAndForgetTheOld) {
  auto ring = open();
  ASSERT_OK(ring);
  const std::string old = ring->secrets().prefix();
  for (int i = 0; i < 1203; ++i) keep(ring->secrets(), "n" + std::to_string(i), "s" + std::to_string(i));
  ASSERT_OK(execute("INSERT INTO note VALUES ('none', NULL), ('junk', 'k1.gone.AAAA')"));
  const std::string sealed = to_text({{"sealed", ring->secrets().seal("\"token\"", "choice:mail.password")}});
  ASSERT_OK(execute("INSERT INTO choice VALUES ('mail', 'password', $1), ('mail', 'port', '25')", {sealed}));
  const auto done = ring->rotate_secrets(columns_, {});
  ASSERT_OK(done);
  EXPECT_EQ(done->texts, 1204);
  EXPECT_EQ(done->unreadable, 1);
  EXPECT_EQ(done->keys_removed, 1);
  EXPECT_EQ(one("SELECT count(*) FROM note WHERE sealed LIKE $1", {old + "%"}), "0");
  EXPECT_EQ(stored("junk"), "k1.gone.AAAA");
  EXPECT_EQ(one("SELECT value FROM choice WHERE name = 'port'"), "25");
  const auto again = open();
  EXPECT_EQ(opened(again, "n0"), "s0");
  EXPECT_EQ(opened(again, "n1202"), "s1202");
  const auto json = parse_json(one("SELECT value FROM choice WHERE name = 'password'"));
  ASSERT_TRUE(json);
  EXPECT_EQ(again->secrets().unseal(get_string_or(*json, "sealed", ""), "choice:mail.password").value_or("-"),
            "\"token\"");
  EXPECT_EQ(again->check(columns_)->unreadable, 1);
  EXPECT_EQ(again->audit_key(), ring->audit_key());
  EXPECT_EQ(one("SELECT count(*) FROM core_key"), "2");
}

TEST_P(Keys, OpenAfterTheSealingAnewDiedAtAnyStepAndCanBeRunAgain) {
  {
    const auto old = SecretBox::open(file_);
    ASSERT_OK(old);
    for (int i = 0; i < 700; ++i) keep(*old, "n" + std::to_string(1000 + i), "s" + std::to_string(i));
    ASSERT_OK(open(true));
  }
  const std::pair<const char*, int> places[] = {
      {"keys.added", 1}, {"keys.batch", 1}, {"keys.batch", 2}, {"keys.old_removed", 1}};
  for (const auto& [place, times] : places) {
    auto ring = open();
    ASSERT_OK(ring);
    EXPECT_EQ(code_of(ring->rotate_secrets(columns_, dies_at(place, times))), "test.killed") << place;
    const auto again = open();
    for (const int i : {0, 499, 500, 699})
      EXPECT_EQ(opened(again, "n" + std::to_string(1000 + i)), "s" + std::to_string(i)) << place << times;
  }
  auto ring = open();
  ASSERT_OK(ring->rotate_secrets(columns_, {}));
  EXPECT_EQ(one("SELECT count(*) FROM core_key WHERE purpose = 'secrets'"), "1") << "of all attempts";
  EXPECT_EQ(opened(open(), "n1000"), "s0");
}

TEST_P(Keys, BeginAnewWhenTheMasterKeyIsLost) {
  {
    const auto ring = open();
    keep(ring->secrets(), "a", "s3cret");
  }
  std::filesystem::remove(file_);
  const auto ring = KeyRing::begin_anew(db(), clock_, {file_});
  ASSERT_OK(ring);
  EXPECT_EQ(opened(ring, "a"), "secret.not_readable");
  keep(ring->secrets(), "b", "new");
  EXPECT_EQ(opened(open(), "b"), "new");
}

TEST_P(Keys, AreChangedByOneProcessAlone) {
  if (sqlite()) GTEST_SKIP() << "opening the file is refused already";
  DatabaseOptions options = db().options();
  auto server = Database::open(options), second = Database::open(options), command = Database::open(options);
  ASSERT_TRUE(server && second && command);
  ASSERT_OK(take_instance(**server, false));
  ASSERT_OK(take_instance(**server, false));
  EXPECT_EQ(code_of(take_instance(**command, true)), "store.taken");
  server->reset();
  EXPECT_OK(take_instance(**command, true));
  EXPECT_EQ(code_of(take_instance(**second, false)), "store.taken");
  command->reset();
  EXPECT_OK(take_instance(**second, false));
}

}  // namespace opsflux::store
