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

using Terms = std::vector<std::string>;

TEST(Fold, GivesTermsOfLettersAndDigits) {
  EXPECT_EQ(terms("Élan DE l’Été, Ñandú; STRAßE"), (Terms{"elan", "de", "l", "ete", "nandu", "strasse"}));
  EXPECT_EQ(terms("ΑΘΉΝΑ Київ"), (Terms{"αθηνα", "киів"}));
  EXPECT_EQ(terms("TRS-00001 a_b x.y@z"), (Terms{"trs", "00001", "a", "b", "x", "y", "z"}));
  EXPECT_EQ(terms("  \t\n"), Terms());
  EXPECT_EQ(terms("\"' AND OR NOT * ^ () {} + - : % _ \\"), (Terms{"and", "or", "not"}));
}

TEST(Fold, GivesSingleCharactersWhereNoBlanksPartThem) {
  EXPECT_EQ(terms("東京 abc港"), (Terms{"東", "京", "abc", "港"}));
  EXPECT_EQ(terms("ok👍😀"), (Terms{"ok", "👍", "😀"}));
}

TEST(Fold, GivesTermsOfAnyBytes) {
  EXPECT_EQ(terms(std::string_view("a\0b", 3)), (Terms{"a", "b"}));
  EXPECT_EQ(terms(std::string(1000, 'x')), Terms{std::string(kMaxTermLength, 'x')});
  for (const char* broken : {"\xff\xfe", "a\xc3", "\xf0\x9f", "\x80\x80"}) EXPECT_EQ(terms(broken), Terms());
}

}  // namespace
}  // namespace opsflux
