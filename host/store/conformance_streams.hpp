// Tests only: rows of which few are held in memory at a time.
#pragma once

#include <fstream>
#include <thread>

#include "host/store/conformance.hpp"

namespace opsflux::store {

class Streams : public Conformance {
 protected:
  static constexpr std::int64_t kRows = 20'000;

  void SetUp() override {
    Conformance::SetUp();
    ASSERT_OK(run("CREATE TABLE t (n bigint, s text)"));
    ASSERT_OK(
        execute("INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < "
                "20000) SELECT n, 'row ' || n FROM c"));
  }
};

TEST_P(Streams, GiveAllRowsInOrder) {
  std::int64_t count = 0, wrong = 0;
  ASSERT_OK(db().read([&](Session& session) {
    return session.stream("SELECT n, s FROM t WHERE n > $1 AND s <> $2 ORDER BY n",
                          {std::int64_t{10}, "row 20000"}, [&](const Row& row) {
                            ++count;
                            wrong += row.i64(0) != count + 10 ||
                                     row.text(1) != "row " + std::to_string(count + 10);
                            return true;
                          });
  }));
  EXPECT_EQ(count, kRows - 11);
  EXPECT_EQ(wrong, 0);
}

TEST_P(Streams, MayTakeLongerThanAStatement) {
  reopen([](DatabaseOptions& options) { options.statement_timeout = std::chrono::milliseconds(200); });
  std::int64_t seen = 0;
  const auto read = db().read([&](Session& session) {
    seen = 0;
    return session.stream("SELECT n FROM t ORDER BY n", {}, [&](const Row&) {
      if (++seen % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return true;
    });
  });
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(seen, kRows);
}

TEST_P(Streams, OfNoRowsAreEmpty) {
  ASSERT_OK(db().read([&](Session& session) {
    return session.stream("SELECT n FROM t WHERE n < $1", {std::int64_t{0}}, [&](const Row&) {
      ADD_FAILURE();
      return true;
    });
  }));
}

TEST_P(Streams, LetOtherStatementsRunBetweenTheirRows) {
  std::int64_t inner = 0, nested = 0;
  ASSERT_OK(db().read([&](Session& session) -> Result<void> {
    std::optional<Error> failed;
    TRY(session.stream("SELECT n FROM t WHERE n <= 3000 ORDER BY n", {}, [&](const Row& row) {
      const auto look = [&]() -> Result<void> {
        TRY(session.query_one("SELECT count(*) FROM t WHERE n = $1", {row.i64(0)},
                              [&](const Row& found) { inner += found.i64(0); }));
        if (row.i64(0) % 1000 != 0) return {};
        return session.stream("SELECT n FROM t ORDER BY n", {},
                              [&](const Row&) { return ++nested % 1500 != 0; });
      };
      const auto looked = look();
      if (!looked) failed = looked.error();
      return looked.has_value();
    }));
    return failed ? Result<void>(fail(*failed)) : Result<void>();
  }));
  EXPECT_EQ(inner, 3000);
  EXPECT_EQ(nested, 4500);
}

TEST_P(Streams, EndEarlyAndLeaveTheTransactionUsable) {
  ASSERT_OK(db().write_now([&](Transaction& transaction) -> Result<void> {
    for (int round = 0; round < 3; ++round) {
      int seen = 0;
      TRY(transaction.stream("SELECT n FROM t", {}, [&](const Row&) { return ++seen < 500; }));
      EXPECT_EQ(seen, 500);
      TRY(transaction.execute("INSERT INTO t (n) VALUES (-1)"));
    }
    return {};
  }));
  EXPECT_EQ(one("SELECT count(*) FROM t WHERE n = -1"), "3");
}

TEST_P(Streams, TellOfAnErrorInTheMiddle) {
  // Nothing is beyond the least whole number.
  const std::string sql =
      "SELECT abs(CASE WHEN n = 15000 THEN -9223372036854775807 - 1 ELSE n END) FROM t WHERE n > $1";
  std::int64_t seen = 0;
  const auto failed = db().read([&](Session& session) {
    return session.stream(sql, {std::int64_t{0}}, [&](const Row&) { return ++seen > 0; });
  });
  EXPECT_FALSE(failed);
  EXPECT_GT(seen, 1000);
  EXPECT_LT(seen, 15000);
  EXPECT_OK(db().write_now([&](Transaction& transaction) -> Result<void> {
    const auto undone = transaction.savepoint([&]() -> Result<void> {
      TRY(transaction.execute("INSERT INTO t (n) VALUES (-2)"));
      return transaction.stream(sql, {std::int64_t{0}}, [](const Row&) { return true; });
    });
    EXPECT_FALSE(undone);
    TRY(transaction.execute("INSERT INTO t (n) VALUES (-3)"));
    return {};
  }));
  EXPECT_EQ(one("SELECT count(*), min(n) FROM t WHERE n < 0"), "1|-3");
}

TEST_P(Streams, EndWithAnExceptionOfTheirReader) {
  const auto threw = db().write_now([&](Transaction& transaction) {
    return transaction.stream("SELECT n FROM t", {},
                              [&](const Row&) -> bool { throw std::runtime_error("boom"); });
  });
  EXPECT_EQ(code_of(threw), "store.work_threw");
  EXPECT_EQ(one("SELECT count(*) FROM t"), "20000");
}

TEST_P(Streams, AreForReadingOnly) {
  for (const char* sql : {"DELETE FROM t", "DELETE FROM t RETURNING n", "INSERT INTO t (n) VALUES (1)"}) {
    EXPECT_EQ(code_of(db().write_now([&](Transaction& transaction) {
                return transaction.stream(sql, {}, [](const Row&) { return true; });
              })),
              "store.failed")
        << sql;
  }
  EXPECT_EQ(one("SELECT count(*) FROM t"), "20000");
}

TEST_P(Streams, OfAModuleReachItsOwnTablesOnly) {
  ASSERT_OK(db().write_now([](Transaction& transaction) { return ensure_owner(transaction, "tiers"); }));
  EXPECT_EQ(code_of(db().read([&](Session& session) {
              const OwnerScope scope(session, "tiers");
              return session.stream("SELECT n FROM t", {}, [](const Row&) { return true; });
            })),
            "store.foreign_table");
}

TEST_P(Streams, AreNotInTheWayOfAnalysing) {
  ASSERT_OK(run("CREATE INDEX t_n ON t (n); CREATE INDEX t_s ON t (s)"));
  const std::string known = sqlite() ? "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 't'"
                                     : "SELECT count(*) FROM pg_stats WHERE tablename = 't'";
  EXPECT_EQ(db().analyses(), 0u);
  ASSERT_OK(db().read([&](Session& session) {
    bool analysed = false;
    return session.stream("SELECT n FROM t", {}, [&](const Row&) {
      if (!std::exchange(analysed, true)) {
        EXPECT_OK(db().analyze());
      }
      return true;
    });
  }));
  EXPECT_EQ(db().analyses(), 1u);
  EXPECT_EQ(one(known), "2");
}

// What the database knows after it analysed, every session knows: also those that were open before.
TEST_P(Streams, AndAllSessionsLearnOfIt) {
  const std::string plan = (sqlite() ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") +
                           std::string("SELECT * FROM k WHERE a = 1 AND b = 1 /* ");
  ASSERT_OK(run("CREATE TABLE k (a bigint, b bigint); CREATE INDEX k_a ON k (a); CREATE INDEX k_b ON k (b)"));
  ASSERT_OK(db().analyze());
  const auto plan_of = [&](int time) {
    (void)rows("SELECT * FROM k WHERE a = " + std::to_string(time));
    const auto lines = rows(plan + std::to_string(time) + " */");
    return lines ? testing::PrintToString(*lines) : describe(lines.error());
  };
  for (const auto& [first, second] : {std::pair("a", "b"), {"b", "a"}}) {
    ASSERT_OK(run("DELETE FROM k"));
    ASSERT_OK(run(std::string("INSERT INTO k (") + first + ", " + second + ") SELECT 1, n FROM t"));
    ASSERT_OK(db().analyze());
    EXPECT_THAT(plan_of(first[0]), testing::HasSubstr(std::string("k_") + second));
  }
}

#ifndef __SANITIZE_ADDRESS__  // which keeps memory that was given back
TEST_P(Streams, HoldFewRowsInMemory) {
  const auto resident_kb = [] {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0L;
  };
  long most = 0, rows = 0;
  const long before = resident_kb();
  ASSERT_OK(db().read([&](Session& session) {
    // 200 MB.
    return session.stream(sqlite() ? "SELECT a.n, printf('%01000d', a.n) FROM t a, t b WHERE b.n <= 10"
                                   : "SELECT a.n, repeat('x', 1000) FROM t a, t b WHERE b.n <= 10",
                          {}, [&](const Row&) {
                            if (++rows % 10'000 == 0) most = std::max(most, resident_kb() - before);
                            return true;
                          });
  }));
  EXPECT_EQ(rows, 10 * kRows);
  EXPECT_LT(most, 20'000) << "kB";
}
#endif

}  // namespace opsflux::store
