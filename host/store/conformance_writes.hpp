// Tests only: transactions, queues and pools, on both databases.
#pragma once

#include <future>
#include <thread>

#include "host/store/conformance.hpp"

namespace opsflux::store {

class Writes : public Conformance {
 protected:
  // Lets the writers start only when the returned promise is set, so that a queue builds up.
  std::shared_ptr<std::promise<void>> hold_writers(int writers) {
    auto gate = std::make_shared<std::promise<void>>();
    auto opened = gate->get_future().share();
    for (int i = 0; i < writers; ++i) {
      db().write(
          [opened](Transaction&) -> Result<void> {
            opened.wait();
            return {};
          },
          [](Result<void>) {});
    }
    return gate;
  }
};

TEST_P(Writes, ThatFailUndoOnlyThemselves) {
  ASSERT_OK(run("CREATE TABLE t (n bigint PRIMARY KEY)"));
  const auto before = db().stats();
  auto gate = hold_writers(4);
  constexpr int kJobs = 40;
  std::vector<std::promise<Result<void>>> outcomes(kJobs);
  for (int i = 0; i < kJobs; ++i) {
    db().write(
        [i](Transaction& transaction) -> Result<void> {
          TRY(transaction.execute("INSERT INTO t (n) VALUES ($1)", {std::int64_t{i}}));
          if (i % 4 == 1) return fail(Error::invalid("test.refused", "No."));
          if (i % 4 == 2) TRY(transaction.execute("INSERT INTO t (n) VALUES ($1)", {std::int64_t{i}}));
          if (i % 4 == 3) throw std::runtime_error("thrown");
          return {};
        },
        [&, i](Result<void> result) { outcomes[static_cast<std::size_t>(i)].set_value(std::move(result)); });
  }
  gate->set_value();
  for (int i = 0; i < kJobs; ++i) {
    const auto result = outcomes[static_cast<std::size_t>(i)].get_future().get();
    const char* expected[] = {"", "test.refused", "store.unique", "store.work_threw"};
    EXPECT_EQ(code_of(result), expected[i % 4]) << i;
  }
  EXPECT_EQ(one("SELECT count(*), min(n % 4), max(n % 4) FROM t"), "10|0|0");
  db().stop();  // the works that held the writers count too
  const auto after = db().stats();
  EXPECT_EQ(after.writes - before.writes, 14u);
  EXPECT_EQ(after.failed_writes - before.failed_writes, 30u);
  if (sqlite()) {
    EXPECT_LT(after.commits - before.commits, 10u) << "waiting writes share a commit";
  }
}

TEST_P(Writes, CannotGoOnAfterAFailedStatement) {
  ASSERT_OK(run("CREATE TABLE t (n bigint PRIMARY KEY)"));
  const auto swallowed = db().write_now([](Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("INSERT INTO t VALUES (1)"));
    EXPECT_EQ(code_of(transaction.execute("INSERT INTO t VALUES (1)")), "store.unique");
    EXPECT_EQ(code_of(transaction.execute("INSERT INTO t VALUES (2)")), "store.unique");
    return {};
  });
  EXPECT_EQ(code_of(swallowed), "store.unique");
  EXPECT_EQ(one("SELECT count(*) FROM t"), "0");
}

TEST_P(Writes, GoOnAfterASavepointFailed) {
  ASSERT_OK(run("CREATE TABLE t (n bigint PRIMARY KEY)"));
  std::vector<int> called;
  ASSERT_OK(db().write_now([&](Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("INSERT INTO t VALUES (1)"));
    auto inner = transaction.savepoint([&]() -> Result<void> {
      transaction.on_commit([&] { called.push_back(1); });
      TRY(transaction.execute("INSERT INTO t VALUES (2)"));
      EXPECT_OK(transaction.savepoint([&]() -> Result<void> {
        TRY(transaction.execute("INSERT INTO t VALUES (3)"));
        return {};
      }));
      TRY(transaction.execute("INSERT INTO t VALUES (1)"));
      return {};
    });
    EXPECT_EQ(code_of(inner), "store.unique");
    auto refused = transaction.savepoint([&]() -> Result<void> {
      TRY(transaction.execute("INSERT INTO t VALUES (4)"));
      return fail(Error::invalid("test.refused", "No."));
    });
    EXPECT_EQ(code_of(refused), "test.refused");
    return transaction.savepoint([&]() -> Result<void> {
      transaction.on_commit([&] { called.push_back(2); });
      TRY(transaction.execute("INSERT INTO t VALUES (5)"));
      return {};
    });
  }));
  EXPECT_EQ(rows("SELECT n FROM t ORDER BY n").value(), (std::vector<std::string>{"1", "5"}));
  EXPECT_EQ(called, std::vector<int>{2});
}

