#include "host/base/ticker.hpp"

#include <pthread.h>

#include "host/base/log.hpp"

namespace opsflux {

Ticker::Ticker(std::string name, std::function<std::chrono::milliseconds()> round)
    : name_(std::move(name)), round_(std::move(round)), thread_([this] { run(); }) {}

Ticker::~Ticker() { stop(); }

void Ticker::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void Ticker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Ticker::run() {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    std::chrono::milliseconds wait = std::chrono::minutes(1);
    try {
      wait = round_();
    } catch (const std::exception& e) {
      log::error("ticker.round_threw", {{"ticker", name_}, {"what", e.what()}});
    }
    lock.lock();
    changed_.wait_for(lock, wait, [this] { return stopping_ || woken_; });
  }
}

}  // namespace opsflux
