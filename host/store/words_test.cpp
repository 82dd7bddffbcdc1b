#include "host/store/words.hpp"

#include <gtest/gtest.h>

namespace opsflux::store {
namespace {

using Words = std::vector<std::string>;

TEST(Words, HaveNeitherCaseNorAccents) {
  EXPECT_EQ(words_of("Élan DE l’Été, Ñandú; STRAßE"), (Words{"elan", "de", "l", "ete", "nandu", "straße"}));
  EXPECT_EQ(words_of("Ivindo Te\u0301le\u0301com"), (Words{"ivindo", "telecom"}));  // accents of their own
  EXPECT_EQ(words_of("ΑΘΗΝΑ Київ"), (Words{"αθηνα", "київ"}));
}

TEST(Words, AreRunsOfLettersAndDigits) {
  EXPECT_EQ(words_of("TRS-00001 a_b x.y@z"), (Words{"trs", "00001", "a", "b", "x", "y", "z"}));
  EXPECT_EQ(words_of("  \t\n"), Words());
  EXPECT_EQ(words_of("\"' AND OR NOT * ^ () {} + - : % _ \\"), (Words{"and", "or", "not"}));
}

TEST(Words, AreSingleCharactersWhereNoBlanksPartThem) {
  EXPECT_EQ(words_of("東京 abc港"), (Words{"東", "京", "abc", "港"}));
  EXPECT_EQ(words_of("ok👍😀"), (Words{"ok", "👍", "😀"}));
}

TEST(Words, AreTakenFromAnyBytes) {
  EXPECT_EQ(words_of(std::string_view("a\0b", 3)), (Words{"a", "b"}));
  EXPECT_EQ(words_of(std::string(1000, 'x')), Words{std::string(kMaxWordLength, 'x')});
  for (const char* broken : {"\xff\xfe", "a\xc3", "\xf0\x9f", "\x80\x80"}) EXPECT_NO_THROW(words_of(broken));
}

}  // namespace
}  // namespace opsflux::store
