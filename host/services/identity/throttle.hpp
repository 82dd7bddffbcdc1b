// Slows down guessing: failed attempts are counted for an account and for a client address, in a window that
// slides. In memory only: a restart forgets, which costs an attacker's victim less than a stored lock would.
#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/live_value.hpp"

namespace opsflux::identity {

struct ThrottleOptions {
  LiveValue<std::size_t> limit = 5;  // failures in the window, for each account and each address
  LiveValue<std::chrono::milliseconds> window{std::chrono::milliseconds(15 * 60'000)};
  std::size_t max_keys = 100'000;  // accounts and addresses remembered; the longest untouched go first
};

// Safe from any thread.
class Throttle {
 public:
  Throttle(const Clock& clock, ThrottleOptions options) : clock_(clock), options_(options) {}

  // From now on; what was counted stays.
  void take(std::size_t limit, std::chrono::milliseconds window) {
    options_.limit = limit;
    options_.window = window;
  }
  const ThrottleOptions& options() const { return options_; }

  // An attempt counts as failed from its beginning, so that many at once cannot slip past the limit; it is
  // taken back by `succeeded` or `withdrawn`.
  struct Attempt {
    std::chrono::milliseconds retry_after{0};  // not 0: refused, and not counted
    bool worth_telling = false;                // one of the first refusals since the limit was reached
    std::string account, address;              // the keys
    std::uint64_t number = 0;
    std::size_t left = 0;  // of the attempts, after this one, until one is refused

    bool refused() const { return retry_after.count() > 0; }
  };
  Attempt begin(std::string_view account, std::string_view address);
  void succeeded(const Attempt& attempt);  // forgets the account's failures, and this attempt of the address
  void withdrawn(const Attempt& attempt);  // it was never judged
  std::size_t keys() const;

  // What an address counts as: itself, or for IPv6 its /64, which is what one subscriber gets.
  static std::string address_key(std::string_view address);

 private:
  struct Failure {
    std::chrono::steady_clock::time_point at;
    std::uint64_t number;
  };
  struct Window {
    std::vector<Failure> failures;  // oldest first
    int refusals_told = 0;
    std::list<std::string>::iterator place;
  };
  using Windows = std::unordered_map<std::string, Window>;

  std::chrono::milliseconds wait_of(const std::string& key, std::chrono::steady_clock::time_point now);
  Window& touch(const std::string& key);
  void forget(const std::string& key, std::uint64_t number);
  void erase(Windows::iterator it);

  const Clock& clock_;
  ThrottleOptions options_;
  mutable std::mutex mutex_;
  Windows windows_;
  std::list<std::string> order_;  // least recently touched first
  std::uint64_t next_ = 1;
};

}  // namespace opsflux::identity
