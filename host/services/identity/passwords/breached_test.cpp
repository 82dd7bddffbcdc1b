#include "host/services/identity/passwords/breached.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <fstream>
#include <set>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

std::string upper_sha1(const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha1(), nullptr);
  std::string out = to_hex({reinterpret_cast<const char*>(digest), length});
  for (char& c : out) c = static_cast<char>(std::toupper(c));
  return out;
}

class Breached : public ::testing::Test {
 protected:
  Breached()
      : file_(std::filesystem::temp_directory_path() / ("opsflux-breached-" + to_hex(random_bytes(6)))) {}
  ~Breached() override { std::filesystem::remove(file_); }

  std::shared_ptr<const BreachedList> written(const std::string& text) {
    std::ofstream(file_, std::ios::binary) << text;
    return *BreachedList::open(file_);
  }

  std::filesystem::path file_;
};

TEST_F(Breached, EveryPasswordOfAListOfHashesIsFoundAndNoOther) {
  for (const char* end : {"\n", "\r\n"}) {
    for (const int count : {1, 2, 3, 1'000}) {
      std::set<std::string> lines;
      for (int i = 0; i < count; ++i)
        lines.insert(upper_sha1("known " + std::to_string(i)) + ":" + std::to_string(i * i * 7919));
      std::string text;
      for (const std::string& line : lines) text += line + end;
      const auto list = written(text);
      for (int i = 0; i < count; ++i) EXPECT_TRUE(*list->contains("known " + std::to_string(i))) << i;
      for (int i = 0; i < count; ++i) EXPECT_FALSE(*list->contains("other " + std::to_string(i))) << i;
    }
  }
}

TEST_F(Breached, TheCountAndTheLastLineEndMayBeMissing) {
  std::set<std::string> hashes{upper_sha1("a"), upper_sha1("b"), upper_sha1("c")};
  const auto list = written(join({hashes.begin(), hashes.end()}, "\n"));
  for (const char* known : {"a", "b", "c"}) EXPECT_TRUE(*list->contains(known)) << known;
  EXPECT_FALSE(*list->contains("d"));
}

TEST_F(Breached, APlainListIsReadAsItStands) {
  const auto list = written("password\r\ntrois pirogues\n\nété");
  for (const char* known : {"password", "trois pirogues", "été"})
    EXPECT_TRUE(*list->contains(known)) << known;
  for (const char* other : {"", "Password", "pirogues"}) EXPECT_FALSE(*list->contains(other)) << other;
  EXPECT_FALSE(*written("")->contains("password"));
}

TEST_F(Breached, WhatCannotBeReadIsSaidWithItsName) {
  for (const char* file : {"/nonexistent/list", "/tmp"}) {
    const auto list = BreachedList::open(file);
    ASSERT_FALSE(list);
    EXPECT_EQ(list.error().code, "identity.breached_unreadable");
    EXPECT_EQ(list.error().params.at(0).second, file);
  }
  std::ofstream(file_) << std::string((16u << 20) + 1, 'x');
  EXPECT_FALSE(BreachedList::open(file_));
}

}  // namespace
}  // namespace opsflux::identity
