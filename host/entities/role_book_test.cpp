#include "host/entities/role_book.hpp"

#include <gtest/gtest.h>

#include <random>

namespace opsflux::entities {
namespace {

class RoleBookTest : public ::testing::Test {
 protected:
  RoleBookTest() {
    view_ = permissions_.declare("shop.order.view", {"user"}, Reach::kTenant);
    edit_ = permissions_.declare("shop.order.edit", {}, Reach::kTenant);
    permissions_.grant(edit_, "user", Scope::kOwn);
    permissions_.grant(edit_, "manager", Scope::kCompany);
    codes_ = permissions_.declare("shop.code.view", {"guest"}, Reach::kPlain);
    modules_ = permissions_.declare("modules.manage", {"user"}, Reach::kInstance);
  }
  RoleBook book(std::vector<RoleRow> more = {}) const {
    std::vector<RoleRow> rows = {{"administrator", "administrator", {}, {}},
                                 {"guest", "guest", {}, {}},
                                 {"user", "user", {"guest"}, {}},
                                 {"manager", "manager", {"user"}, {}}};
    rows.insert(rows.end(), more.begin(), more.end());
    return RoleBook(rows, permissions_);
  }
  std::optional<Scope> scope(const RightsPtr& rights, std::size_t number) const {
    Caller caller;
    caller.user_id = "ada";
    caller.rights = rights;
    return permissions_.scope(caller, number);
  }
  static RightsPtr of(const RoleBook& book, const std::string& role, bool in_company = false) {
    return book.compile({{role, in_company}}, role);
  }

