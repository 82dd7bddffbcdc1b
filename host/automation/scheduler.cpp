#include "host/automation/scheduler.hpp"

#include "host/base/log.hpp"

namespace opsflux::automation {
namespace {

constexpr std::chrono::milliseconds kLongest = std::chrono::minutes(1);

// A manifest may name any period; beyond ten years it is never.
std::int64_t ns(std::chrono::seconds period) {
  constexpr std::chrono::seconds kLongestPeriod = std::chrono::hours(24 * 3650);
  return std::chrono::nanoseconds(std::min(period, kLongestPeriod)).count();
}

}  // namespace

Scheduler::Scheduler(store::Database& database, const Clock& clock, StartJob start_job)
    : database_(database), clock_(clock), start_job_(std::move(start_job)) {}

void Scheduler::set(std::vector<ScheduledJob> jobs) {
  {
    const std::lock_guard lock(mutex_);
    jobs_ = std::move(jobs);
  }
  if (ticker_) ticker_->wake();
}

void Scheduler::start() {
  ticker_ = std::make_unique<Ticker>("scheduler", [this] {
    auto wait = round();
    if (wait) return *wait;
    log::error("schedule.round_failed", wait.error());
    return kLongest;
  });
}

void Scheduler::stop() {
  if (ticker_) ticker_->stop();
}

Result<std::chrono::milliseconds> Scheduler::round() {
  std::vector<ScheduledJob> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs = jobs_;
  }
  if (jobs.empty()) return kLongest;
  UtcNs next = 0;
  const UtcNs now = clock_.now();
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    next = now + std::chrono::nanoseconds(kLongest).count();
    for (const ScheduledJob& job : jobs) {
      TRY_ASSIGN(at, plan(transaction, job, now));
      next = std::min(next, at);
    }
    return {};
  }));
  return std::chrono::milliseconds((next - now) / 1'000'000 + 1);
}

// Starts the job if its time has come; gives when that is next.
Result<UtcNs> Scheduler::plan(store::Transaction& transaction, const ScheduledJob& job, UtcNs now) {
  std::int64_t every_s = 0;
  std::string next_text;
  TRY_ASSIGN(known, transaction.query_one("SELECT every_s, next_at FROM core_schedule WHERE job = $1",
                                          {job.id}, [&](const store::Row& row) {
                                            every_s = row.i64(0);
                                            next_text = row.string(1);
                                          }));
  UtcNs next = known ? parse_utc(next_text).value_or(now) : now + ns(job.every);
  const bool due = next <= now;
  if (due) {
    bool runs = false;
    TRY(transaction.query_one(
        "SELECT 1 FROM core_outbox WHERE state IN ('pending', 'running') AND subscriber = $1 LIMIT 1",
        {job.module + ":job:" + job.id.substr(job.module.size() + 1)},
        [&](const store::Row&) { runs = true; }));
    if (!runs) TRY(start_job_(transaction, job));
    next += ((now - next) / ns(job.every) + 1) * ns(job.every);
  }
  if (known && every_s != job.every.count()) next = std::min(next, now + ns(job.every));
  if (known && !due && every_s == job.every.count()) return next;
  TRY(transaction.execute("DELETE FROM core_schedule WHERE job = $1", {job.id}));
  TRY(transaction.execute("INSERT INTO core_schedule (job, module, every_s, next_at) VALUES ($1, $2, $3, $4)",
                          {job.id, job.module, std::int64_t{job.every.count()}, format_utc(next)}));
  return next;
}

Result<void> forget_module(store::Transaction& transaction, std::string_view module) {
  const std::string prefix = std::string(module) + ":";
  TRY(transaction.execute("DELETE FROM core_schedule WHERE module = $1", {module}));
  TRY(transaction.execute("DELETE FROM core_trigger_run WHERE module = $1", {module}));
  TRY(transaction.execute("DELETE FROM core_outbox WHERE substr(subscriber, 1, $2) = $1",
                          {prefix, static_cast<std::int64_t>(prefix.size())}));
  return {};
}

}  // namespace opsflux::automation
