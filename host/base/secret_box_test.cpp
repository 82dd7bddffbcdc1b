#include "host/base/secret_box.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "host/base/files.hpp"
#include "host/base/text.hpp"

namespace opsflux {
namespace {
namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("opsflux-secret-" + to_hex(random_bytes(6)));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

TEST(SecretBox, GivesBackWhatWasSealedAfterAReopening) {
  Folder folder;
  const auto first = SecretBox::open(folder.path / "instance.key");
  ASSERT_TRUE(first) << describe(first.error());
  const std::string sealed = first->seal("s3cret", "setting:tiers.token");
  const auto again = SecretBox::open(folder.path / "instance.key");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->unseal(sealed, "setting:tiers.token").value_or("-"), "s3cret");
  EXPECT_EQ(sealed.find("s3cret"), std::string::npos);
  EXPECT_NE(first->seal("s3cret", "setting:tiers.token"), sealed) << "each seal has a nonce of its own";
}

TEST(SecretBox, DerivesOtherKeysByPurposeAndFile) {
  Folder folder;
  const auto box = SecretBox::open(folder.path / "a.key"), again = SecretBox::open(folder.path / "a.key"),
             other = SecretBox::open(folder.path / "b.key");
  ASSERT_TRUE(box && again && other);
  EXPECT_EQ(box->derive_key("audit").size(), 32u);
  EXPECT_EQ(box->derive_key("audit"), again->derive_key("audit"));
  EXPECT_NE(box->derive_key("audit"), box->derive_key("other"));
  EXPECT_NE(box->derive_key("audit"), other->derive_key("audit"));
}

TEST(SecretBox, RefusesAnotherContextAnAlteredTextAndAnotherKey) {
  Folder folder;
  const auto box = SecretBox::open(folder.path / "a.key"), other = SecretBox::open(folder.path / "b.key");
  ASSERT_TRUE(box && other);
  std::string sealed = box->seal("s3cret", "setting:tiers.token");
  EXPECT_EQ(box->unseal(sealed, "setting:crm.token").error().code, "secret.not_readable");
  EXPECT_EQ(other->unseal(sealed, "setting:tiers.token").error().code, "secret.not_readable");
  EXPECT_EQ(box->unseal("", "setting:tiers.token").error().code, "secret.not_readable");
  sealed[sealed.size() / 2] = sealed[sealed.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(box->unseal(sealed, "setting:tiers.token").error().code, "secret.not_readable");
}

TEST(SecretBox, KeepsTheKeyFromOthersAndRefusesAFileThatIsNoKey) {
  Folder folder;
  ASSERT_TRUE(SecretBox::open(folder.path / "instance.key"));
  struct stat info {};
  ASSERT_EQ(::stat((folder.path / "instance.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_TRUE(write_file_atomic(folder.path / "short.key", "abc"));
  ::chmod((folder.path / "short.key").c_str(), 0600);
  EXPECT_EQ(SecretBox::open(folder.path / "short.key").error().code, "secret.bad_key_file");
  for (const unsigned mode : {0604u, 0640u, 0660u}) {
    ASSERT_EQ(::chmod((folder.path / "instance.key").c_str(), mode), 0);
    EXPECT_EQ(SecretBox::open(folder.path / "instance.key").error().code, "secret.key_readable") << mode;
  }
}

TEST(SecretBox, SealsWithTheLastOfSeveralKeysAndOpensWithEach) {
  const std::string a(32, 'a'), b(32, 'b');
  const SecretBox bare = SecretBox::of_key(a), first = SecretBox::of_keys({{"one", a}}, "one"),
                  both = SecretBox::of_keys({{"one", a}, {"two", b}}, "one");
  EXPECT_EQ(both.unseal(bare.seal("x", "c"), "c").value_or("-"), "x");
  EXPECT_EQ(both.unseal(first.seal("x", "c"), "c").value_or("-"), "x");
  const std::string sealed = both.seal("x", "c");
  EXPECT_EQ(sealed.substr(0, 7), "k1.two.");
  EXPECT_EQ(both.prefix(), "k1.two.");
  EXPECT_EQ(both.unseal(sealed, "c").value_or("-"), "x");
  EXPECT_EQ(first.unseal(sealed, "c").error().code, "secret.not_readable");
  const std::string renamed = "k1.one." + sealed.substr(7);
  for (const char* wrong : {"k1.", "k1.two", "k1.two.", "k1..AAAA", renamed.c_str()})
    EXPECT_EQ(both.unseal(wrong, "c").error().code, "secret.not_readable") << wrong;
}

}  // namespace
}  // namespace opsflux
