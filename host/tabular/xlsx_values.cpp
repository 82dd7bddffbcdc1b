#include <charconv>
#include <cmath>
#include <cstdio>

#include "host/base/text.hpp"
#include "host/tabular/xlsx_workbook.hpp"

namespace opsflux::tabular {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr double kLastSerial = 2'958'466;  // the day after 31 December 9999

struct FormatLetters {
  bool date = false, time = false, duration = false;
};

// The letters of a format's first section that stand for parts of dates, without texts and colours in it.
FormatLetters letters_of(std::string_view code) {
  FormatLetters out;
  for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    const char c = static_cast<char>(code[i] >= 'A' && code[i] <= 'Z' ? code[i] + 32 : code[i]);
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size() - 1);
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      const std::size_t end = std::min(code.find(']', i), code.size() - 1);
      const std::string inner = to_lower_ascii(code.substr(i + 1, end - i - 1));
      if (!inner.empty() && inner.find_first_not_of(inner[0]) == std::string::npos &&
          (inner[0] == 'h' || inner[0] == 'm' || inner[0] == 's'))
        out.duration = true;
      i = end;
    } else if (c == 'y' || c == 'd') {
      out.date = true;
    } else if (c == 'h' || c == 's') {
      out.time = true;
    } else if (c == 'm' && !out.time) {
      // A month, or minutes when an hour stands before or seconds after; those set `time` themselves.
      const auto rest = to_lower_ascii(code.substr(i));
      const auto next = rest.find_first_not_of("m:.");
      if (next == std::string::npos || rest[next] != 's') out.date = true;
    }
  }
  return out;
}

std::string clock_text(std::int64_t ms) {
  char out[48];
  const auto part = [&](std::int64_t unit, std::int64_t modulo) {
    return static_cast<long long>(ms / unit % modulo);
  };
  std::snprintf(out, sizeof out, "%02lld:%02lld:%02lld", static_cast<long long>(ms / 3'600'000),
                part(60'000, 60), part(1000, 60));
  std::string text = out;
  if (ms % 1000 != 0) {
    std::snprintf(out, sizeof out, ".%03lld", part(1, 1000));
    text += out;
  }
  return text;
}

Cell no_date(double serial) {
  char out[64];
  const auto form = std::abs(serial) < 1e9 ? std::chars_format::fixed : std::chars_format::general;
  const auto end = std::to_chars(out, out + sizeof out, serial, form).ptr;
  return CellError{"#DATE! " + std::string(out, end)};
}

int hex_code(std::string_view text) {
  unsigned value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return ec == std::errc() && end == text.data() + text.size() ? static_cast<int>(value) : -1;
}

std::size_t significant_digits(std::string_view text) {
  const std::string_view mantissa = text.substr(0, text.find_first_of("eE"));
  const auto digits = [](std::string_view s) {
    return static_cast<std::size_t>(
        std::count_if(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }));
  };
  const auto first = mantissa.find_first_of("123456789");
  return first == std::string_view::npos ? 0 : digits(mantissa.substr(first));
}

}  // namespace

NumberShape shape_of_id(int id) {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
    return NumberShape::kDate;
  if (id == 22) return NumberShape::kDateTime;
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47) return NumberShape::kTime;
  return id == 46 ? NumberShape::kDuration : NumberShape::kNumber;
}

NumberShape shape_of_code(std::string_view code) {
  if (to_lower_ascii(trim(code)) == "general") return NumberShape::kNumber;
  const FormatLetters letters = letters_of(code);
  if (letters.duration) return NumberShape::kDuration;
  if (letters.date) return letters.time ? NumberShape::kDateTime : NumberShape::kDate;
  return letters.time ? NumberShape::kTime : NumberShape::kNumber;
}

Cell cell_of_serial(double serial, NumberShape shape, bool from_1904) {
  if (!(serial >= 0 && serial < kLastSerial)) return no_date(serial);
  const auto total = static_cast<std::int64_t>(std::llround(serial * static_cast<double>(kDayMs)));
  if (shape == NumberShape::kDuration || (shape == NumberShape::kTime && total < kDayMs))
    return clock_text(total);
  std::int64_t day = total / kDayMs;
  const std::int64_t ms = total % kDayMs;
  if (from_1904) {
    day += to_days({1904, 1, 1});
  } else {
    // Excel keeps a mistake of Lotus 1-2-3: it counts a 29 February 1900 as day 60.
    if (day == 0) return no_date(serial);
    if (day == 60) return CellError{"#DATE! 1900-02-29"};
    day += to_days({1899, 12, 30}) + (day < 60 ? 1 : 0);
  }
  const Date date = from_days(day);
  if (shape == NumberShape::kDate && ms == 0) return date;
  return DateTime{date,
                  static_cast<int>(ms / 3'600'000),
                  static_cast<int>(ms / 60'000 % 60),
                  static_cast<int>(ms / 1000 % 60),
                  static_cast<int>(ms % 1000),
                  false};
}

std::optional<Number> number_of_xlsx(std::string_view text) {
  std::string shortest;
  if (text.find_first_of(".eE") != std::string_view::npos && significant_digits(text) >= 16 &&
      significant_digits(text) <= 17) {
    if (const auto value = parse_double(text)) {
      char out[32];
      shortest.assign(out, std::to_chars(out, out + sizeof out, *value).ptr);
      text = shortest;
    }
  }
  auto digits = exact_decimal(text);
  if (!digits) return std::nullopt;
  // Excel writes 0.00001 as 1.0000000000000001E-5 and 100 now and then as 1E2 or 100.0.
  if (const auto dot = digits->find('.'); dot != std::string::npos) {
    digits->erase(digits->find_last_not_of('0') + 1);
    if (digits->back() == '.') digits->pop_back();
  }
  return Number{std::move(*digits)};
}

std::string unescape_xlsx(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.size() < 7 || !rest.starts_with("_x") || rest[6] != '_') {
      out += text[i];
      continue;
    }
    const int code = hex_code(rest.substr(2, 4));
    // NUL and others that no text may have stay as they are written; so do codes above ASCII, which nobody
    // escapes.
    if (code <= 0 || code > 0x7f) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(code);
    i += 6;
  }
  return out;
}

}  // namespace opsflux::tabular
