// The module as a host runs it: its hooks and its route through the C ABI.
#include <gtest/gtest.h>

#include "contact.hpp"
#include "opsflux/testing/host.hpp"

namespace tiers {
namespace {

using opsflux::Date;
using opsflux::Json;
using opsflux::Value;
using opsflux::testing::Outcome;
using opsflux::testing::RecordFields;
using namespace std::chrono_literals;

class Tiers : public testing::Test {
 protected:
  Tiers() {
    host.settings["reliability_weight"] = 50;
    const Outcome loaded = host.load(*opf_module_entry_v1());
    EXPECT_TRUE(loaded.ok()) << loaded.reason();
  }
  Outcome create_company(RecordFields fields) { return host.create("check_company", std::move(fields)); }

  opsflux::testing::Host host{"tiers"};
};

TEST_F(Tiers, PutsTheSiretInOneFormAndFillsTheSiren) {
  const Outcome outcome = create_company({{"siret", "732 829 320 00074"}});
  ASSERT_TRUE(outcome.ok()) << outcome.reason();
  EXPECT_EQ(outcome["siret"], Value("73282932000074"));
  EXPECT_EQ(outcome["siren"], Value("732829320"));
}

TEST_F(Tiers, RefusesAWrongSiretAtItsField) {
  const Outcome outcome = create_company({{"siret", "73282932000075"}});
  EXPECT_EQ(outcome.status, OPF_E_INVALID);
  EXPECT_EQ(outcome.field(), "siret");
  EXPECT_EQ(outcome.reason(), "siret_checksum");
  EXPECT_EQ(outcome.error->params().at(0).value, Value("73282932000075"));
}

TEST_F(Tiers, TellsHowManyDigitsASiretHas) {
  const Outcome outcome = create_company({{"siret", "123 456"}});
  EXPECT_EQ(outcome.reason(), "siret_length");
  EXPECT_EQ(outcome.error->message(),
            "The SIRET 123456 has 6 digits instead of 14. Complete it or leave the field empty.");
}

TEST_F(Tiers, TakesTheSiretOfLaPoste) { EXPECT_TRUE(create_company({{"siret", "35600000049837"}}).ok()); }

TEST_F(Tiers, RefusesASirenOfAnotherCompany) {
  const Outcome outcome = create_company({{"siret", "73282932000074"}, {"siren", "542051180"}});
  EXPECT_EQ(outcome.field(), "siren");
  EXPECT_EQ(outcome.reason(), "siren_not_of_siret");
}

TEST_F(Tiers, ANewSiretBringsItsSirenAlong) {
  const RecordFields before{{"siret", "44306184100047"}, {"siren", "443061841"}};
  const Outcome outcome = host.update("check_company", "c1", before, {{"siret", "73282932000074"}});
  ASSERT_TRUE(outcome.ok()) << outcome.reason();
  EXPECT_EQ(outcome["siren"], Value("732829320"));
}

TEST_F(Tiers, LeavesAWrongNumberAloneThatTheChangeDoesNotTouch) {
  const RecordFields before{{"siret", "1"}, {"vat_number", "?"}, {"iban", "x"}, {"city", "Douala"}};
  EXPECT_TRUE(host.update("check_company", "c1", before, {{"city", "Kribi"}}).ok());
}

TEST_F(Tiers, AnEmptiedNumberIsNoNumber) {
  const Outcome outcome = create_company({{"siret", "  "}, {"iban", ""}});
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome["siret"].is_null());
  EXPECT_TRUE(outcome["iban"].is_null());
}

TEST_F(Tiers, ChecksTheVatNumberAgainstTheSiren) {
  EXPECT_TRUE(create_company({{"siret", "73282932000074"}, {"vat_number", "fr 44 732 829 320"}}).ok());
  const Outcome other = create_company({{"siret", "73282932000074"}, {"vat_number", "FR40303265045"}});
  EXPECT_EQ(other.reason(), "vat_not_of_siren");
  EXPECT_EQ(other.field(), "vat_number");
  EXPECT_EQ(create_company({{"vat_number", "GA123"}}).reason(), "vat_country");
  EXPECT_EQ(create_company({{"vat_number", "FR123"}}).reason(), "vat_format");
  EXPECT_EQ(create_company({{"vat_number", "FR45732829320"}}).reason(), "vat_checksum");
}

TEST_F(Tiers, ChecksTheBankAccount) {
  const Outcome good = create_company({{"iban", "FR14 2004 1010 0505 0001 3M02 606"}, {"bic", "psstfrpp"}});
  ASSERT_TRUE(good.ok()) << good.reason();
  EXPECT_EQ(good["iban"], Value("FR1420041010050500013M02606"));
  EXPECT_EQ(good["bic"], Value("PSSTFRPP"));
  EXPECT_EQ(create_company({{"iban", "FR1420041010050500013M02607"}}).reason(), "iban_checksum");
  EXPECT_EQ(create_company({{"iban", "FR14"}}).reason(), "iban_length");
  EXPECT_EQ(create_company({{"iban", "ZZ14"}}).reason(), "iban_country");
  EXPECT_EQ(create_company({{"iban", "FR14é"}}).reason(), "iban_characters");
  EXPECT_EQ(create_company({{"bic", "X"}}).reason(), "bic_format");
}

TEST_F(Tiers, ComputesTheScoreWithTheSettingsWeight) {
  EXPECT_EQ(create_company({{"reliability", 94}, {"performance", 88}})["score"], Value(91));
  EXPECT_TRUE(create_company({})["score"].is_null());
  host.settings["reliability_weight"] = 100;
  EXPECT_EQ(create_company({{"reliability", 94}, {"performance", 0}, {"score", 3}})["score"], Value(94));
}

TEST_F(Tiers, RefusesACircleOfParents) {
  auto& companies = host.records["tiers.company"];
  companies["group"] = {{"legal_name", "Groupe Aérogolfe"}};
  companies["middle"] = {{"parent", "group"}};
  companies["low"] = {{"parent", "middle"}};
  EXPECT_TRUE(create_company({{"parent", "low"}}).ok());
  for (const char* below : {"low", "middle", "group"}) {
    const Outcome outcome = host.update("check_company", "group", companies["group"], {{"parent", below}});
    EXPECT_EQ(outcome.reason(), "parent_cycle") << below;
    EXPECT_EQ(outcome.field(), "parent");
  }
}

TEST_F(Tiers, ACircleThatIsAlreadyThereDoesNotHang) {
  auto& companies = host.records["tiers.company"];
  companies["a"] = {{"parent", "b"}};
  companies["b"] = {{"parent", "a"}};
  EXPECT_EQ(create_company({{"parent", "a"}}).reason(), "parent_too_deep");
}

TEST_F(Tiers, KeepsACompanyThatOthersReferTo) {
  host.records["tiers.company"]["sub"] = {{"parent", "c1"}};
  EXPECT_EQ(host.remove("check_company_is_unused", "c1", {}).reason(), "company_has_subsidiaries");
  host.records["tiers.company"].clear();
  host.records["tiers.contact"]["p1"] = {{"company", "c1"}};
  const Outcome outcome = host.remove("check_company_is_unused", "c1", {});
  EXPECT_EQ(outcome.reason(), "company_has_contacts");
  EXPECT_EQ(outcome.status, OPF_E_CONFLICT);
  host.records["tiers.contact"].clear();
  EXPECT_TRUE(host.remove("check_company_is_unused", "c1", {}).ok());
}

TEST_F(Tiers, PutsTheFullNameOfAContactTogether) {
  EXPECT_EQ(
      host.create("check_contact", {{"first_name", " Clarisse "}, {"last_name", "Moussavou"}})["full_name"],
      Value("Clarisse Moussavou"));
  EXPECT_EQ(host.create("check_contact", {{"last_name", "Ndong"}})["full_name"], Value("Ndong"));
  EXPECT_EQ(full_name("Jean-Aimé", "de  la Tour"), "Jean-Aimé de la Tour");
}

TEST_F(Tiers, RefusesABirthdayInTheFuture) {
  const Date today = std::chrono::floor<std::chrono::days>(host.now);
  EXPECT_TRUE(host.create("check_contact", {{"last_name", "x"}, {"birthday", today}}).ok());
  EXPECT_EQ(
      host.create("check_contact", {{"last_name", "x"}, {"birthday", today + std::chrono::days(1)}}).reason(),
      "birthday_in_future");
}

TEST_F(Tiers, AnAffiliationIsWithAFurtherCompany) {
  host.records["tiers.contact"]["p1"] = {{"company", "c1"}};
  EXPECT_EQ(host.create("check_affiliation", {{"contact", "p1"}, {"company", "c1"}}).reason(),
            "main_company");
  EXPECT_TRUE(host.create("check_affiliation", {{"contact", "p1"}, {"company", "c2"}}).ok());
}

TEST_F(Tiers, AnAffiliationEndsAfterItBegins) {
  const Date day = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  const RecordFields fields{
      {"contact", "p"}, {"company", "c"}, {"since", day}, {"until", day - std::chrono::days(1)}};
  EXPECT_EQ(host.create("check_affiliation", fields).reason(), "period_reversed");
}

TEST_F(Tiers, AnswersWhetherASiretIsOne) {
  const Outcome good = host.request("check_siret", {.path = {{"siret", "732 829 320 00074"}}});
  ASSERT_TRUE(good.response);
  EXPECT_EQ(Json::parse(good.response->body), Json::object({{"valid", true},
                                                            {"siret", "73282932000074"},
                                                            {"formatted", "732 829 320 00074"},
                                                            {"siren", "732829320"},
                                                            {"vat_number", "FR44732829320"}}));

  host.texts["error.siret_length"] = "Le SIRET {siret} compte {digits} chiffres.";
  const Outcome wrong = host.request("check_siret", {.path = {{"siret", "123"}}});
  ASSERT_TRUE(wrong.response);
  EXPECT_EQ(wrong.response->status, 200u);
  const Json body = Json::parse(wrong.response->body).value();
  EXPECT_EQ(body["valid"].boolean(), false);
  EXPECT_EQ(body["reason"].text(), "siret_length");
  EXPECT_EQ(body["message"].text(), "Le SIRET 123 compte 3 chiffres.");
}

}  // namespace
}  // namespace tiers
