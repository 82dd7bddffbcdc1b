#include "vat.hpp"

#include <gtest/gtest.h>

#include "digits.hpp"

namespace tiers {
namespace {

using enum VatFault;

TEST(Vat, AcceptsNumbersOfEveryCountryWithCheckDigits) {
  for (const char* number :
       {"ATU13585627",    "BE0428759497",  "CHE-107.787.577 IVA", "DE136695976",   "DK13585628",
        "EE100931558",    "EL094259216",   "GR094259216",         "ESB58378431",   "ES54362315K",
        "ESX5253868R",    "ESJ99216582",   "FI20774740",          "FR40303265045", "FR23334175221",
        "FRK7399859412",  "FR4Z123456782", "GB980780684",         "HR33392005961", "HU12892312",
        "IE6433435F",     "IE6433435OA",   "IT00743110157",       "LU15027442",    "MT11679112",
        "NL004495445B01", "PL8567346215",  "PT501964843",         "RO18547290",    "SE123456789701",
        "SI50223054",     "SK2022749619",  "FR44732829320"})
    EXPECT_EQ(check_vat(normalise_number(number)), kNone) << number;
}

TEST(Vat, TheExamplesShownToPeopleAreValid) {
  for (const char* prefix :
       {"AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "HR",
        "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"})
    EXPECT_EQ(check_vat(normalise_number(vat_example(prefix))), kNone) << vat_example(prefix);
}

TEST(Vat, RefusesEverySingleWrongDigitWhereTheCheckIsMeantTo) {
  for (const std::string good :
       {"FR44732829320", "BE0428759497", "PT501964843", "DE136695976", "IT00743110157"}) {
    for (std::size_t at = 2; at < good.size(); ++at)
      for (char c = '0'; c <= '9'; ++c) {
        std::string changed = good;
        changed[at] = c;
        EXPECT_EQ(check_vat(changed) == kNone, changed == good) << changed;
      }
  }
}

TEST(Vat, TellsWhatIsWrong) {
  EXPECT_EQ(check_vat("GA123456789"), kCountry);
  EXPECT_EQ(check_vat(""), kCountry);
  EXPECT_EQ(check_vat("F"), kCountry);
  EXPECT_EQ(check_vat("FR"), kFormat);
  EXPECT_EQ(check_vat("FR4473282932"), kFormat);
  EXPECT_EQ(check_vat("FR447328293201"), kFormat);
  EXPECT_EQ(check_vat("BE2428759497"), kFormat);
  EXPECT_EQ(check_vat("FR45732829320"), kChecksum);
  EXPECT_EQ(check_vat("FR44732829321"), kChecksum) << "its SIREN is none";
  EXPECT_EQ(check_vat("FRIO399859412"), kChecksum) << "I and O are never used";
}

TEST(FrenchVat, HasTheKeyOfItsSiren) {
  EXPECT_EQ(french_vat("732829320"), "FR44732829320");
  EXPECT_EQ(french_vat("303265045"), "FR40303265045");
  EXPECT_EQ(french_vat("404833048"), "FR83404833048");
}

TEST(FrenchVat, ContainsItsSiren) {
  EXPECT_EQ(siren_of_vat("FR44732829320"), "732829320");
  EXPECT_EQ(siren_of_vat("BE0428759497"), "");
}

}  // namespace
}  // namespace tiers
