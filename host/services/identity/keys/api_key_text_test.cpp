#include "host/services/identity/keys/api_key_text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace opsflux::identity {
namespace {

TEST(ApiKeyText, IsWhatScannersLookFor) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string key = new_api_key();
    ASSERT_EQ(key.size(), 50u);
    EXPECT_TRUE(key.starts_with("ofx_"));
    EXPECT_TRUE(is_api_key(key)) << key;
    EXPECT_TRUE(seen.insert(key).second);
  }
}

// The sum as other programs work it out: CRC-32 of zlib over the 44 characters before it, six digits of
// base 62.
TEST(ApiKeyText, HasTheSumOfAKnownText) {
  EXPECT_TRUE(is_api_key("ofx_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd2i8JGb"));
  EXPECT_FALSE(is_api_key("ofx_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcd000000"));
}

TEST(ApiKeyText, EveryChangeOfOneCharacterIsRefused) {
  const std::string key = new_api_key();
  for (std::size_t at = 0; at < key.size(); ++at)
    for (const char c : std::string("0Aaz9_- ")) {
      std::string changed = key;
      if (changed[at] == c) continue;
      changed[at] = c;
      EXPECT_FALSE(is_api_key(changed)) << changed;
    }
}

TEST(ApiKeyText, WhatIsLongerOrShorterIsRefused) {
  const std::string key = new_api_key();
  EXPECT_FALSE(is_api_key(""));
  EXPECT_FALSE(is_api_key("ofx_"));
  EXPECT_FALSE(is_api_key(key + "0"));
  EXPECT_FALSE(is_api_key(key.substr(0, 49)));
  EXPECT_FALSE(is_api_key(" " + key.substr(1)));
  EXPECT_EQ(api_key_hint(key), key.substr(0, 8));
}

}  // namespace
}  // namespace opsflux::identity