  Permissions permissions_;
  std::size_t view_ = 0, edit_ = 0, codes_ = 0, modules_ = 0;
};

TEST_F(RoleBookTest, ARoleHasWhatDefinitionsGiveItsKeyAndWhatItInherits) {
  const RoleBook roles = book();
  EXPECT_EQ(scope(of(roles, "guest"), codes_), Scope::kAll);
  EXPECT_EQ(scope(of(roles, "guest"), view_), std::nullopt);
  EXPECT_EQ(scope(of(roles, "user"), codes_), Scope::kAll);
  EXPECT_EQ(scope(of(roles, "user"), edit_), Scope::kOwn);
  EXPECT_EQ(scope(of(roles, "manager"), edit_), Scope::kCompany) << "the widest counts";
  EXPECT_EQ(of(roles, "manager")->roles, (std::vector<std::string>{"guest", "manager", "user"}));
  EXPECT_EQ(of(roles, "manager")->primary, "manager");
}

TEST_F(RoleBookTest, GrantsStandAboveDefinitions) {
  const RoleBook roles =
      book({{"r1", "planner", {"user"}, {{"shop.order.edit", Scope::kAll}, {"no.such", Scope::kAll}}},
            {"r2", "reader", {"user"}, {{"shop.order.edit", std::nullopt}}}});
  EXPECT_EQ(scope(of(roles, "r1"), edit_), Scope::kAll);
  EXPECT_EQ(of(roles, "r1")->primary, "planner");
  EXPECT_EQ(scope(of(roles, "r2"), edit_), Scope::kOwn) << "what is inherited is not taken away";
  const RoleBook without({{"user", "user", {}, {{"shop.order.view", std::nullopt}}}}, permissions_);
  EXPECT_EQ(scope(of(without, "user"), view_), std::nullopt);
  EXPECT_EQ(scope(of(without, "user"), edit_), Scope::kOwn);
}

TEST_F(RoleBookTest, WhatFollowsAnotherGoesWithItUnlessItIsNamed) {
  const std::size_t export_ = permissions_.declare("shop.order.export", {}, Reach::kTenant);
  permissions_.follow(export_, view_);
  const RoleBook roles =
      book({{"r1", "lister", {}, {{"shop.order.view", Scope::kOwn}}},
            {"r2", "reader", {}, {{"shop.order.view", Scope::kAll}, {"shop.order.export", std::nullopt}}},
            {"r3", "copier", {}, {{"shop.order.export", Scope::kCompany}}}});
  EXPECT_EQ(scope(of(roles, "user"), export_), Scope::kAll) << "as definitions give the view";
  EXPECT_EQ(scope(of(roles, "manager"), export_), Scope::kAll) << "inherited";
  EXPECT_EQ(scope(of(roles, "r1"), export_), Scope::kOwn) << "as an administrator gives it";
  EXPECT_EQ(scope(of(roles, "r2"), export_), std::nullopt) << "taken away";
  EXPECT_EQ(scope(of(roles, "r2"), view_), Scope::kAll);
  EXPECT_EQ(scope(of(roles, "r3"), export_), Scope::kCompany);
  EXPECT_EQ(scope(of(roles, "guest"), export_), std::nullopt);
  EXPECT_EQ(scope(of(roles, "user", true), export_), Scope::kCompany) << "in a company: its records";
}

TEST_F(RoleBookTest, SeveralRolesTogetherHaveTheWidest) {
  const RoleBook roles = book({{"r1", "lister", {}, {{"shop.order.view", Scope::kOwn}}}});
  const RightsPtr both = roles.compile({{"r1"}, {"manager"}}, "r1");
  EXPECT_EQ(scope(both, view_), Scope::kAll);
  EXPECT_TRUE(both->has_role("guest"));
  EXPECT_TRUE(both->has_role("lister"));
  EXPECT_EQ(both, roles.compile({{"manager"}, {"r1"}, {"r1"}}, "r1")) << "the same for the same roles";
  EXPECT_NE(both->set, of(roles, "r1")->set);
}

TEST_F(RoleBookTest, InOneCompanyARoleGivesNothingBeyondIt) {
  const RoleBook roles = book();
  EXPECT_EQ(scope(of(roles, "user", true), view_), Scope::kCompany);
  EXPECT_EQ(scope(of(roles, "user", true), edit_), Scope::kOwn);
  EXPECT_EQ(scope(of(roles, "user", true), codes_), Scope::kAll);
  EXPECT_EQ(scope(of(roles, "user", true), modules_), std::nullopt);
  EXPECT_EQ(scope(of(roles, "user"), modules_), Scope::kAll);
  const RightsPtr administrator = of(roles, "administrator", true);
  EXPECT_FALSE(administrator->administrator);
  EXPECT_EQ(scope(administrator, edit_), Scope::kCompany);
  EXPECT_EQ(scope(administrator, modules_), std::nullopt);
}

TEST_F(RoleBookTest, CirclesAndUnknownRolesGiveNothingMore) {
  const RoleBook roles =
      book({{"a", "a", {"b", "gone"}, {}}, {"b", "b", {"a"}, {{"shop.order.view", Scope::kOwn}}}});
  EXPECT_EQ(scope(of(roles, "a"), view_), Scope::kOwn);
  EXPECT_EQ(roles.closure("a"), (std::vector<std::string>{"a", "b"}));
  const RightsPtr nobody = of(roles, "gone");
  EXPECT_EQ(scope(nobody, view_), std::nullopt);
  EXPECT_FALSE(nobody->administrator);
  EXPECT_TRUE(nobody->roles.empty());
}

TEST_F(RoleBookTest, WhoHasNoRightsFailsClosedAndNumbersOutliveACatalogue) {
  Permissions later;
  later.declare("shop.new.view", {"user"});
  EXPECT_EQ(later.declare("shop.order.view"), view_);
  const RightsPtr rights = of(book(), "user");
  Caller caller;
  caller.user_id = "ada";
  caller.rights = rights;
  EXPECT_FALSE(later.allows(caller, "shop.new.view")) << "until the rights are compiled again";
  EXPECT_TRUE(later.allows(caller, "shop.order.view"));
  caller.rights = std::make_shared<const Rights>();
  caller.role = "administrator";
  EXPECT_FALSE(later.allows(caller, "shop.order.view"))
      << "the name of a role gives nothing to who has rights";
}

}  // namespace
}  // namespace opsflux::entities
