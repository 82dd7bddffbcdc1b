#include "host/store/writers.hpp"

#include <random>

#include "host/base/log.hpp"

namespace opsflux::store {
namespace {

using Steady = std::chrono::steady_clock;

// A group is closed when it has run this long, so that the first of it does not wait for the last for ever.
constexpr std::chrono::milliseconds kGroupTime{10};
constexpr int kSharedAttempts = 5;     // works that clash this often then run alone
constexpr int kExclusiveAttempts = 5;  // clashing even so: somebody else writes to the database

Error stopped() { return Error::unavailable("store.stopped", "The server is shutting down."); }

bool is_clash(const Error& error) { return error.code == kClash; }

void pause_after_clash(int attempts) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<int> micros(100, 1000 << std::min(attempts, 5));
  std::this_thread::sleep_for(std::chrono::microseconds(micros(random)));
}

}  // namespace

Writers::Writers(const WritersOptions& options, Connector& connector, Completions& completions,
                 TableVersions& versions)
    : options_(options), connector_(connector), completions_(completions), versions_(versions) {}

Writers::~Writers() { stop(); }

void Writers::start(std::unique_ptr<Connection> connection) {
  for (std::size_t i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this, own = std::move(connection)]() mutable { run(std::move(own)); });
    connection.reset();  // the others make theirs when they need one
  }
}

void Writers::submit(WriteWork work, WriteDone done) {
  if (!done) done = [](Result<void>) {};
  Error refusal;
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && queue_.size() < options_.max_waiting) {
      queue_.push_back({std::move(work), std::move(done)});
      wake_.notify_one();
      return;
    }
    refusal =
        stopping_
            ? stopped()
            : Error::unavailable("store.busy", "The database is busy. Please try again.").retry_after(1000);
  }
  failed_.fetch_add(1, std::memory_order_relaxed);
  done(fail(std::move(refusal)));
}

void Writers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Writers::add_stats(Database::Stats& stats) const {
  stats.commits = commits_.load(std::memory_order_relaxed);
  stats.writes = writes_.load(std::memory_order_relaxed);
  stats.failed_writes = failed_.load(std::memory_order_relaxed);
  stats.retries = retries_.load(std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  stats.waiting_writes = queue_.size();
}

std::optional<Writers::Job> Writers::wait_for_job() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  if (queue_.empty()) return std::nullopt;
  Job job = std::move(queue_.front());
  queue_.pop_front();
  return job;
}

std::optional<Writers::Job> Writers::next_waiting() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  Job job = std::move(queue_.front());
  queue_.pop_front();
  return job;
}

void Writers::run(std::unique_ptr<Connection> connection) {
  mark_store_thread("store-write");
  while (auto job = wait_for_job()) {
    if (options_.max_group > 1) {
      run_group(connection, std::move(*job));
    } else {
      run_clashing(connection, std::move(*job));
    }
  }
}

// SQLite: works that wait share one transaction and one sync of the disk.
void Writers::run_group(std::unique_ptr<Connection>& connection, Job first) {
  if (auto begun = connector_.begin(connection, Access::kWrite); !begun) {
    return finish_failed(std::move(first), begun.error());
  }
  const auto closing = Steady::now() + kGroupTime;
  std::vector<Worked> group;
  std::optional<Job> job = std::move(first);
  while (job) {
    auto callbacks = attempt_in_savepoint(*connection, *job);
    if (callbacks) {
      group.push_back({std::move(*job), std::move(*callbacks)});
    } else {
      finish_failed(std::move(*job), callbacks.error());
      // A full disk, for one, makes SQLite roll back all of the transaction, not only this savepoint.
      if (!connection->in_transaction() || connection->broken())
        return fail_all(std::move(group), callbacks.error());
    }
    job.reset();
    if (group.size() < options_.max_group && Steady::now() < closing) job = next_waiting();
  }
  if (group.empty()) return connection->rollback();
  commit(*connection, std::move(group));
}

