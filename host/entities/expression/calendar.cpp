#include "host/entities/expression/calendar.hpp"

#include <algorithm>
#include <chrono>

namespace opsflux::expression {
namespace {

constexpr std::int64_t kMonths = 12;

bool in_calendar(std::int64_t days) { return days >= kFirstDay && days <= kLastDay; }

std::chrono::year_month_day civil(std::int64_t days) {
  return std::chrono::year_month_day{std::chrono::sys_days(std::chrono::days(days))};
}

std::int64_t days_of(std::chrono::sys_days day) { return day.time_since_epoch().count(); }

}  // namespace

OptionalInt start_of(std::int64_t days, std::string_view unit) {
  if (!in_calendar(days)) return std::nullopt;
  if (unit == "day") return days;
  const auto day = civil(days);
  if (unit == "week") {
    const std::chrono::weekday weekday{std::chrono::sys_days(day)};
    return days - static_cast<std::int64_t>(weekday.iso_encoding() - 1);  // year 1 begins with a Monday
  }
  unsigned month = static_cast<unsigned>(day.month());
  if (unit == "quarter") month = (month - 1) / 3 * 3 + 1;
  if (unit == "year") month = 1;
  return days_of(day.year() / std::chrono::month(month) / 1);
}

OptionalInt add_months(std::int64_t days, std::int64_t months) {
  if (!in_calendar(days)) return std::nullopt;
  const auto day = civil(days);
  const std::int64_t now = static_cast<int>(day.year()) * kMonths + static_cast<unsigned>(day.month()) - 1;
  const auto then = checked_add(now, months);
  if (!then || *then < kMonths || *then >= 10'000 * kMonths) return std::nullopt;
  const auto month = std::chrono::year(static_cast<int>(*then / kMonths)) /
                     std::chrono::month(static_cast<unsigned>(*then % kMonths) + 1);
  const auto last = (month / std::chrono::last).day();
  return days_of(month / std::min(day.day(), last));
}

}  // namespace opsflux::expression
