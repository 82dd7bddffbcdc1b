#include "host/store/statement_cache.hpp"

#include <gtest/gtest.h>

namespace opsflux::store {

TEST(StatementCache, LetsTheLeastRecentlyUsedGo) {
  StatementCache<int> cache(2);
  cache.insert("a", std::make_shared<int>(1));
  cache.insert("b", std::make_shared<int>(2));
  EXPECT_EQ(*cache.find("a"), 1);
  const auto running = cache.find("b");
  EXPECT_EQ(*cache.find("a"), 1);
  cache.insert("c", std::make_shared<int>(3));
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(*running, 2) << "what is running outlives its place";
  EXPECT_EQ(*cache.find("c"), 3);
  EXPECT_EQ(cache.size(), 2u);
  cache.remove("c");
  EXPECT_EQ(cache.find("c"), nullptr);
}

}  // namespace opsflux::store