// PostgreSQL: a transaction for each work; the loser of a clash runs again.
void Writers::run_clashing(std::unique_ptr<Connection>& connection, Job job) {
  while (true) {
    std::shared_lock shared(gate_, std::defer_lock);
    std::unique_lock alone(gate_, std::defer_lock);
    if (job.attempts < kSharedAttempts)
      shared.lock();
    else
      alone.lock();

    if (auto begun = connector_.begin(connection, Access::kWrite); !begun) {
      return finish_failed(std::move(job), begun.error());
    }
    ++job.attempts;
    auto callbacks = attempt(*connection, job);
    Error error;
    if (callbacks) {
      const std::uint64_t ticket = completions_.ticket();
      auto committed = connection->commit();
      if (committed) {
        commits_.fetch_add(1, std::memory_order_relaxed);
        writes_.fetch_add(1, std::memory_order_relaxed);
        callbacks->push_back([done = std::move(job.done)] { done({}); });
        return completions_.complete(ticket, std::move(*callbacks));
      }
      completions_.complete(ticket, {});
      error = std::move(committed).error();
    } else {
      error = std::move(callbacks).error();
      connection->rollback();
    }
    if (!is_clash(error) || job.attempts >= kSharedAttempts + kExclusiveAttempts) {
      return finish_failed(std::move(job), std::move(error));
    }
    retries_.fetch_add(1, std::memory_order_relaxed);
    if (alone.owns_lock()) alone.unlock();
    if (shared.owns_lock()) shared.unlock();
    pause_after_clash(job.attempts);
  }
}

Result<std::vector<std::function<void()>>> Writers::attempt(Connection& connection, Job& job) {
  Transaction transaction = SessionAccess::transaction(connection);
  Result<void> result;
  try {
    result = job.work(transaction);
  } catch (const std::exception& error) {
    result =
        fail(Error::internal("store.work_threw", "The change failed unexpectedly.").because(error.what()));
  }
  connection.set_scope({});
  connection.set_rows_for({});
  const auto& failure = SessionAccess::failure(transaction);
  // The work may have wrapped or swallowed the first error; a clash must be seen to be run again.
  if (failure && (result || is_clash(*failure))) return fail(*failure);
  if (!result) return fail(std::move(result).error());
  return SessionAccess::take_callbacks(transaction);
}

Result<std::vector<std::function<void()>>> Writers::attempt_in_savepoint(Connection& connection, Job& job) {
  TRY(connection.savepoint());
  auto callbacks = attempt(connection, job);
  if (!connection.in_transaction()) {
    if (callbacks) return fail(Error::internal("store.failed", "The change was undone by the database."));
    return callbacks;
  }
  auto ended = callbacks ? connection.release() : connection.rollback_to();
  if (!ended) {
    connection.rollback();
    return fail(std::move(ended).error());
  }
  return callbacks;
}

void Writers::commit(Connection& connection, std::vector<Worked> group) {
  const std::uint64_t ticket = completions_.ticket();
  auto committed = connection.commit();
  if (!committed) {
    completions_.complete(ticket, {});
    return fail_all(std::move(group), committed.error());
  }
  // Also of works that were undone in the meantime: once too often does no harm.
  versions_.count(connection.take_changes());
  commits_.fetch_add(1, std::memory_order_relaxed);
  writes_.fetch_add(group.size(), std::memory_order_relaxed);
  std::vector<std::function<void()>> callbacks;
  for (Worked& worked : group) {
    std::move(worked.on_commit.begin(), worked.on_commit.end(), std::back_inserter(callbacks));
    callbacks.push_back([done = std::move(worked.job.done)] { done({}); });
  }
  completions_.complete(ticket, std::move(callbacks));
}

void Writers::finish_failed(Job job, Error error) {
  failed_.fetch_add(1, std::memory_order_relaxed);
  if (is_clash(error)) {
    error.code = "store.busy";
    error.retry_after_ms = 1000;
  }
  const std::uint64_t ticket = completions_.ticket();
  completions_.complete(ticket,
                        {[done = std::move(job.done), error = std::move(error)] { done(fail(error)); }});
}

void Writers::fail_all(std::vector<Worked> group, const Error& error) {
  for (Worked& worked : group) finish_failed(std::move(worked.job), error);
}

}  // namespace opsflux::store