TEST_P(Writes, CallBackInCommitOrder) {
  ASSERT_OK(run("CREATE TABLE t (n bigint PRIMARY KEY, seq bigint); INSERT INTO t VALUES (1, 0)"));
  std::mutex mutex;
  std::vector<std::int64_t> committed;
  std::vector<std::string> order;
  std::promise<void> all;
  constexpr int kJobs = 60;
  std::atomic<int> left = kJobs;
  for (int i = 0; i < kJobs; ++i) {
    // Each depends on the one before it, so that commit order is the order of seq.
    db().write(
        [&](Transaction& transaction) -> Result<void> {
          std::int64_t seq = 0;
          TRY(transaction.query_one("UPDATE t SET seq = seq + 1 WHERE n = 1 RETURNING seq", {},
                                    [&](const Row& row) { seq = row.i64(0); }));
          transaction.on_commit([&, seq] {
            const std::lock_guard lock(mutex);
            committed.push_back(seq);
            order.push_back("commit");
          });
          return {};
        },
        [&](Result<void> result) {
          EXPECT_OK(result);
          {
            const std::lock_guard lock(mutex);
            order.push_back("done");
          }
          if (--left == 0) all.set_value();
        });
  }
  all.get_future().wait();
  ASSERT_EQ(committed.size(), static_cast<std::size_t>(kJobs));
  EXPECT_TRUE(std::is_sorted(committed.begin(), committed.end()));
  for (std::size_t i = 0; i < order.size(); i += 2) {
    EXPECT_EQ(order[i], "commit");
    EXPECT_EQ(order[i + 1], "done");
  }
}

TEST_P(Writes, OfEightThreadsLoseNothingWhileEightRead) {
  ASSERT_OK(
      run("CREATE TABLE account (id bigint PRIMARY KEY, amount bigint); INSERT INTO account VALUES (1, "
          "1000), (2, 1000)"));
  std::atomic<bool> running = true;
  std::atomic<int> torn = 0;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 8; ++i) {
    readers.emplace_back([&] {
      while (running) {
        std::int64_t total = 0;
        auto read = db().read([&](Session& session) -> Result<void> {
          total = 0;
          for (const int id : {1, 2}) {
            TRY(session.query_one("SELECT amount FROM account WHERE id = $1", {id},
                                  [&](const Row& row) { total += row.i64(0); }));
          }
          return {};
        });
        if (!read || total != 2000) ++torn;
        ++reads;
        std::this_thread::yield();
      }
    });
  }
  std::vector<std::thread> writers;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      for (int n = 0; n < 25; ++n) {
        auto moved = db().write_now([i](Transaction& transaction) -> Result<void> {
          std::int64_t from = 0;
          TRY(transaction.query_one("SELECT amount FROM account WHERE id = 1", {},
                                    [&](const Row& row) { from = row.i64(0); }));
          TRY(transaction.execute("UPDATE account SET amount = $1 WHERE id = 1", {from - i}));
          TRY(transaction.execute("UPDATE account SET amount = amount + $1 WHERE id = 2", {i}));
          return {};
        });
        if (!moved) ++failed;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  running = false;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(torn, 0);
  EXPECT_GT(reads, 8);
  EXPECT_EQ(rows("SELECT amount FROM account ORDER BY id").value(),
            (std::vector<std::string>{"300", "1700"}));
}

TEST_P(Writes, InsideOneAnotherAreRefusedNotHung) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  std::string inner;
  std::string in_callback;
  ASSERT_OK(db().write_now([&](Transaction& transaction) -> Result<void> {
    inner = code_of(db().write_now([](Transaction&) -> Result<void> { return {}; }));
    transaction.on_commit(
        [&] { in_callback = code_of(db().write_now([](Transaction&) -> Result<void> { return {}; })); });
    return {};
  }));
  EXPECT_EQ(inner, "store.failed");
  EXPECT_EQ(in_callback, "store.failed");
}

TEST_P(Writes, MayReadAndBeQueuedFromCallbacks) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  std::promise<std::string> seen;
  db().write(
      [](Transaction& transaction) -> Result<void> {
        TRY(transaction.execute("INSERT INTO t VALUES (1)"));
        return {};
      },
      [&](Result<void>) {
        db().write(
            [](Transaction& transaction) -> Result<void> {
              TRY(transaction.execute("INSERT INTO t VALUES (2)"));
              return {};
            },
            [&](Result<void>) { seen.set_value(one("SELECT sum(n) FROM t")); });
      });
  EXPECT_EQ(seen.get_future().get(), "3");
}

