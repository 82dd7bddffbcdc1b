#include <gtest/gtest.h>

#include "host/base/clock.hpp"
#include "host/entities/expression/test_fuzz.hpp"
#include "host/entities/expression/test_sqlite.hpp"
#include "host/entities/expression/test_vectors.hpp"

namespace opsflux::expression::testing {

TEST(ExpressionVectors, GiveTheSameInTheEvaluatorAndOnSqlite) {
  SqliteTable table;
  check_vectors(table);
}

TEST(ExpressionFuzz, RandomExpressionsAgreeWithSqlite) {
  SqliteTable table;
  const char* rounds = std::getenv("OPSFLUX_FUZZ_ROUNDS");
  const char* seed = std::getenv("OPSFLUX_FUZZ_SEED");
  const int count = rounds != nullptr ? std::atoi(rounds) : 4'000;
  EXPECT_GT(fuzz(table, seed != nullptr ? std::strtoull(seed, nullptr, 10) : 7, count, 40), count / 2);
}

}  // namespace opsflux::expression::testing
