#include "host/services/identity/passwords/policy.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "host/base/text.hpp"

namespace opsflux::identity {
namespace {

struct Policy : ::testing::Test {
  SignInRules rules;
  PasswordPolicy policy{[this] { return rules; }};

  std::string refusal(std::string_view password, PasswordOwner owner = {}) {
    const auto checked = policy.check(password, owner);
    if (checked) return "";
    EXPECT_TRUE(checked.error().field == "password" ||
                checked.error().code == "identity.breached_unreadable");
    return checked.error().code;
  }
};

TEST_F(Policy, LengthCountsCharactersAndTheStrengthMustBeEnough) {
  EXPECT_EQ(refusal("k8#Vq2!"), "identity.password_short");
  EXPECT_EQ(refusal("k8#Vq2!z"), "");
  EXPECT_EQ(refusal("password"), "identity.password_weak");
  EXPECT_EQ(refusal("trois pirogues bleues"), "");
  EXPECT_EQ(refusal(std::string("ab\0cdefghij", 11)), "identity.password_not_text");
  EXPECT_EQ(refusal("\xff\xfe\xff\xfe\xff\xfe\xff\xfe"), "identity.password_not_text");
}

TEST_F(Policy, TheRulesOfTheMomentCount) {
  rules.passwords.min_score = 0;
  EXPECT_EQ(refusal("password"), "");
  rules.passwords.min_length = 12;
  EXPECT_EQ(refusal("password"), "identity.password_short");
  rules.passwords = {.min_score = 4};
  EXPECT_EQ(refusal("correct horse"), "identity.password_weak");
}

TEST_F(Policy, NameAddressAndWordsOfTheInstanceDoNotCount) {
  EXPECT_EQ(refusal("mabika-opsflux"), "");
  EXPECT_EQ(refusal("mabika-opsflux", {"Jeanne Mabika", "j@opsflux.example"}), "identity.password_weak");
  rules.passwords.own_words = {"Port de Mabika", "OpsFlux"};
  EXPECT_EQ(refusal("mabika-opsflux"), "identity.password_weak");
  EXPECT_EQ(refusal("mabika, trois pirogues bleues"), "");
}

TEST_F(Policy, ABreachedPasswordIsRefusedAndAFileThatChangedIsReadAgain) {
  const auto file = std::filesystem::temp_directory_path() / ("opsflux-policy-" + to_hex(random_bytes(6)));
  rules.passwords.breached_file = file.string();
  EXPECT_EQ(refusal("trois pirogues bleues"), "identity.breached_unreadable");
  std::ofstream(file) << "quatre palmiers au vent\n";
  EXPECT_EQ(refusal("trois pirogues bleues"), "");
  EXPECT_EQ(refusal("quatre palmiers au vent"), "identity.password_breached");
  std::ofstream(file, std::ios::app) << "trois pirogues bleues\n";
  EXPECT_EQ(refusal("trois pirogues bleues"), "identity.password_breached");
  std::filesystem::remove(file);
}

TEST_F(Policy, TheMeterHearsScoreAndHintsOfARefusedOneToo) {
  const auto judgement = policy.judge("pass", {});
  EXPECT_EQ(judgement.strength.score, 0);
  EXPECT_EQ(judgement.strength.hints, (std::vector<std::string>{"common"}));
  EXPECT_FALSE(judgement.accepted);
}

}  // namespace
}  // namespace opsflux::identity
