// Counts operations that still hold a pointer to their owner, so that the owner's end can wait for them.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

namespace opsflux::identity {

class InFlight {
 public:
  ~InFlight() { wait(); }

  // Keep the result in every callback of one operation; the operation ends with its last copy.
  std::shared_ptr<void> enter() {
    std::lock_guard lock(mutex_);
    ++count_;
    return {this, [](void* self) { static_cast<InFlight*>(self)->leave(); }};
  }
  void wait() {
    std::unique_lock lock(mutex_);
    none_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  void leave() {
    std::lock_guard lock(mutex_);  // notified under the lock: the object may be gone right after it
    if (--count_ == 0) none_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

}  // namespace opsflux::identity
