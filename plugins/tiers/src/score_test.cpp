#include "score.hpp"

#include <gtest/gtest.h>

namespace tiers {
namespace {

TEST(CompanyScore, IsTheWeightedMeanRoundedHalfUp) {
  EXPECT_EQ(company_score(94, 88, 50), 91);
  EXPECT_EQ(company_score(93, 88, 50), 91) << "90.5";
  EXPECT_EQ(company_score(100, 0, 70), 70);
  EXPECT_EQ(company_score(40, 80, 0), 80);
  EXPECT_EQ(company_score(40, 80, 100), 40);
}

TEST(CompanyScore, IsTheKnownOneOfTheTwo) {
  EXPECT_EQ(company_score(80, std::nullopt, 50), 80);
  EXPECT_EQ(company_score(std::nullopt, 60, 50), 60);
}

TEST(CompanyScore, IsUnknownWithoutEither) {
  EXPECT_EQ(company_score(std::nullopt, std::nullopt, 50), std::nullopt);
}

TEST(CompanyScore, OfZeroIsNotUnknown) { EXPECT_EQ(company_score(0, 0, 50), 0); }

}  // namespace
}  // namespace tiers
