// Time comes in by constructor, so that tests decide it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opsflux {

// Nanoseconds since 1970-01-01T00:00:00Z.
using UtcNs = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcNs now() const = 0;                                     // wall time
  virtual std::chrono::steady_clock::time_point steady() const = 0;  // for durations and deadlines
};

class SystemClock final : public Clock {
 public:
  UtcNs now() const override;
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
};

// "2026-11-21T07:05:03.123456Z": fixed width, so that text order is time order.
std::string format_utc(UtcNs time);
// Reads RFC 3339 with zone ("Z" or "+01:00"), 0 to 9 fraction digits; nullopt on what does not exist
// (30 February, 25:00, a missing zone). A leap second (:60) is refused.
std::optional<UtcNs> parse_utc(std::string_view text);
// True for an existing calendar day "YYYY-MM-DD", years 0001 to 9999.
bool is_date(std::string_view text);

}  // namespace opsflux
