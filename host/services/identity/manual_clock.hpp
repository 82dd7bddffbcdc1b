// A clock that tests move.
#pragma once

#include <atomic>

#include "host/base/clock.hpp"

namespace opsflux::identity {

class ManualClock final : public Clock {
 public:
  UtcNs now() const override { return now_.load(); }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(now_.load()));
  }
  void advance(std::chrono::nanoseconds by) { now_ += by.count(); }

 private:
  std::atomic<UtcNs> now_{1'795'000'000'000'000'000};  // in November 2026
};

}  // namespace opsflux::identity
