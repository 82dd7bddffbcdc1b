#include "host/store/completions.hpp"

#include <pthread.h>

#include <exception>

#include "host/base/log.hpp"

namespace opsflux::store {
namespace {
thread_local bool store_thread = false;
}

bool on_store_thread() { return store_thread; }

void mark_store_thread(const char* name) {
  store_thread = true;
  pthread_setname_np(pthread_self(), name);
}

Completions::Completions() : thread_([this] { run(); }) {}

Completions::~Completions() { stop(); }

std::uint64_t Completions::ticket() {
  const std::lock_guard lock(mutex_);
  return next_ticket_++;
}

void Completions::complete(std::uint64_t ticket, std::vector<std::function<void()>> callbacks) {
  {
    const std::lock_guard lock(mutex_);
    completed_.emplace(ticket, std::move(callbacks));
    if (ticket != next_to_run_) return;
  }
  wake_.notify_one();
}

void Completions::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Completions::run() {
  mark_store_thread("store-done");
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || completed_.contains(next_to_run_); });
    const auto due = completed_.find(next_to_run_);
    if (due == completed_.end()) return;
    auto callbacks = std::move(due->second);
    completed_.erase(due);
    ++next_to_run_;
    lock.unlock();
    for (auto& callback : callbacks) {
      try {
        callback();
      } catch (const std::exception& error) {
        log::error("store.callback_threw", {{"what", error.what()}});
      }
    }
    callbacks.clear();  // what they captured goes outside the lock
    lock.lock();
  }
}

}  // namespace opsflux::store
