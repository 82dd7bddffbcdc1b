#include "host/services/identity/defence/limits.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "host/services/identity/manual_clock.hpp"

namespace opsflux::identity {
namespace {

using namespace std::chrono_literals;

const LimitPolicy kTen{"ten", 10, 60s};

TEST(Limits, LetsTheQuotaThroughAndThenNone) {
  ManualClock clock;
  Limits limits(clock);
  for (std::uint32_t i = 0; i < 10; ++i) {
    const LimitVerdict verdict = limits.take(kTen, "a");
    EXPECT_FALSE(verdict.refused);
    EXPECT_EQ(verdict.remaining, 9 - i);
  }
  EXPECT_TRUE(limits.take(kTen, "a").refused);
  EXPECT_FALSE(limits.take(kTen, "b").refused);
  EXPECT_FALSE(limits.take({"other", 10, 60s}, "a").refused) << "each policy counts for itself";
}

TEST(Limits, ARefusedOneIsLetThroughWhenItWasToldAndNotASecondBefore) {
  for (const auto offset : {0s, 7s, 59s}) {
    ManualClock clock;
    clock.advance(offset);
    Limits limits(clock);
    for (int i = 0; i < 10; ++i) limits.take(kTen, "a");
    const LimitVerdict refused = limits.take(kTen, "a");
    ASSERT_TRUE(refused.refused);
    clock.advance(refused.reset - 1s);
    EXPECT_TRUE(limits.take(kTen, "a").refused) << offset.count();
    clock.advance(1s);
    EXPECT_FALSE(limits.take(kTen, "a").refused) << offset.count();
  }
}

// A flood over forty windows, against the exact count of what was let through.
TEST(Limits, TheWindowSlides) {
  ManualClock clock;
  Limits limits(clock);
  std::deque<UtcNs> taken;
  std::size_t most = 0, all = 0;
  for (int i = 0; i < 4800; ++i) {
    clock.advance(500ms);
    if (!limits.take(kTen, "a").refused) {
      taken.push_back(clock.now());
      ++all;
    }
    while (!taken.empty() && clock.now() - taken.front() >= 60'000'000'000) taken.pop_front();
    most = std::max(most, taken.size());
  }
  EXPECT_LT(most, 20u);
  EXPECT_LE(all, 42u * 10);
  EXPECT_GE(all, 30u * 10);
}

TEST(Limits, WithoutAQuotaNothingIsRefusedOrRemembered) {
  ManualClock clock;
  Limits limits(clock);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(limits.take({"none", 0, 60s}, "a").refused);
  EXPECT_EQ(limits.keys(), 0u);
}

TEST(Limits, AFloodOfAddressesTakesBoundedMemory) {
  ManualClock clock;
  Limits limits(clock, 1600);
  for (int i = 0; i < 20'000; ++i) limits.take(kTen, "address:" + std::to_string(i));
  EXPECT_LE(limits.keys(), 1600u);
  EXPECT_GE(limits.keys(), 1500u);
}

TEST(Limits, TellsClientsInTheFieldsOfTheDraft) {
  EXPECT_EQ(rate_limit_fields({"key", 1000, 3600s}, {false, 812, 1400s}),
            "RateLimit-Policy: \"key\";q=1000;w=3600\r\nRateLimit: \"key\";r=812;t=1400\r\n");
  const Error error = too_many_requests({true, 0, 7s});
  EXPECT_EQ(error.code, "http.too_many_requests");
  EXPECT_EQ(error.retry_after_ms, 7000);
}

}  // namespace
}  // namespace opsflux::identity
