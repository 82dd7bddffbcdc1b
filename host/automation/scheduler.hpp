// Starts jobs that come round again, by putting them into the outbox when their time has come.
//
// The next time of each stands in core_schedule. A time that passed while the server was down or the module
// inactive is made up for once, not for each round that was missed. A job whose run before has not ended is
// not started again beside it: that round is left out.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/ticker.hpp"
#include "host/store/database.hpp"

namespace opsflux::automation {

struct ScheduledJob {
  std::string id;      // "tiers.nightly"
  std::string module;  // "tiers"
  std::chrono::seconds every{0};
};

class Scheduler {
 public:
  // Puts a run of the job into the outbox, in the given transaction.
  using StartJob = std::function<Result<void>(store::Transaction&, const ScheduledJob&)>;

  // References must outlive it.
  Scheduler(store::Database& database, const Clock& clock, StartJob start_job);

  // What is to run from now on: the jobs of the modules that are active. A new one runs first after one
  // period.
  void set(std::vector<ScheduledJob> jobs);
  void start();  // begins; after the first set()
  void stop();   // before the database stops

  // One look at the table; gives how long to wait for the next. For start() and tests.
  Result<std::chrono::milliseconds> round();

 private:
  Result<UtcNs> plan(store::Transaction& transaction, const ScheduledJob& job, UtcNs now);

  store::Database& database_;
  const Clock& clock_;
  const StartJob start_job_;
  std::mutex mutex_;
  std::vector<ScheduledJob> jobs_;
  std::unique_ptr<Ticker> ticker_;
};

// Everything that the tables of this layer have of a module, in the transaction that purges it.
Result<void> forget_module(store::Transaction& transaction, std::string_view module);

}  // namespace opsflux::automation
