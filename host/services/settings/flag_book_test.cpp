#include "host/services/settings/flag_book.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace opsflux::settings_service {
namespace {

Flag flag(bool enabled = true) {
  Flag out;
  out.name = "fleet.new_map";
  out.enabled = enabled;
  return out;
}

Caller person(const std::string& id = "ada", const std::string& role = "user") {
  Caller out;
  out.user_id = id;
  out.role = role;
  return out;
}

bool on(const Flag& flag, const Caller& caller) { return FlagBook({flag}).on(flag.name, caller); }

std::set<int> chosen(int share, const std::string& name = "fleet.new_map", int people = 10'000) {
  Flag of = flag();
  of.name = name;
  of.share = share;
  const FlagBook book({of});
  std::set<int> out;
  for (int i = 0; i < people; ++i)
    if (book.on(name, person("0190a7c0-0000-7000-8000-" + std::to_string(100'000'000'000 + i))))
      out.insert(i);
  return out;
}

TEST(FlagBook, OneThatNobodyMadeIsOff) {
  EXPECT_FALSE(FlagBook().on("fleet.new_map", person()));
  EXPECT_FALSE(FlagBook({flag()}).on("fleet.new_ma", person()));
  EXPECT_FALSE(FlagBook({flag()}).on("", person()));
}

TEST(FlagBook, OffIsForNobodyAndOnWithoutMoreForEverybody) {
  Caller host;
  host.system = true;
  for (const Caller& one : {person(), Caller(), host}) {
    EXPECT_FALSE(on(flag(false), one));
    EXPECT_TRUE(on(flag(), one));
  }
}

TEST(FlagBook, CompaniesAreThoseThatTheCallerActsFor) {
  Flag of = flag();
  of.by_company = true;
  of.companies = {"north", "south"};
  Caller one = person();
  EXPECT_FALSE(on(of, one));
  one.companies = {"west", "south"};  // he acts for none: his own count
  EXPECT_TRUE(on(of, one));
  one.company = "west";
  EXPECT_FALSE(on(of, one)) << "he acts for another one, though this one is his as well";
  one.company = "north";
  EXPECT_TRUE(on(of, one));
  of.companies.clear();  // those that it was for are gone
  EXPECT_FALSE(on(of, one));
}

TEST(FlagBook, RolesAreThoseHeldAndThoseThatTheyInherit) {
  Flag of = flag();
  of.by_role = true;
  of.roles = {"tester", "manager"};
  EXPECT_FALSE(on(of, person()));
  EXPECT_TRUE(on(of, person("ada", "manager")));
  Caller one = person();
  auto rights = std::make_shared<Rights>();
  rights->roles = {"chief", "tester", "user"};
  one.rights = rights;
  EXPECT_TRUE(on(of, one));
  EXPECT_FALSE(on(of, person("ada", "administrator"))) << "nobody is meant who is not named";
  of.roles.clear();
  EXPECT_FALSE(on(of, person("ada", "manager")));
}

TEST(FlagBook, AllThatIsGivenMustHold) {
  Flag of = flag();
  of.by_company = of.by_role = true;
  of.companies = {"north"};
  of.roles = {"user"};
  Caller one = person();
  EXPECT_FALSE(on(of, one));
  one.company = "north";
  EXPECT_TRUE(on(of, one));
  one.role = "guest";
  EXPECT_FALSE(on(of, one));
  one.role = "user";
  of.share = 0;
  EXPECT_FALSE(on(of, one));
}

TEST(FlagBook, AShareIsAboutThatManyOfTheUsers) {
  EXPECT_TRUE(chosen(0).empty());
  EXPECT_EQ(chosen(100).size(), 10'000u);
  for (const int share : {1, 10, 25, 50, 90}) {
    const double wanted = share * 100.0, spread = 4 * std::sqrt(wanted * (100 - share) / 100);
    EXPECT_NEAR(static_cast<double>(chosen(share).size()), wanted, spread) << share;
  }
}

TEST(FlagBook, AGreaterShareAddsUsersAndTakesNobodyAway) {
  std::set<int> before;
  for (int share = 0; share <= 100; share += 5) {
    const std::set<int> now = chosen(share, "fleet.new_map", 2'000);
    EXPECT_TRUE(std::includes(now.begin(), now.end(), before.begin(), before.end())) << share;
    before = now;
  }
}

TEST(FlagBook, EachFlagHasOtherUsersAndAlwaysTheSame) {
  const auto one = chosen(50, "fleet.new_map"), other = chosen(50, "fleet.new_list");
  std::set<int> both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(), std::inserter(both, both.end()));
  EXPECT_NEAR(static_cast<double>(both.size()), 2'500, 250);
  // Whoever is in today is in after every start and every upgrade. Reckoned apart from this code.
  const std::set<int> first(one.begin(), one.upper_bound(19));
  EXPECT_EQ(first, (std::set<int>{0, 2, 6, 16, 19}));
}

TEST(FlagBook, NobodyWithoutANameIsInAShare) {
  Flag of = flag();
  of.share = 99;
  Caller host;
  host.system = true;
  EXPECT_FALSE(on(of, Caller()));
  EXPECT_FALSE(on(of, host));
}

TEST(FlagBook, TellsAllThatAreOnInOrder) {
  std::vector<Flag> flags;
  for (const char* name : {"z.last", "a.first", "m.off"}) {
    flags.push_back(flag(std::string_view(name) != "m.off"));
    flags.back().name = name;
  }
  EXPECT_EQ(FlagBook(flags).all_on(person()), (std::vector<std::string>{"a.first", "z.last"}));
}

// It is about 0.06, also in a debug build.
TEST(FlagBook, ACheckTakesFarLessThanAMicrosecond) {
  std::vector<Flag> flags;
  for (int i = 0; i < 200; ++i) {
    flags.push_back(flag());
    flags.back().name = "fleet.flag_" + std::to_string(i);
    flags.back().share = 50;
  }
  const FlagBook book(flags);
  const Caller one = person("0190a7c0-0000-7000-8000-100000000000");
  int found = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 100'000; ++i) found += book.on("fleet.flag_77", one) ? 1 : 0;
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(took.count() / 100'000, 1) << found;
}

}  // namespace
}  // namespace opsflux::settings_service
