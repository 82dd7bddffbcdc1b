#include "host/base/fold.hpp"

#include <gtest/gtest.h>

namespace opsflux {
namespace {

TEST(Fold, LeavesWhatPeopleMean) {
  EXPECT_EQ(fold("  Soci\u00e9t\u00e9  d'\u00c9nergie "), "societe d energie");
  EXPECT_EQ(fold("Socie\u0301te\u0301"), "societe");
  EXPECT_EQ(fold("STRA\u00dfE"), "strasse");
  EXPECT_EQ(fold("\uff21\uff22\uff23 \u2460"), "abc 1");
  EXPECT_EQ(fold("A.B.-C"), "a b c");
  EXPECT_EQ(fold("\u65e5\u672c \u0130stanbul"), "\u65e5\u672c istanbul");
  EXPECT_EQ(fold("\U0001f6e2"), "\U0001f6e2");
  EXPECT_EQ(fold(""), "");
  EXPECT_EQ(fold("\xff\xfe"), "");
  EXPECT_EQ(fold(std::string("a\0b", 3)), "a b");
}

TEST(Fold, GivesWords) {
  EXPECT_EQ(words("a b"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_TRUE(words("").empty());
}

}  // namespace
}  // namespace opsflux
