#include "host/services/identity/throttle.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "host/services/identity/manual_clock.hpp"

namespace opsflux::identity {
namespace {
using namespace std::chrono_literals;

class ThrottleTest : public ::testing::Test {
 protected:
  ManualClock clock_;
  Throttle throttle_{clock_, {.limit = 5, .window = 15min, .max_keys = 100}};
};

TEST_F(ThrottleTest, RefusesTheSixthAttemptOnAnAccountFromAnyAddress) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(throttle_.begin("ada", "10.0.0." + std::to_string(i)).refused());
  const auto sixth = throttle_.begin("ada", "10.0.0.9");
  EXPECT_TRUE(sixth.refused());
  EXPECT_TRUE(sixth.worth_telling);
  EXPECT_EQ(sixth.retry_after, 15min);
  for (int i = 1; i < 50; ++i) EXPECT_TRUE(throttle_.begin("ada", "10.0.0.9").worth_telling) << i;
  EXPECT_FALSE(throttle_.begin("ada", "10.0.0.9").worth_telling) << "a flood is not written down";
  EXPECT_FALSE(throttle_.begin("bob", "10.0.0.9").refused());
}

TEST_F(ThrottleTest, RefusesAnAddressThatTriesManyAccounts) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(throttle_.begin("u" + std::to_string(i), "10.0.0.1").refused());
  EXPECT_TRUE(throttle_.begin("other", "10.0.0.1").refused());
  EXPECT_FALSE(throttle_.begin("other", "10.0.0.2").refused());
}

TEST_F(ThrottleTest, TheWindowSlides) {
  for (int i = 0; i < 5; ++i) {
    throttle_.begin("ada", "a");
    clock_.advance(2min);
  }
  EXPECT_EQ(throttle_.begin("ada", "a").retry_after, 5min);  // the first failure was 10 minutes ago
  clock_.advance(5min);
  EXPECT_FALSE(throttle_.begin("ada", "a").refused());
  EXPECT_EQ(throttle_.begin("ada", "a").retry_after, 2min);
}

TEST_F(ThrottleTest, RefusedAttemptsDoNotProlongTheWait) {
  for (int i = 0; i < 5; ++i) throttle_.begin("ada", "a");
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(throttle_.begin("ada", "a").refused());
  clock_.advance(15min);
  EXPECT_FALSE(throttle_.begin("ada", "a").refused());
}

TEST_F(ThrottleTest, SuccessForgetsTheAccountButNotTheAddress) {
  for (int i = 0; i < 4; ++i) throttle_.begin("ada", "a");
  throttle_.succeeded(throttle_.begin("ada", "a"));
  EXPECT_FALSE(throttle_.begin("ada", "b").refused());
  EXPECT_FALSE(throttle_.begin("bob", "a").refused());  // the fifth failure of the address
  EXPECT_TRUE(throttle_.begin("carl", "a").refused());
}

TEST_F(ThrottleTest, AWithdrawnAttemptLeavesNothing) {
  for (int i = 0; i < 20; ++i) throttle_.withdrawn(throttle_.begin("ada", "a"));
  EXPECT_EQ(throttle_.keys(), 0u);
}

TEST_F(ThrottleTest, ManyAtOnceCannotSlipPastTheLimit) {
  std::atomic<int> let_through{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n)
        if (!throttle_.begin("ada", "a").refused()) ++let_through;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(let_through.load(), 5);
}

TEST_F(ThrottleTest, MemoryIsBounded) {
  for (int i = 0; i < 1000; ++i)
    throttle_.begin("u" + std::to_string(i),
                    "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  EXPECT_LE(throttle_.keys(), 100u);
}

TEST_F(ThrottleTest, AnIpv6NetworkCountsAsOneClient) {
  EXPECT_EQ(Throttle::address_key("2001:db8:1:2::1"), Throttle::address_key("2001:db8:1:2:ffff::9"));
  EXPECT_NE(Throttle::address_key("2001:db8:1:2::1"), Throttle::address_key("2001:db8:1:3::1"));
  EXPECT_EQ(Throttle::address_key("::ffff:10.0.0.1"), Throttle::address_key("10.0.0.1"));
}

}  // namespace
}  // namespace opsflux::identity
