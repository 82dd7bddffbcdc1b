// Internal: runs callbacks of finished writes on one thread, in commit order.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace opsflux::store {

// A writer takes a ticket before it sends COMMIT and completes it when the answer is there. Callbacks run in
// the order of tickets: a write that had to wait for another one's commit took its ticket later, so whoever
// depends on a commit is told after it, however many writers there are.
class Completions {
 public:
  Completions();
  ~Completions();  // stop()

  std::uint64_t ticket();
  // Every ticket is completed exactly once, also when its commit failed.
  void complete(std::uint64_t ticket, std::vector<std::function<void()>> callbacks);
  // After the last ticket was completed: runs what is left, joins. Idempotent.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::uint64_t, std::vector<std::function<void()>>> completed_;
  std::uint64_t next_ticket_ = 0;
  std::uint64_t next_to_run_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

// True on threads of the store that run callbacks or work of writes: waiting for a write there never ends.
bool on_store_thread();
void mark_store_thread(const char* name);

}  // namespace opsflux::store
