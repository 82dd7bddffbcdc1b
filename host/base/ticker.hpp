// Work that comes round again: one thread that does a round, waits as long as the round said, and begins
// anew.
//
// For what the server does by itself in the background (sealing the audit trail, removing what is old,
// starting jobs at their time). Rounds never overlap.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace opsflux {

class Ticker {
 public:
  // `round` runs on the ticker's own thread, the first time at once, and returns how long to wait for the
  // next; what it throws is logged, and it is tried again a minute later. `name` shows in debuggers (15
  // characters).
  Ticker(std::string name, std::function<std::chrono::milliseconds()> round);
  ~Ticker();  // stop()
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  void wake();  // the next round begins now, or right after the one that runs. Any thread.
  void stop();  // waits for the round that runs; idempotent; not from a round

 private:
  void run();

  const std::string name_;
  const std::function<std::chrono::milliseconds()> round_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace opsflux
