// The calendar of the language: the proleptic Gregorian one from 0001-01-01 to 9999-12-31, weeks from Monday.
#pragma once

#include <cstdint>
#include <string_view>

#include "host/entities/expression/checked.hpp"

namespace opsflux::expression {

inline constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
// Days since 1970-01-01.
inline constexpr std::int64_t kFirstDay = -719'162, kLastDay = 2'932'896;
// Of a timestamp, in microseconds since 1970: what 64 bits of nanoseconds hold.
inline constexpr std::int64_t kLastMoment = 9'223'372'035'000'000;

inline constexpr std::string_view kUnits[] = {"day", "week", "month", "quarter", "year"};

// The first day of the unit (one of kUnits) that the day lies in; nothing for a day outside of the calendar.
OptionalInt start_of(std::int64_t days, std::string_view unit);
// The same day of a later or earlier month, or the last day of it where it is shorter; nothing outside of
// the calendar.
OptionalInt add_months(std::int64_t days, std::int64_t months);

}  // namespace opsflux::expression
