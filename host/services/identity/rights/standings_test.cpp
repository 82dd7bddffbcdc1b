#include "host/services/identity/rights/standings.hpp"

#include <gtest/gtest.h>

namespace opsflux::identity {
namespace {

using entities::Permissions;
using entities::Reach;
using entities::Scope;
using Strings = std::vector<std::string>;

// A above B; C alone. Ada is a chief in A and a guest in C, and belongs to B's department "b1".
class StandingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    tenant_ = permissions_.declare("t.thing.view", {}, Reach::kTenant);
    plain_ = permissions_.declare("t.note.view", {}, Reach::kPlain);
    instance_ = permissions_.declare("identity.group.view", {}, Reach::kInstance);
    for (const std::size_t number : {tenant_, plain_, instance_})
      permissions_.grant(number, "chief", Scope::kAll);
    permissions_.grant(tenant_, "own", Scope::kOwn);
    permissions_.grant(tenant_, "clerk", Scope::kDepartment);
    standings_.set_permissions(permissions_);
    Directory directory;
    directory.day = "2026-11-26";
    for (const char* role : {"administrator", "chief", "clerk", "own", "guest"})
      directory.roles.push_back({role, role, {}, {}});
    directory.companies_below["A"] = {"B"};
    directory.departments_below["b1"] = {"b2"};
    directory.company_of = {{"b1", "B"}, {"b2", "B"}, {"c1", "C"}};
    directory.people["ada"] = {"own", "B", "b1"};
    directory.people["eve"] = {"administrator", "", ""};
    directory.assignments_of["ada"] = {{"A", "", "chief"}, {"C", "c1", "guest"}};
    directory.assignments_of["eve"] = {{"C", "", "guest"}};
    standings_.set_directory(std::make_shared<const Directory>(std::move(directory)));
  }
  std::optional<Scope> scope(const Standing& standing, std::size_t number) const {
    Caller caller;
    caller.rights = standing.rights;
    return permissions_.scope(caller, number);
  }
  Caller caller(const std::string& person, const std::string& role, const std::string& company = "") const {
    Caller out;
    out.user_id = person;
    take(standings_.of(person, role, company), out);
    return out;
  }

  Permissions permissions_;
  std::size_t tenant_ = 0, plain_ = 0, instance_ = 0;
  Standings standings_;
};

TEST_F(StandingsTest, ARoleInACompanyGivesNothingBeyondIt) {
  const Standing in_a = standings_.of("ada", "own", "A");
  EXPECT_EQ(in_a.company, "A");
  EXPECT_EQ(in_a.companies, (Strings{"A", "B"}));
  EXPECT_EQ(in_a.departments, (Strings{"b1", "b2"})) << "his own, as B is below A";
  EXPECT_EQ(scope(in_a, tenant_), Scope::kCompany);
  EXPECT_EQ(scope(in_a, plain_), Scope::kAll);
  EXPECT_EQ(scope(in_a, instance_), std::nullopt);
  EXPECT_EQ(in_a.rights->primary, "chief");
  EXPECT_FALSE(in_a.rights->administrator);
  const Standing in_c = standings_.of("ada", "own", "C");
  EXPECT_EQ(in_c.companies, (Strings{"C"}));
  EXPECT_EQ(in_c.departments, (Strings{"c1"}));
  EXPECT_EQ(scope(in_c, tenant_), Scope::kOwn) << "what he is everywhere";
  EXPECT_EQ(scope(in_c, plain_), std::nullopt);
}

TEST_F(StandingsTest, InNobodysNameOnlyTheRoleEverywhereCounts) {
  for (const std::string company : {"", "B", "nowhere"}) {
    const Standing none = standings_.of("ada", "own", company);
    EXPECT_EQ(none.company, "") << company;
    EXPECT_EQ(none.companies, (Strings{"A", "B", "C"}));
    EXPECT_EQ(none.departments, (Strings{"b1", "b2", "c1"}));
    EXPECT_EQ(scope(none, tenant_), Scope::kOwn);
    EXPECT_EQ(none.rights->primary, "own");
  }
  EXPECT_EQ(standings_.companies_of("ada"), (Strings{"A", "C"}));
  EXPECT_EQ(standings_.first_company("ada"), "A");
  EXPECT_EQ(standings_.first_company("nobody"), "");
}

