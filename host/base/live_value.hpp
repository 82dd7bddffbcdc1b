// A number or duration that may change while others read it: an option that administrators set.
#pragma once

#include <atomic>
#include <concepts>

namespace opsflux {

// Reads as its value; any thread. A copy has the value of its moment.
template <class T>
class LiveValue {
 public:
  template <std::convertible_to<T> U>
  LiveValue(U value) : value_(static_cast<T>(value)) {}
  LiveValue(const LiveValue& other) : value_(other.get()) {}
  LiveValue& operator=(const LiveValue& other) {
    value_.store(other.get(), std::memory_order_relaxed);
    return *this;
  }
  T get() const { return value_.load(std::memory_order_relaxed); }
  operator T() const { return get(); }

 private:
  std::atomic<T> value_;
};

}  // namespace opsflux
