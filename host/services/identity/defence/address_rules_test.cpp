#include "host/services/identity/defence/address_rules.hpp"

#include <gtest/gtest.h>

namespace opsflux::identity {
namespace {

AddressRule rule(std::string_view network, bool allow, RuleScope scope = RuleScope::kAll, UtcNs until = 0) {
  return {IpNetwork::parse(network).value(), allow, scope, until};
}

bool admits(const RuleBook& book, std::string_view address, RuleScope scope = RuleScope::kAll) {
  return book.admits(scope, IpAddress::parse(address).value());
}

TEST(AddressRules, WithoutAnyEverybodyIsLetIn) {
  const RuleBook book;
  EXPECT_TRUE(book.empty());
  EXPECT_TRUE(admits(book, "192.0.2.7"));
}

TEST(AddressRules, ADeniedNetworkIsKeptOutAndTheRestLetIn) {
  const RuleBook book({rule("192.0.2.0/24", false)}, 1);
  EXPECT_FALSE(admits(book, "192.0.2.7"));
  EXPECT_TRUE(admits(book, "192.0.3.7"));
  EXPECT_TRUE(admits(book, "2001:db8::1"));
}

TEST(AddressRules, AnAllowedNetworkClosesItsScopeToTheRest) {
  const RuleBook book({rule("10.0.0.0/8", true, RuleScope::kLogin)}, 1);
  EXPECT_TRUE(admits(book, "10.1.2.3", RuleScope::kLogin));
  EXPECT_FALSE(admits(book, "192.0.2.7", RuleScope::kLogin));
  EXPECT_TRUE(admits(book, "192.0.2.7", RuleScope::kAll));
  EXPECT_TRUE(admits(book, "192.0.2.7", RuleScope::kAdministrators));
}

TEST(AddressRules, AnExceptionFromADeniedNetworkClosesNothing) {
  const RuleBook book({rule("10.0.0.0/8", false), rule("10.1.0.0/16", true), rule("10.1.2.0/24", false)}, 1);
  EXPECT_FALSE(admits(book, "10.2.0.1"));
  EXPECT_TRUE(admits(book, "10.1.0.1"));
  EXPECT_FALSE(admits(book, "10.1.2.3"));
  EXPECT_TRUE(admits(book, "192.0.2.7"));
}

TEST(AddressRules, OfTheSameNetworkDeniedWins) {
  EXPECT_FALSE(admits(RuleBook({rule("10.0.0.0/8", false), rule("10.0.0.0/8", true)}, 1), "10.0.0.1"));
  EXPECT_FALSE(admits(RuleBook({rule("10.0.0.0/8", true), rule("10.0.0.0/8", false)}, 1), "10.0.0.1"));
}

TEST(AddressRules, TheMachineItselfIsAlwaysLetIn) {
  const RuleBook book({rule("0.0.0.0/0", false), rule("::/0", false)}, 1);
  EXPECT_FALSE(admits(book, "192.0.2.7"));
  EXPECT_FALSE(admits(book, "2001:db8::1"));
  EXPECT_TRUE(admits(book, "127.0.0.1"));
  EXPECT_TRUE(admits(book, "::1"));
}

TEST(AddressRules, OneThatHasEndedCountsNoMore) {
  const std::vector<AddressRule> rules = {rule("192.0.2.0/24", false, RuleScope::kAll, 100),
                                          rule("10.0.0.0/8", false, RuleScope::kAll, 50)};
  EXPECT_FALSE(admits(RuleBook(rules, 99), "192.0.2.7"));
  EXPECT_TRUE(admits(RuleBook(rules, 99), "10.0.0.1"));
  EXPECT_TRUE(admits(RuleBook(rules, 100), "192.0.2.7"));
  EXPECT_EQ(RuleBook(rules, 1).next_end(), 50);
  EXPECT_EQ(RuleBook(rules, 99).next_end(), 100);
  EXPECT_EQ(RuleBook(rules, 100).next_end(), 0);
}

}  // namespace
}  // namespace opsflux::identity
