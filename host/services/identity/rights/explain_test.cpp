#include "host/services/identity/rights/explain.hpp"

#include <gtest/gtest.h>

#include <random>

namespace opsflux::identity {
namespace {

using entities::HeldRole;
using entities::Permissions;
using entities::Reach;
using entities::RoleBook;
using entities::RoleRow;
using entities::Scope;

// Permissions, roles, groups and people as chance has them.
class RandomWorld {
 public:
  explicit RandomWorld(unsigned seed) : random_(seed) {
    for (int i = 0; i < 12; ++i) {
      names_.push_back("shop.thing" + std::to_string(i) + ".view");
      numbers_.push_back(permissions_.declare(names_.back(), {}, static_cast<Reach>(below(3))));
      for (int n = below(3); n > 0; --n)
        permissions_.grant(numbers_.back(), role(), static_cast<Scope>(below(4)));
    }
    for (int i = 0; i < kRoles; ++i) {
      RoleRow row{"role" + std::to_string(i), i == 0 ? "administrator" : "role" + std::to_string(i), {}, {}};
      for (int n = below(3); n > 0; --n) row.inherits.push_back(below(9) == 0 ? "gone" : role());
      for (const std::string& name : names_)
        if (below(4) == 0)
          row.grants.emplace_back(name,
                                  below(3) == 0 ? std::nullopt : std::optional(static_cast<Scope>(below(4))));
      directory_.roles.push_back(std::move(row));
    }
    // An administrator gives everything, and would hide what others do.
    for (RoleRow& row : directory_.roles)
      if (below(4) != 0) std::erase(row.inherits, "role0");
  }

  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  std::string role() { return "role" + std::to_string(below(kRoles)); }
  std::vector<Holding> holdings() {
    std::vector<Holding> out;
    for (int n = below(4); n >= 0; --n)
      out.push_back(
          {HeldRole{below(8) == 0 ? "gone" : "role" + std::to_string(1 + below(kRoles - 1)), below(2) == 0},
           below(2) == 0 ? "" : "group", ""});
    return out;
  }

  static constexpr int kRoles = 9;
  std::mt19937 random_;
  Permissions permissions_;
  std::vector<std::string> names_;
  std::vector<std::size_t> numbers_;
  Directory directory_;
};

TEST(Explain, GivesReasonsExactlyForWhatIsHeldAndTheWidestIsWhatIsHeld) {
  int held_ones = 0, none = 0, narrowed = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    RandomWorld world(seed);
    const RoleBook book(world.directory_.roles, world.permissions_);
    const std::vector<Holding> holdings = world.holdings();
    std::vector<HeldRole> roles;
    for (const Holding& one : holdings) roles.push_back(one.role);
    const RightsPtr rights = book.compile(roles, roles.front().id);
    for (std::size_t i = 0; i < world.names_.size(); ++i) {
      const std::size_t number = world.numbers_[i];
      const auto reasons = explain(book, world.directory_, holdings, world.names_[i], number);
      const std::uint8_t held = rights->held[number];
      ASSERT_EQ(reasons.empty(), held == 0) << "seed " << seed << ", " << world.names_[i];
      (held == 0 ? none : held_ones)++;
      if (held == 0) continue;
      ASSERT_EQ(reasons.front().given, held) << "seed " << seed << ", " << world.names_[i];
      for (const Reason& reason : reasons) {
        ASSERT_EQ(reason.wins, reason.given == held);
        ASSERT_FALSE(reason.way.empty());
        ASSERT_EQ(reason.way.front(), reason.holding.role.id);
        narrowed += reason.own != reason.given;
        // Each step of the way is one that the role before it inherits.
        for (std::size_t step = 1; step < reason.way.size(); ++step) {
          const auto row = std::find_if(world.directory_.roles.begin(), world.directory_.roles.end(),
                                        [&](const RoleRow& one) { return one.id == reason.way[step - 1]; });
          ASSERT_NE(std::find(row->inherits.begin(), row->inherits.end(), reason.way[step]),
                    row->inherits.end());
        }
      }
    }
  }
  EXPECT_GT(held_ones, 200) << "the worlds are too poor";
  EXPECT_GT(none, 200);
  EXPECT_GT(narrowed, 20);
}

TEST(Explain, OffersTheRolesThatGiveMoreAndWhatTheyGiveIsWhatOneWouldHave) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    RandomWorld world(seed);
    const RoleBook book(world.directory_.roles, world.permissions_);
    const std::size_t number = world.numbers_[0];
    for (std::uint8_t byte = 0; byte <= 4; ++byte) {
      const auto found = offers(book, world.directory_, number, byte);
      for (const RoleRow& role : world.directory_.roles) {
        const std::uint8_t gives = book.compile({{role.id}}, role.id)->held[number];
        const bool more = gives != byte && entities::widest(gives, byte) == gives;
        const auto offer =
            std::find_if(found.begin(), found.end(), [&](const Offer& one) { return one.role == role.id; });
        ASSERT_EQ(offer != found.end(), more) << "seed " << seed << " " << role.id;
        if (more) {
          ASSERT_EQ(offer->byte, gives);
        }
      }
    }
  }
}

TEST(Explain, TellsWhatAdministratorsDecidedFromWhatDefinitionsGive) {
  Permissions permissions;
  const std::size_t number = permissions.declare("shop.order.edit", {"user"}, Reach::kTenant);
  Directory directory;
  directory.roles = {{"user", "user", {}, {}},
                     {"buyer", "buyer", {"user"}, {{"shop.order.edit", Scope::kOwn}}}};
  const RoleBook book(directory.roles, permissions);
  const auto reasons = explain(book, directory, {{{"buyer", true}, {}, "A"}}, "shop.order.edit", number);
  ASSERT_EQ(reasons.size(), 2u);
  EXPECT_EQ(reasons[0].way, (std::vector<std::string>{"buyer", "user"}));
  EXPECT_FALSE(reasons[0].set);
  EXPECT_EQ(reasons[0].own, entities::byte_of_scope(Scope::kAll));
  EXPECT_EQ(reasons[0].given, entities::byte_of_scope(Scope::kCompany)) << "held in one company";
  EXPECT_TRUE(reasons[1].set);
  EXPECT_FALSE(reasons[1].wins);
  EXPECT_EQ(right_text("shop.order.edit", reasons[1].given), "shop.order.edit.own");
}

TEST(Explain, TellsOfARightThatFollowsAnotherWhatWasDecidedOfThatOne) {
  Permissions permissions;
  const std::size_t view = permissions.declare("shop.order.view", {}, Reach::kTenant);
  const std::size_t number = permissions.declare("shop.order.export", {}, Reach::kTenant);
  permissions.follow(number, view);
  Directory directory;
  directory.roles = {{"buyer", "buyer", {}, {{"shop.order.view", Scope::kOwn}}}};
  const RoleBook book(directory.roles, permissions);
  const auto reasons =
      explain(book, directory, {{{"buyer", false}, {}, ""}}, "shop.order.export", number, "shop.order.view");
  ASSERT_EQ(reasons.size(), 1u);
  EXPECT_TRUE(reasons[0].set);
  EXPECT_EQ(reasons[0].given, entities::byte_of_scope(Scope::kOwn));
}

}  // namespace
}  // namespace opsflux::identity
