#include "host/tabular/cell.hpp"

#include <charconv>
#include <cstdio>

namespace opsflux::tabular {
namespace {

constexpr std::int64_t kMostDigits = 400;

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The exponent after E; nullopt when it is not one.
std::optional<std::int64_t> read_exponent(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Digits with the point after `point` of them, both sides without zeros that say nothing on the left.
std::string place_point(std::string digits, std::int64_t point) {
  if (point < 1) {
    digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  if (point > static_cast<std::int64_t>(digits.size())) digits.resize(static_cast<std::size_t>(point), '0');
  std::string whole = digits.substr(0, static_cast<std::size_t>(point));
  const std::string rest = digits.substr(static_cast<std::size_t>(point));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
  return rest.empty() ? whole : whole + "." + rest;
}

}  // namespace

bool is_empty(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return text->empty();
  return std::holds_alternative<std::monostate>(cell);
}

std::string to_iso(const Date& date) {
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02d-%02d", date.year, date.month, date.day);
  return out;
}

std::string to_iso(const DateTime& time) {
  char out[64];
  std::snprintf(out, sizeof out, "T%02d:%02d:%02d", time.hour, time.minute, time.second);
  std::string text = to_iso(time.date) + out;
  if (time.millisecond != 0) {
    std::snprintf(out, sizeof out, ".%03d", time.millisecond);
    text += out;
  }
  return time.utc ? text + "Z" : text;
}

bool is_real(int year, int month, int day) {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
         std::chrono::year_month_day(std::chrono::year(year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
             .ok();
}

std::int64_t to_days(const Date& date) {
  const std::chrono::year_month_day day(std::chrono::year(date.year),
                                        std::chrono::month(static_cast<unsigned>(date.month)),
                                        std::chrono::day(static_cast<unsigned>(date.day)));
  return std::chrono::sys_days(day).time_since_epoch().count();
}

Date from_days(std::int64_t days) {
  const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(days))};
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

std::optional<std::string> exact_decimal(std::string_view literal) {
  const bool negative = literal.starts_with('-');
  if (negative || literal.starts_with('+')) literal.remove_prefix(1);
  std::int64_t exponent = 0;
  if (const auto e = literal.find_first_of("eE"); e != std::string_view::npos) {
    const auto given = read_exponent(literal.substr(e + 1));
    if (!given || *given > kMostDigits || *given < -kMostDigits) return std::nullopt;
    exponent = *given;
    literal = literal.substr(0, e);
  }
  const auto dot = literal.find('.');
  const std::string_view whole = literal.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? std::string_view() : literal.substr(dot + 1);
  if (whole.size() + part.size() == 0 || (dot != std::string_view::npos && part.empty())) return std::nullopt;
  if (!all_digits(whole) || !all_digits(part)) return std::nullopt;
  if (static_cast<std::int64_t>(whole.size() + part.size()) > kMostDigits) return std::nullopt;
  std::string out =
      place_point(std::string(whole) + std::string(part), static_cast<std::int64_t>(whole.size()) + exponent);
  if (out.size() > static_cast<std::size_t>(kMostDigits) + 2) return std::nullopt;
  const bool zero = out.find_first_not_of("0.") == std::string::npos;
  return negative && !zero ? "-" + out : out;
}

std::string column_letters(std::size_t number) {
  std::string out;
  for (; number > 0; number = (number - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (number - 1) % 26));
  return out;
}

}  // namespace opsflux::tabular