TEST_P(Writes, BeyondTheQueueAreRefused) {
  reopen([](DatabaseOptions& options) {
    options.max_waiting_writes = 4;
    options.writers = 1;
  });
  auto gate = hold_writers(1);
  while (db().stats().waiting_writes > 0) std::this_thread::yield();
  std::atomic<int> refused = 0;
  std::atomic<int> done = 0;
  for (int i = 0; i < 10; ++i) {
    db().write([](Transaction&) -> Result<void> { return {}; },
               [&](Result<void> result) {
                 if (code_of(result) == "store.busy") ++refused;
                 ++done;
               });
  }
  EXPECT_EQ(refused, 6);
  gate->set_value();
  db().stop();
  EXPECT_EQ(done, 10);
}

TEST_P(Writes, QueuedBeforeAStopAreFinishedLaterOnesRefused) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  auto gate = hold_writers(4);
  std::atomic<int> ok = 0;
  for (int i = 0; i < 20; ++i) {
    db().write(
        [](Transaction& transaction) -> Result<void> {
          TRY(transaction.execute("INSERT INTO t VALUES (1)"));
          return {};
        },
        [&](Result<void> result) { ok += result ? 1 : 0; });
  }
  gate->set_value();
  db().stop();
  EXPECT_EQ(ok, 20);
  EXPECT_EQ(code_of(execute("INSERT INTO t VALUES (2)")), "store.stopped");
  EXPECT_EQ(code_of(rows("SELECT 1")), "store.stopped");
  reopen([](DatabaseOptions&) {});
  EXPECT_EQ(one("SELECT sum(n) FROM t"), "20");
}

using Reads = Conformance;

TEST_P(Reads, SeeOneSnapshot) {
  ASSERT_OK(run("CREATE TABLE t (n bigint)"));
  ASSERT_OK(db().read([&](Session& session) -> Result<void> {
    const auto count = [&] {
      std::int64_t n = -1;
      EXPECT_OK(session.query_one("SELECT count(*) FROM t", {}, [&](const Row& row) { n = row.i64(0); }));
      return n;
    };
    EXPECT_EQ(count(), 0);
    EXPECT_OK(execute("INSERT INTO t VALUES (1)"));
    EXPECT_EQ(count(), 0);
    EXPECT_EQ(one("SELECT count(*) FROM t"), "1") << "a nested read has a session of its own";
    return {};
  }));
  EXPECT_EQ(one("SELECT count(*) FROM t"), "1");
}

TEST_P(Reads, NestWithoutWaitingForOneAnother) {
  reopen([](DatabaseOptions& options) { options.readers = 2; });
  std::vector<std::thread> threads;
  std::atomic<int> deep = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n) {
        const auto innermost = [&](Session& session) -> Result<void> {
          TRY(session.query_one("SELECT 1", {}, [&](const Row&) { ++deep; }));
          return {};
        };
        const auto inner = [&](Session&) { return db().read(innermost); };
        EXPECT_OK(db().read([&](Session&) { return db().read(inner); }));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(deep, 20);
  EXPECT_LE(db().stats().open_sessions, 2u);
}

TEST_P(Reads, BeyondThePoolWaitAndThenFail) {
  reopen([](DatabaseOptions& options) {
    options.readers = 1;
    options.read_wait = std::chrono::milliseconds(50);
  });
  std::promise<void> taken;
  std::promise<void> release;
  std::thread holder([&] {
    EXPECT_OK(db().read([&](Session&) -> Result<void> {
      taken.set_value();
      release.get_future().wait();
      return {};
    }));
  });
  taken.get_future().wait();
  EXPECT_EQ(code_of(rows("SELECT 1")), "store.busy");
  release.set_value();
  holder.join();
  EXPECT_EQ(one("SELECT 1"), "1");
}

TEST_P(Reads, ThatThrowLeaveTheSessionUsable) {
  reopen([](DatabaseOptions& options) { options.readers = 1; });
  EXPECT_THROW((void)db().read([](Session& session) -> Result<void> {
    return session.query("SELECT 1", {}, [](const Row&) -> bool { throw std::runtime_error("thrown"); });
  }),
               std::runtime_error);
  EXPECT_EQ(one("SELECT 1"), "1");
}

}  // namespace opsflux::store
