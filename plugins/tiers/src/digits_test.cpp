#include "digits.hpp"

#include <gtest/gtest.h>

namespace tiers {
namespace {

TEST(NormaliseNumber, DropsWhatPeoplePutBetweenGroups) {
  EXPECT_EQ(normalise_number("732 829 320 00074"), "73282932000074");
  EXPECT_EQ(normalise_number("732.829.320-00074"), "73282932000074");
  EXPECT_EQ(normalise_number(" fr76\t3000/6000 "), "FR7630006000");
  EXPECT_EQ(normalise_number("732\u00A0829\u202F320\u200900074"), "73282932000074");
}

TEST(NormaliseNumber, KeepsOtherCharactersForTheCheckToRefuse) {
  EXPECT_EQ(normalise_number("73282932O00074"), "73282932O00074");
  EXPECT_EQ(normalise_number("12\xC3\xA9"), "12\xC3\xA9");
  EXPECT_EQ(normalise_number(""), "");
}

TEST(Luhn, AcceptsPublicExamplesAndNoNeighbour) {
  EXPECT_TRUE(passes_luhn("79927398713"));
  EXPECT_TRUE(passes_luhn("4539148803436467"));
  for (char last = '0'; last <= '9'; ++last)
    EXPECT_EQ(passes_luhn(std::string("7992739871") + last), last == '3') << last;
}

TEST(Modulo, WorksOnNumbersLongerThanAnyInteger) {
  EXPECT_EQ(modulo("3214282912345698765432161182", 97), 1);
  EXPECT_EQ(modulo("0", 97), 0);
}

TEST(Mod1110, AcceptsPublicExamples) {
  EXPECT_TRUE(passes_mod_11_10("136695976"));
  EXPECT_FALSE(passes_mod_11_10("136695978"));
}

}  // namespace
}  // namespace tiers
