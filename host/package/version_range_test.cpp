#include "host/package/version_range.hpp"

#include <gtest/gtest.h>

namespace opsflux::package {
namespace {

TEST(VersionRange, HoldsWhatItsComparatorsAllow) {
  const auto range = VersionRange::parse(">=1.0.0 <2.0.0");
  ASSERT_TRUE(range);
  EXPECT_FALSE(range->contains({0, 9, 9}));
  EXPECT_TRUE(range->contains({1, 0, 0}));
  EXPECT_TRUE(range->contains({1, 99, 99}));
  EXPECT_FALSE(range->contains({2, 0, 0}));
  EXPECT_TRUE(VersionRange::parse("1.2.3")->contains({1, 2, 3}));
  EXPECT_FALSE(VersionRange::parse("=1.2.3")->contains({1, 2, 4}));
  EXPECT_TRUE(VersionRange::parse(">1.2.3")->contains({1, 2, 4}));
  EXPECT_TRUE(VersionRange::parse("<=1.2.3")->contains({1, 2, 3}));
  EXPECT_TRUE(VersionRange::parse("*")->contains({0, 0, 0}));
}

TEST(VersionRange, RefusesOtherNotations) {
  for (const char* text : {"", " ", "^1.0.0", "~1.0.0", "1.x", "1.0", ">= 1.0.0", "1.0.0 || 2.0.0",
                           ">=01.0.0", ">=1.0.0-beta"}) {
    const auto range = VersionRange::parse(text);
    ASSERT_FALSE(range) << text;
    EXPECT_EQ(range.error().code, "version.bad_range") << text;
  }
}

TEST(VersionRange, RefusesARangeThatNothingIsIn) {
  for (const char* text : {">=2.0.0 <1.0.0", ">1.0.0 <1.0.1", "=1.0.0 =1.0.1", "<0.0.0"})
    EXPECT_EQ(VersionRange::parse(text).error().code, "version.empty_range") << text;
}

TEST(AbiVersion, IsTwoNumbers) {
  EXPECT_EQ(parse_abi_version("1.0"), (AbiVersion{1, 0}));
  for (const char* text : {"1", "1.0.0", "a.b", "1.", "", "1.00"})
    EXPECT_FALSE(parse_abi_version(text)) << text;
}

}  // namespace
}  // namespace opsflux::package
