// A fixed pool of threads that runs tasks in order of arrival, with a bounded queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace opsflux {

class Executor {
 public:
  // `name` shows in debuggers (15 characters). Tasks beyond `max_queue` waiting ones are refused.
  Executor(std::string name, std::size_t threads, std::size_t max_queue = 10'000);
  ~Executor();  // finishes what is queued, then joins
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Any thread. False when the queue is full or the pool is stopping: the task was not taken.
  // A task must not throw; one that does is logged and swallowed.
  bool post(std::function<void()> task);
  void stop();  // takes no more tasks, finishes the queued ones, joins; idempotent; not from a task
  std::size_t waiting() const;

 private:
  void run();

  const std::string name_;
  const std::size_t max_queue_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace opsflux
