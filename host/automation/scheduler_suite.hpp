// Tests only: jobs that come round again, on both databases like dispatcher_suite.hpp.
#pragma once

#include "host/automation/dispatcher_suite.hpp"
#include "host/automation/scheduler.hpp"

namespace opsflux::automation {

class SettableClock final : public Clock {
 public:
  UtcNs now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override { return {}; }
  void advance(std::chrono::seconds by) { now_ += std::chrono::nanoseconds(by).count(); }

 private:
  UtcNs now_ = 1'800'000'000'000'000'000;
};

struct Schedule {
  explicit Schedule(store::Database& database) : database(database) {}
  store::Database& database;
  SettableClock clock;
  std::vector<std::string> started;
  Scheduler scheduler{
      database, clock, [this](store::Transaction& transaction, const ScheduledJob& job) -> Result<void> {
        started.push_back(job.id);
        TRY(transaction.execute(
            "INSERT INTO core_outbox (id, event_id, event, subscriber, ordering_key, payload, actor, state, "
            "attempts, next_at, created_at) VALUES ($1, '', $2, $3, '', '{}', '{}', 'pending', 0, $4, $4)",
            {std::to_string(started.size()), "job:" + job.id, "fleet:job:" + job.id.substr(6),
             format_utc(clock.now())}));
        return {};
      }};
  std::vector<std::string> after(std::chrono::seconds by) {
    clock.advance(by);
    started.clear();
    EXPECT_TRUE(scheduler.round());
    return started;
  }
  void end_runs() {
    EXPECT_TRUE(database.write_now([](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute("DELETE FROM core_outbox"));
      return {};
    }));
  }
};

TEST_P(DispatcherTest, AJobRunsFirstAfterOnePeriodAndMissedRoundsAreMadeUpForOnce) {
  using Jobs = std::vector<std::string>;
  Schedule schedule(*database_);
  schedule.scheduler.set({{"fleet.nightly", "fleet", 1h}, {"fleet.often", "fleet", 10min}});
  EXPECT_EQ(schedule.after(0s), Jobs());
  EXPECT_EQ(*schedule.scheduler.round(), std::chrono::milliseconds(60'001))
      << "looks again within a minute at most";
  EXPECT_EQ(schedule.after(10min), Jobs({"fleet.often"}));
  EXPECT_EQ(schedule.after(5min), Jobs());
  schedule.end_runs();
  EXPECT_EQ(schedule.after(3h), Jobs({"fleet.nightly", "fleet.often"}));
  schedule.end_runs();
  // The rhythm stays: a quarter past the hour, ten minutes from the beginning on.
  EXPECT_EQ(schedule.after(4min), Jobs());
  EXPECT_EQ(schedule.after(1min), Jobs({"fleet.often"}));
}

TEST_P(DispatcherTest, AJobIsNotStartedBesideARunThatHasNotEnded) {
  using Jobs = std::vector<std::string>;
  Schedule schedule(*database_);
  schedule.scheduler.set({{"fleet.often", "fleet", 10min}});
  EXPECT_EQ(schedule.after(0s), Jobs());
  EXPECT_EQ(schedule.after(10min), Jobs({"fleet.often"}));
  EXPECT_EQ(schedule.after(10min), Jobs()) << "the run before is still in the outbox";
  schedule.end_runs();
  EXPECT_EQ(schedule.after(10min), Jobs({"fleet.often"}));
}

TEST_P(DispatcherTest, AShorterPeriodTakesEffectAtOnceAndAForgottenModuleLeavesNothing) {
  using Jobs = std::vector<std::string>;
  Schedule schedule(*database_);
  schedule.scheduler.set({{"fleet.often", "fleet", 24h}});
  EXPECT_EQ(schedule.after(0s), Jobs());
  schedule.scheduler.set({{"fleet.often", "fleet", 10min}});
  EXPECT_EQ(schedule.after(0s), Jobs());
  EXPECT_EQ(schedule.after(10min), Jobs({"fleet.often"}));
  EXPECT_TRUE(database_->write_now(
      [](store::Transaction& transaction) { return forget_module(transaction, "fleet"); }));
  for (const char* table : {"core_schedule", "core_outbox"}) {
    std::int64_t rows = -1;
    EXPECT_TRUE(database_->read([&](store::Session& session) {
      return session.query("SELECT count(*) FROM " + std::string(table), {}, [&](const store::Row& row) {
        rows = row.i64(0);
        return false;
      });
    }));
    EXPECT_EQ(rows, 0) << table;
  }
}

}  // namespace opsflux::automation
