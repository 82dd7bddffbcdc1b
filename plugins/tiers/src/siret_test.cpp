#include "siret.hpp"

#include <gtest/gtest.h>

namespace tiers {
namespace {

using enum RegistrationFault;

TEST(Siren, AcceptsNumbersThatAreInUse) {
  for (const char* siren : {"732829320", "356000000", "542051180", "552100554", "552032534", "443061841"})
    EXPECT_EQ(check_siren(siren), kNone) << siren;
}

TEST(Siren, TellsWhatIsWrong) {
  EXPECT_EQ(check_siren("73282932"), kLength);
  EXPECT_EQ(check_siren("7328293200"), kLength);
  EXPECT_EQ(check_siren(""), kLength);
  EXPECT_EQ(check_siren("73282932A"), kCharacters);
  EXPECT_EQ(check_siren("732829321"), kChecksum);
  EXPECT_EQ(check_siren("000000000"), kChecksum);
}

TEST(Siret, AcceptsNumbersThatAreInUse) {
  for (const char* siret : {"73282932000074", "44306184100047", "55210055400013"})
    EXPECT_EQ(check_siret(siret), kNone) << siret;
}

TEST(Siret, RefusesEverySingleWrongDigit) {
  const std::string good = "73282932000074";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (char c = '0'; c <= '9'; ++c) {
      std::string changed = good;
      changed[at] = c;
      EXPECT_EQ(check_siret(changed) == kNone, changed == good) << changed;
    }
}

TEST(Siret, RefusesOneWhoseSirenIsWrongThoughTheWholePasses) {
  // 73282932 1 is no SIREN; the last digits make the Luhn sum of all fourteen fit again.
  for (int end = 0; end < 10; ++end) EXPECT_NE(check_siret("7328293210000" + std::to_string(end)), kNone);
}

TEST(Siret, TellsWhatIsWrong) {
  EXPECT_EQ(check_siret("123456"), kLength);
  EXPECT_EQ(check_siret("732829320000741"), kLength);
  EXPECT_EQ(check_siret("7328293200007X"), kCharacters);
  EXPECT_EQ(check_siret("73282932000075"), kChecksum);
  EXPECT_EQ(check_siret("00000000000000"), kChecksum);
}

TEST(Siret, OfLaPosteHasASumThatIsAMultipleOfFive) {
  EXPECT_EQ(check_siret("35600000049837"), kNone);
  EXPECT_EQ(check_siret("35600000000001"), kNone) << "3 + 5 + 6 + 1 = 15";
  EXPECT_EQ(check_siret("35600000049838"), kChecksum);
}

TEST(Siret, OfLaPostesSeatFollowsLuhn) { EXPECT_EQ(check_siret("35600000000048"), kNone); }

TEST(Siret, TheExceptionIsLaPostesAlone) {
  EXPECT_EQ(check_siret("73282932000055"), kChecksum) << "its sum is a multiple of five";
}

TEST(Siret, IsWrittenInGroups) { EXPECT_EQ(format_siret("73282932000074"), "732 829 320 00074"); }

}  // namespace
}  // namespace tiers
