// How often something may be asked, in a window that slides: two counts a key, of this window and the one
// before, of which that part counts that still lies within. In the long run the quota holds; a burst at the
// end of one window and at the beginning of the next can be more, and never twice as much. Where each try
// counts (log-ins), Throttle keeps the moments themselves.
//
// What is told to clients follows draft-ietf-httpapi-ratelimit-headers-10: structured fields with the
// policy's name, quota q, window w and what remains r, and the seconds t until there is more.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"

namespace opsflux::identity {

struct LimitPolicy {
  std::string name;         // letters, as sent
  std::uint32_t quota = 0;  // requests a window; 0: no limit
  std::chrono::seconds window{60};
};

struct LimitVerdict {
  bool refused = false;
  std::uint32_t remaining = 0;
  std::chrono::seconds reset{0};  // refused: until one is let through again; else to the window's end
};

// "RateLimit-Policy: …" and "RateLimit: …", each a line.
std::string rate_limit_fields(const LimitPolicy& policy, const LimitVerdict& verdict);
// "http.too_many_requests" {seconds}, with Retry-After.
Error too_many_requests(const LimitVerdict& verdict);

// Safe from any thread; a lock of one of sixteen parts is held for a look-up.
class Limits {
 public:
  explicit Limits(const Clock& clock, std::size_t max_keys = 100'000);

  // Counts one request unless it is refused. The longest untouched keys are forgotten first.
  LimitVerdict take(const LimitPolicy& policy, std::string_view key);
  std::size_t keys() const;

 private:
  static constexpr std::size_t kShards = 16;
  struct Window {
    std::int64_t number = 0;  // of windows since the clock's beginning
    std::uint32_t before = 0, now = 0;
    std::list<std::uint64_t>::iterator place;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::uint64_t, Window> windows;
    std::list<std::uint64_t> order;  // least recently touched first
  };

  std::uint64_t hash(std::string_view name, std::string_view key) const;
  Window& touch(Shard& shard, std::uint64_t key);

  const Clock& clock_;
  const std::size_t max_keys_;  // of a shard
  std::array<unsigned char, 16> secret_;
  std::array<Shard, kShards> shards_;
};

}  // namespace opsflux::identity
