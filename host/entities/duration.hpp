// Durations of days and shorter, as ISO 8601 writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace opsflux::entities {

// Microseconds of "P1DT2H30M", "PT0.5S", "-PT8H", "P2W", or as in expressions "1h30m"; a day has 24 hours.
// nullopt when malformed, finer than a microsecond, too long for 64 bits, or with years or months, whose
// length is not fixed.
std::optional<std::int64_t> parse_iso_duration(std::string_view text);
// The one form in which it is stored and shown: "P1DT2H30M", "PT0S".
std::string iso_duration(std::int64_t microseconds);

}  // namespace opsflux::entities
