#include "host/entities/duration.hpp"

#include <cctype>

#include "host/entities/expression/types.hpp"

namespace opsflux::entities {
namespace {

// "P1W", "P1DT2H3M4.5S" as the language of expressions writes it: "1d2h3m4.5s".
std::optional<std::string> in_units(std::string_view text) {
  static constexpr std::string_view kDate = "WD", kTime = "HMS";
  std::string out;
  std::size_t last = 0;
  bool time = false;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == 'T') {
      if (time || ++i == text.size()) return std::nullopt;
      time = true;
      last = 0;
      continue;
    }
    const std::size_t start = i;
    while (i < text.size() && (std::isdigit(static_cast<unsigned char>(text[i])) != 0 || text[i] == '.')) ++i;
    if (i == start || i == text.size()) return std::nullopt;
    const std::size_t unit = (time ? kTime : kDate).find(text[i]);
    if (unit == std::string_view::npos || unit + 1 <= last) return std::nullopt;
    last = unit + 1;
    const std::string_view number = text.substr(start, i - start);
    if (number.find('.') != std::string_view::npos && text[i] != 'S') return std::nullopt;
    if (text[i] == 'W') {
      if (number.size() > 6) return std::nullopt;
      out += std::to_string(std::stoll(std::string(number)) * 7) + "d";
    } else {
      out += std::string(number) + static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
    }
    ++i;
  }
  if (out.empty()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::int64_t> parse_iso_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view body = negative ? text.substr(1) : text;
  if (!body.starts_with('P')) return expression::parse_duration(text);
  const auto units = in_units(body.substr(1));
  if (!units) return std::nullopt;
  return expression::parse_duration(negative ? "-" + *units : *units);
}

std::string iso_duration(std::int64_t microseconds) {
  const bool negative = microseconds < 0;
  std::uint64_t rest =
      negative ? 0 - static_cast<std::uint64_t>(microseconds) : static_cast<std::uint64_t>(microseconds);
  std::string date, time;
  const auto part = [&](std::string& out, std::uint64_t size, char unit) {
    if (rest >= size) out += std::to_string(rest / size) + unit;
    rest %= size;
  };
  constexpr std::uint64_t kSecond = 1'000'000;
  part(date, 86'400 * kSecond, 'D');
  part(time, 3'600 * kSecond, 'H');
  part(time, 60 * kSecond, 'M');
  if (rest % kSecond == 0) {
    part(time, kSecond, 'S');
  } else {
    std::string fraction = std::to_string(kSecond + rest % kSecond).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    time += std::to_string(rest / kSecond) + "." + fraction + "S";
  }
  if (date.empty() && time.empty()) return "PT0S";
  return std::string(negative ? "-P" : "P") + date + (time.empty() ? "" : "T" + time);
}

}  // namespace opsflux::entities
