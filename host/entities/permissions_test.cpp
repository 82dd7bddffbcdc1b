#include "host/entities/permissions.hpp"

#include <gtest/gtest.h>

namespace opsflux::entities {
namespace {

class NarrowedRights : public ::testing::Test {
 protected:
  NarrowedRights() {
    view_ = permissions_.declare("tiers.company.view", {"user"});
    edit_ = permissions_.declare("tiers.company.edit");
    permissions_.grant(edit_, "user", Scope::kOwn);
    manage_ = permissions_.declare("modules.manage");
    owner_.user_id = "u";
    owner_.role = "user";
  }
  Caller with(const std::vector<std::string>& texts, const std::string& role = "user") {
    Rights owner;
    owner.administrator = role == "administrator";
    if (const auto* held = permissions_.defaults_of(role)) owner.held = *held;
    auto rights = std::make_shared<Rights>();
    rights->held = permissions_.narrowed(owner, texts);
    Caller out = owner_;
    out.rights = std::move(rights);
    return out;
  }
  Permissions permissions_;
  Caller owner_;
  std::size_t view_ = 0, edit_ = 0, manage_ = 0;
};

TEST_F(NarrowedRights, AreTheOwnersOfWhatIsNamedAndNothingElse) {
  const Caller key = with({"tiers.company.view"});
  EXPECT_EQ(permissions_.scope(key, view_), Scope::kAll);
  EXPECT_EQ(permissions_.scope(key, edit_), std::nullopt);
  EXPECT_EQ(permissions_.granted(key), std::vector<std::string>{"tiers.company.view"});
}

TEST_F(NarrowedRights, AreNeverWiderThanTheOwners) {
  EXPECT_EQ(permissions_.scope(with({"tiers.company.edit", "modules.manage"}), edit_), Scope::kOwn);
  EXPECT_EQ(permissions_.scope(with({"tiers.company.edit.all"}), edit_), Scope::kOwn);
  EXPECT_EQ(permissions_.scope(with({"modules.manage"}), manage_), std::nullopt);
  EXPECT_EQ(permissions_.scope(with({"modules.manage"}, "administrator"), manage_), Scope::kAll);
  EXPECT_EQ(permissions_.scope(with({"modules.manage"}, "administrator"), view_), std::nullopt)
      << "of an administrator as well only what is named";
}

TEST_F(NarrowedRights, AreNoWiderThanTheScopeThatIsNamed) {
  EXPECT_EQ(permissions_.scope(with({"tiers.company.view.own"}), view_), Scope::kOwn);
  EXPECT_EQ(permissions_.scope(with({"tiers.company.view.own", "tiers.company.view.company"}), view_),
            Scope::kCompany);
  EXPECT_EQ(permissions_.scope(with({"tiers.company.view.nonsense", "nothing", ".own", ""}), view_),
            std::nullopt);
}

TEST_F(NarrowedRights, HaveWithAPermissionWhatFollowsItUnlessThatIsNamed) {
  const std::size_t export_ = permissions_.declare("tiers.company.export");
  permissions_.grant(export_, "user", Scope::kCompany);
  permissions_.follow(export_, view_);
  EXPECT_EQ(permissions_.scope(with({"tiers.company.view"}), export_), Scope::kCompany)
      << "as far as the owner";
  EXPECT_EQ(permissions_.scope(with({"tiers.company.view.own"}), export_), Scope::kOwn)
      << "as far as the view";
  EXPECT_EQ(permissions_.scope(with({"tiers.company.view", "tiers.company.export.own"}), export_),
            Scope::kOwn);
  EXPECT_EQ(permissions_.scope(with({"tiers.company.edit"}), export_), std::nullopt);
  EXPECT_EQ(permissions_.scope(with({"tiers.company.view"}, "administrator"), export_), Scope::kAll);
}

TEST_F(NarrowedRights, MeanTheSamePermissionsInAnotherCatalogue) {
  const Caller key = with({"tiers.company.view"});
  Permissions other;
  const std::size_t manage = other.declare("modules.manage"), view = other.declare("tiers.company.view");
  EXPECT_EQ(other.scope(key, manage), std::nullopt);
  EXPECT_EQ(other.scope(key, view), Scope::kAll);
}

}  // namespace
}  // namespace opsflux::entities
