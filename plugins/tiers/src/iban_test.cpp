#include "iban.hpp"

#include <gtest/gtest.h>

#include "digits.hpp"

namespace tiers {
namespace {

using enum IbanFault;

TEST(Iban, AcceptsTheExamplesOfTheRegistry) {
  for (const char* iban :
       {"GB29 NWBK 6016 1331 9268 19", "FR14 2004 1010 0505 0001 3M02 606", "DE89 3704 0044 0532 0130 00",
        "BE68 5390 0754 7034", "CH93 0076 2011 6238 5295 7", "NL91 ABNA 0417 1643 00",
        "ES91 2100 0418 4502 0005 1332", "PT50 0002 0123 1234 5678 9015 4",
        "IT60 X054 2811 1010 0000 0123 456", "NO93 8601 1117 947", "LU28 0019 4006 4475 0000",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S", "SE45 5000 0000 0583 9825 7466",
        "ST68 0001 0001 0051 8453 1011 2", "MU17 BOMM 0101 1010 3030 0200 000M UR"})
    EXPECT_EQ(check_iban(normalise_number(iban)), kNone) << iban;
}

TEST(Iban, AcceptsThoseThatBanksOfTheGulfOfGuineaPrint) {
  for (const char* iban : {"CM21 1000 2000 3002 7797 6315 008", "GA21 4002 1010 0320 0189 0020 126",
                           "CI93 CI00 8011 1301 1342 9120 0589", "AO06 0044 0000 6729 5030 1010 2",
                           "BJ66 BJ06 1010 0100 1443 9000 0769"})
    EXPECT_EQ(check_iban(normalise_number(iban)), kNone) << iban;
}

TEST(Iban, TellsWhatIsWrong) {
  EXPECT_EQ(check_iban("FR1420041010050500013M02607"), kChecksum);
  EXPECT_EQ(check_iban("FR1420041010050500013M0260"), kLength);
  EXPECT_EQ(check_iban("XX1420041010050500013M02606"), kCountry);
  EXPECT_EQ(check_iban(""), kCountry);
  EXPECT_EQ(check_iban("F"), kCountry);
  EXPECT_EQ(check_iban("FR1420041010050500013M0260\xC3"), kCharacters);
  EXPECT_EQ(check_iban("FRAB20041010050500013M02606"), kChecksum);
}

TEST(Iban, NoticesEveryPairOfNeighboursExchanged) {
  const std::string good = "DE89370400440532013000";
  for (std::size_t at = 2; at + 1 < good.size(); ++at) {
    std::string changed = good;
    std::swap(changed[at], changed[at + 1]);
    EXPECT_EQ(check_iban(changed) == kNone, changed == good) << changed;
  }
}

TEST(Bic, HasEightOrElevenCharacters) {
  EXPECT_TRUE(is_bic("BNPAFRPP"));
  EXPECT_TRUE(is_bic("BICIGALXXXX"));
  EXPECT_TRUE(is_bic("SOGEGAL1"));
  EXPECT_FALSE(is_bic("BNPAFRP"));
  EXPECT_FALSE(is_bic("BNPAFRPPX"));
  EXPECT_FALSE(is_bic("BNPA1RPP"));
}

}  // namespace
}  // namespace tiers
