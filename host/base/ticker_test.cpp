#include "host/base/ticker.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace opsflux {
namespace {
using namespace std::chrono_literals;

bool becomes(const std::atomic<int>& rounds, int wanted) {
  for (int i = 0; i < 2000 && rounds < wanted; ++i) std::this_thread::sleep_for(5ms);
  return rounds >= wanted;
}

TEST(Ticker, BeginsAtOnceAndComesRoundAgain) {
  std::atomic<int> rounds{0};
  Ticker ticker("test", [&] {
    ++rounds;
    return 1ms;
  });
  EXPECT_TRUE(becomes(rounds, 3));
}

TEST(Ticker, AWakeEndsTheWaitAndAStopDoesNotWaitForTheNextRound) {
  std::atomic<int> rounds{0};
  Ticker ticker("test", [&] {
    ++rounds;
    return std::chrono::milliseconds(1h);
  });
  ASSERT_TRUE(becomes(rounds, 1));
  ticker.wake();
  EXPECT_TRUE(becomes(rounds, 2));
  ticker.stop();
  ticker.wake();
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(rounds, 2);
}

TEST(Ticker, GoesOnAfterARoundThatThrew) {
  std::atomic<int> rounds{0};
  Ticker ticker("test", [&]() -> std::chrono::milliseconds {
    if (++rounds == 1) throw std::runtime_error("once");
    return 1h;
  });
  ASSERT_TRUE(becomes(rounds, 1));
  ticker.wake();
  EXPECT_TRUE(becomes(rounds, 2));
}

}  // namespace
}  // namespace opsflux
