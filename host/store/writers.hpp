// Internal: the queue of writes and the threads that work it off.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <thread>
#include <vector>

#include "host/store/completions.hpp"
#include "host/store/connector.hpp"
#include "host/store/database.hpp"

namespace opsflux::store {

struct WritersOptions {
  std::size_t threads = 1;
  // How many works may share one commit. 1: each has a transaction of its own (PostgreSQL groups the syncs of
  // concurrent commits by itself).
  std::size_t max_group = 1;
  std::size_t max_waiting = 10'000;
};

class Writers {
 public:
  Writers(const WritersOptions& options, Connector& connector, Completions& completions,
          TableVersions& versions);
  ~Writers();  // stop()

  // Starts the threads; the first of them uses `connection`, made when the database was opened.
  void start(std::unique_ptr<Connection> connection);
  // Any thread. Refused work gets its `done` on this thread.
  void submit(WriteWork work, WriteDone done);
  // Finishes what is queued, joins. Idempotent.
  void stop();
  void add_stats(Database::Stats& stats) const;

 private:
  struct Job {
    WriteWork work;
    WriteDone done;
    int attempts = 0;
  };
  // A work whose changes are in the open transaction.
  struct Worked {
    Job job;
    std::vector<std::function<void()>> on_commit;
  };

  void run(std::unique_ptr<Connection> connection);
  std::optional<Job> wait_for_job();
  std::optional<Job> next_waiting();
  void run_group(std::unique_ptr<Connection>& connection, Job first);
  void run_clashing(std::unique_ptr<Connection>& connection, Job job);
  // Runs one work inside the open transaction; gives the callbacks that are due after the commit.
  Result<std::vector<std::function<void()>>> attempt(Connection& connection, Job& job);
  Result<std::vector<std::function<void()>>> attempt_in_savepoint(Connection& connection, Job& job);
  void commit(Connection& connection, std::vector<Worked> group);
  void finish_failed(Job job, Error error);
  void fail_all(std::vector<Worked> group, const Error& error);

  const WritersOptions options_;
  Connector& connector_;
  Completions& completions_;
  TableVersions& versions_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  // Works that keep clashing run alone: they hold this exclusively, all others shared.
  std::shared_mutex gate_;
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> retries_{0};
  std::vector<std::thread> threads_;
};

}  // namespace opsflux::store
