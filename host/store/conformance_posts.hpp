// Tests only: statements that may run later than they are given, though in their order.
#pragma once

#include "host/store/conformance.hpp"

namespace opsflux::store {

class Posts : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    ASSERT_OK(run("CREATE TABLE t (n bigint CONSTRAINT t_pk PRIMARY KEY, s text)"));
  }
  static Result<void> post(Transaction& transaction, std::int64_t n) {
    return transaction.post("INSERT INTO t (n, s) VALUES ($1, $2)", {n, "row"});
  }
  static std::int64_t count(Transaction& transaction) {
    std::int64_t found = -1;
    EXPECT_OK(
        transaction.query_one("SELECT count(*) FROM t", {}, [&](const Row& row) { found = row.i64(0); }));
    return found;
  }
};

TEST_P(Posts, RunBeforeTheNextStatementAndWithTheCommit) {
  ASSERT_OK(db().write_now([](Transaction& transaction) -> Result<void> {
    for (int n = 1; n <= 200; ++n) {
      TRY(post(transaction, n));
      if (n % 50 == 0) {
        EXPECT_EQ(count(transaction), n);
      }
    }
    TRY(transaction.execute("UPDATE t SET s = 'changed' WHERE n = 200"));
    TRY(transaction.post("UPDATE t SET s = s || '!' WHERE n = $1", {std::int64_t{200}}));
    return post(transaction, 201);
  }));
  EXPECT_EQ(one("SELECT count(*) FROM t"), "201");
  EXPECT_EQ(one("SELECT s FROM t WHERE n = 200"), "changed!");
}

TEST_P(Posts, ThatFailFailTheWholeWrite) {
  const auto at_commit = db().write_now([](Transaction& transaction) -> Result<void> {
    TRY(post(transaction, 1));
    return post(transaction, 1);
  });
  EXPECT_EQ(code_of(at_commit), "store.unique");
  const auto before_more = db().write_now([](Transaction& transaction) -> Result<void> {
    TRY(post(transaction, 1));
    TRY(post(transaction, 1));
    TRY(transaction.execute("INSERT INTO t (n) VALUES (2)"));
    return post(transaction, 3);
  });
  EXPECT_EQ(code_of(before_more), "store.unique");
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
  EXPECT_OK(execute("INSERT INTO t (n) VALUES (1)"));
}

TEST_P(Posts, AreUndoneWithTheirSavepoint) {
  const auto undone = [](Transaction& transaction, const std::function<Result<void>()>& work) {
    EXPECT_FALSE(transaction.savepoint([&]() -> Result<void> {
      TRY(work());
      return fail(Error::invalid("test.undone", "Undone."));
    }));
  };
  ASSERT_OK(db().write_now([&](Transaction& transaction) -> Result<void> {
    TRY(post(transaction, 1));
    undone(transaction, [&] { return post(transaction, 2); });  // perhaps never sent
    undone(transaction, [&]() -> Result<void> {
      TRY(post(transaction, 3));
      EXPECT_EQ(count(transaction), 2);
      return post(transaction, 4);
    });
    undone(transaction, [&]() -> Result<void> {
      TRY(transaction.savepoint([&] { return post(transaction, 5); }));
      undone(transaction, [&] { return post(transaction, 6); });
      EXPECT_EQ(count(transaction), 2);
      return {};
    });
    TRY(transaction.savepoint([&]() -> Result<void> {
      undone(transaction, [&]() -> Result<void> {
        EXPECT_FALSE(transaction.execute("INSERT INTO t (n) VALUES (1)"));
        return {};
      });
      undone(transaction, [&]() -> Result<void> {
        EXPECT_FALSE(transaction.execute("INSERT INTO no_such_table (n) VALUES (1)"));
        return {};
      });
      return post(transaction, 7);
    }));
    EXPECT_EQ(count(transaction), 2);
    return {};
  }));
  EXPECT_EQ(rows("SELECT n FROM t ORDER BY n").value(), (std::vector<std::string>{"1", "7"}));
}

TEST_P(Posts, OfARowThatFailsInABatchLeaveTheOthers) {
  ASSERT_OK(db().write_now([](Transaction& transaction) -> Result<void> {
    for (int i = 0; i < 30; ++i) {
      const auto row = transaction.savepoint([&]() -> Result<void> {
        TRY(transaction.execute("INSERT INTO t (n) VALUES ($1)", {std::int64_t{i % 10}}));
        return post(transaction, 100 + i);
      });
      EXPECT_EQ(code_of(row), i < 10 ? "" : "store.unique");
    }
    return {};
  }));
  EXPECT_EQ(one("SELECT count(*), max(n) FROM t"), "20|109");
}

TEST_P(Posts, OfAModuleAndOfTheHostKeepTheirRights) {
  ASSERT_OK(db().write_now([](Transaction& transaction) -> Result<void> {
    TRY(ensure_owner(transaction, "tiers"));
    const OwnerScope scope(transaction, "tiers", OwnerRights::kSchema);
    return transaction.script("CREATE TABLE tiers_a (n bigint)");
  }));
  ASSERT_OK(db().write_now([](Transaction& transaction) -> Result<void> {
    for (int n = 1; n <= 3; ++n) {
      TRY(post(transaction, n));
      const OwnerScope scope(transaction, "tiers");
      TRY(transaction.post("INSERT INTO tiers_a VALUES ($1)", {std::int64_t{n}}));
    }
    return {};
  }));
  EXPECT_EQ(one("SELECT count(*) FROM t"), "3");
  EXPECT_EQ(one("SELECT count(*) FROM tiers_a"), "3");
  EXPECT_EQ(code_of(db().write_now([](Transaction& transaction) -> Result<void> {
              const OwnerScope scope(transaction, "tiers");
              return post(transaction, 4);
            })),
            "store.foreign_table");
}

}  // namespace opsflux::store
