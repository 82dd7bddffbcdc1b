#include "host/entities/likeness.hpp"

#include <gtest/gtest.h>

namespace opsflux::entities {
namespace {

TEST(Likeness, JaroWinklerAsInTheLiterature) {
  EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.9611, 0.0001);
  EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.84, 0.0001);
  EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.8133, 0.0001);
  EXPECT_EQ(jaro_winkler("abc", "xyz"), 0);
  EXPECT_EQ(jaro_winkler("", ""), 0);
  EXPECT_EQ(jaro_winkler("a", ""), 0);
}

TEST(Likeness, WordsMayStandInAnotherOrder) {
  EXPECT_EQ(jaro_winkler("kribi logistics sa", "sa kribi logistics"), 1);
  EXPECT_GT(trigram_likeness("kribi logistics", "logistics kribi"), 0.99);
}

TEST(Likeness, TrigramsCountWhatIsCommon) {
  EXPECT_EQ(trigram_likeness("word", "word"), 1);
  // "  w", " wo", "wor", "ord", "rd " and "  w", " wo", "wor", "ors", "rst", "st ": three of eleven, twice.
  EXPECT_NEAR(trigram_likeness("word", "worst"), 6.0 / 11, 0.0001);
  EXPECT_EQ(trigram_likeness("", "a"), 0);
}

TEST(Likeness, LongTextsTakeNoLongTime) {
  const std::string a(100'000, 'a'), b(100'000, 'b');
  EXPECT_EQ(jaro_winkler(a, b), 0);
  EXPECT_EQ(jaro_winkler(a + "c", a + "d"), 1) << "by their beginning";
}

}  // namespace
}  // namespace opsflux::entities