TEST_F(StandingsTest, AnAdministratorOfTheInstanceStaysOneInACompany) {
  const Standing eve = standings_.of("eve", "administrator", "C");
  EXPECT_TRUE(eve.rights->administrator);
  EXPECT_EQ(eve.rights->primary, "administrator");
  EXPECT_FALSE(standings_.of_role("administrator", true)->administrator);
}

TEST_F(StandingsTest, WhatIsDeliveredLaterIsJudgedByWhatTheAuthorHasNow) {
  Caller author = caller("ada", "own", "A");
  ASSERT_EQ(author.role, "chief");
  const Standing still = standings_.of_author(author);
  EXPECT_EQ(still.company, "A");
  EXPECT_EQ(scope(still, tenant_), Scope::kCompany);
  auto directory = std::make_shared<Directory>(*standings_.directory());
  directory->assignments_of["ada"].clear();
  standings_.set_directory(directory);
  const Standing ended = standings_.of_author(author);
  EXPECT_EQ(ended.company, "");
  EXPECT_EQ(scope(ended, tenant_), Scope::kOwn) << "the role of the company is nobody's everywhere";
  directory = std::make_shared<Directory>(*directory);
  directory->people.clear();
  standings_.set_directory(directory);
  EXPECT_EQ(scope(standings_.of_author(author), tenant_), std::nullopt);
}

TEST_F(StandingsTest, NobodyGivesWhatHeHasNotThere) {
  const Caller ada = caller("ada", "own", "A"), eve = caller("eve", "administrator");
  const auto chief = standings_.of_role("chief", true), clerk = standings_.of_role("clerk", true);
  EXPECT_TRUE(may_give(ada, *chief, "A"));
  EXPECT_TRUE(may_give(ada, *chief, "B"));
  EXPECT_FALSE(may_give(ada, *chief, "C"));
  EXPECT_FALSE(may_give(ada, *chief, "")) << "it would hold wherever somebody belongs to";
  EXPECT_FALSE(may_give(ada, *standings_.of_role("chief"), "A"));
  EXPECT_TRUE(may_give(ada, *clerk, "B", "b2"));
  EXPECT_FALSE(may_give(ada, *clerk, "C", "c1"));
  EXPECT_TRUE(may_give(ada, *standings_.of_role("own")));
  EXPECT_FALSE(may_give(ada, *standings_.of_role("administrator")));
  EXPECT_TRUE(may_give(eve, *standings_.of_role("administrator")));
  Caller in_b1 = ada;
  in_b1.rights = clerk;
  EXPECT_TRUE(may_give(in_b1, *clerk, "B", "b2"));
  EXPECT_FALSE(may_give(in_b1, *clerk, "B", "b3"));
  EXPECT_FALSE(may_give(in_b1, *chief, "B"));
}

TEST_F(StandingsTest, WhatARoleObligesToItObligesToAnywhere) {
  EXPECT_TRUE(standings_.anywhere("ada", "own")->has_role("chief"));
  EXPECT_FALSE(standings_.of("ada", "own").rights->has_role("chief"));
}

TEST(Trees, LeadDownAndEnd) {
  const Tree tree = {{"a", {"b", "c"}}, {"c", {"d"}}, {"d", {"a"}}};
  EXPECT_EQ(with_all_below(tree, {"a"}), (Strings{"a", "b", "c", "d"}));
  EXPECT_EQ(with_all_below(tree, {"b", "b"}), (Strings{"b"}));
  EXPECT_EQ(with_all_below(tree, {}), Strings());
}

}  // namespace
}  // namespace opsflux::identity
