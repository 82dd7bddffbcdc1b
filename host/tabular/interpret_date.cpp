#include <cstdio>

#include "host/base/text.hpp"
#include "host/tabular/interpret.hpp"

namespace opsflux::tabular {
namespace {

// Three numbers of a date as they stand, and what is left of the text behind them.
struct DateParts {
  int values[3] = {0, 0, 0};
  std::size_t digits[3] = {0, 0, 0};
  char separator = 0;
  std::string_view rest;
};

std::optional<int> take_number(std::string_view& text, std::size_t most, std::size_t* digits = nullptr) {
  std::size_t count = 0;
  int value = 0;
  while (count < text.size() && count <= most && text[count] >= '0' && text[count] <= '9')
    value = value * 10 + (text[count++] - '0');
  if (count == 0 || count > most) return std::nullopt;
  text.remove_prefix(count);
  if (digits != nullptr) *digits = count;
  return value;
}

std::optional<DateParts> split_date(std::string_view text) {
  DateParts out;
  for (int i = 0; i < 3; ++i) {
    const auto value = take_number(text, 4, &out.digits[i]);
    if (!value) return std::nullopt;
    out.values[i] = *value;
    if (i == 2) break;
    if (text.empty() || std::string_view("/.-").find(text[0]) == std::string_view::npos) return std::nullopt;
    if (i == 1 && text[0] != out.separator) return std::nullopt;
    out.separator = text[0];
    text.remove_prefix(1);
  }
  out.rest = text;
  return out;
}

std::string order_name(DateOrder order) {
  switch (order) {
    case DateOrder::kYmd:
      return "2024-12-31";
    case DateOrder::kDmy:
      return "31/12/2024";
    case DateOrder::kMdy:
      return "12/31/2024";
  }
  return "";
}

Error not_a_date(std::string_view text, DateOrder order) {
  const std::string shown(text.substr(0, 80));
  return Error::invalid("table.not_a_date",
                        "\"" + shown + "\" is not a date. It must look like " + order_name(order) + ".")
      .with("value", shown)
      .with("expected", order_name(order));
}

Error no_such_date(std::string_view text) {
  const std::string shown(text.substr(0, 80));
  return Error::invalid("table.no_such_date", "There is no such day as \"" + shown + "\".")
      .with("value", shown);
}

// nullopt: the digits do not fit the order.
std::optional<std::array<int, 3>> year_month_day(const DateParts& parts, DateOrder order) {
  const bool year_first = parts.digits[0] == 4;
  if (year_first ? parts.digits[1] > 2 || parts.digits[2] > 2 : parts.digits[0] > 2 || parts.digits[1] > 2)
    return std::nullopt;
  if (year_first) return std::array{parts.values[0], parts.values[1], parts.values[2]};
  if (order == DateOrder::kYmd || (parts.digits[2] != 4 && parts.digits[2] != 2)) return std::nullopt;
  int year = parts.values[2];
  if (parts.digits[2] == 2) year += year < 30 ? 2000 : 1900;
  if (order == DateOrder::kDmy) return std::array{year, parts.values[1], parts.values[0]};
  return std::array{year, parts.values[0], parts.values[1]};
}

// Milliseconds of the fraction in `text`; further digits are cut.
std::optional<int> take_fraction(std::string_view& text) {
  std::size_t count = 0;
  int value = 0, unit = 100;
  for (; count < text.size() && text[count] >= '0' && text[count] <= '9'; ++count, unit /= 10)
    value += (text[count] - '0') * unit;
  text.remove_prefix(count);
  return count == 0 || count > 9 ? std::nullopt : std::optional(value);
}

bool take_clock(std::string_view& text, DateTime& out) {
  const auto hour = take_number(text, 2);
  if (!hour || !text.starts_with(':')) return false;
  text.remove_prefix(1);
  const auto minute = take_number(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return false;
  out.hour = *hour;
  out.minute = *minute;
  if (!text.starts_with(':')) return true;
  text.remove_prefix(1);
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return false;
  out.second = *second;
  if (!text.starts_with('.') && !text.starts_with(',')) return true;
  text.remove_prefix(1);
  const auto ms = take_fraction(text);
  out.millisecond = ms.value_or(0);
  return ms.has_value();
}

// Minutes east of UTC of "Z", "+02:00", "+0200"; nullopt when it is not a zone.
std::optional<int> take_zone(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int sign = text[0] == '-' ? -1 : 1;
  std::string digits(text.substr(1));
  if (digits.size() == 5 && digits[2] == ':') digits.erase(2, 1);
  if (digits.size() != 4 || digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const int value = static_cast<int>(*parse_int(digits));
  return value % 100 > 59 || value > 1500 ? std::nullopt
                                          : std::optional(sign * (value / 100 * 60 + value % 100));
}

// nullopt: the day would leave the years 1 to 9999.
std::optional<DateTime> to_utc(DateTime time, int offset_minutes) {
  const std::int64_t minutes = to_days(time.date) * 1440 + time.hour * 60 + time.minute - offset_minutes;
  const std::int64_t day = minutes >= 0 ? minutes / 1440 : -((1439 - minutes) / 1440);
  if (day < to_days({1, 1, 1}) || day > to_days({9999, 12, 31})) return std::nullopt;
  time.date = from_days(day);
  time.hour = static_cast<int>((minutes - day * 1440) / 60);
  time.minute = static_cast<int>((minutes - day * 1440) % 60);
  time.utc = true;
  return time;
}

}  // namespace

Result<DateTime> interpret_datetime(std::string_view given, DateOrder order) {
  std::string_view text = trim(given);
  const auto parts = split_date(text);
  const auto ymd = parts ? year_month_day(*parts, order) : std::nullopt;
  if (!ymd) return fail(not_a_date(given, order));
  DateTime out;
  if (!is_real((*ymd)[0], (*ymd)[1], (*ymd)[2])) return fail(no_such_date(given));
  out.date = {(*ymd)[0], (*ymd)[1], (*ymd)[2]};
  text = parts->rest;
  if (text.empty()) return out;
  if (text[0] != 'T' && text[0] != ' ') return fail(not_a_date(given, order));
  text = text[0] == 'T' ? text.substr(1) : trim(text);
  if (!take_clock(text, out)) return fail(not_a_date(given, order));
  text = trim(text);
  if (text.empty()) return out;
  const auto zone = take_zone(text);
  const auto utc = zone ? to_utc(out, *zone) : std::nullopt;
  if (!utc) return fail(not_a_date(given, order));
  return *utc;
}

Result<Date> interpret_date(std::string_view given, DateOrder order) {
  const auto parts = split_date(trim(given));
  if (!parts || !parts->rest.empty()) return fail(not_a_date(given, order));
  TRY_ASSIGN(time, interpret_datetime(given, order));
  return time.date;
}

void DateColumn::add(std::string_view text) {
  if (trim(text).empty()) return;
  std::optional<DateTime> read[3];
  for (int i = 0; i < 3; ++i)
    if (auto time = interpret_datetime(text, static_cast<DateOrder>(i))) read[i] = *time;
  if (!read[0] && !read[1] && !read[2]) {
    if (misfit_.empty()) misfit_ = text;
    return;
  }
  any_ = true;
  const auto parts = split_date(trim(text));
  dots_ = dots_ || (parts->separator == '.' && parts->digits[0] != 4);
  has_times_ = has_times_ || !parts->rest.empty();
  for (int i = 0; i < 3; ++i) fits_[i] = fits_[i] && read[i];
  differ_ = differ_ || (read[1] && read[2] && *read[1] != *read[2]);
}

Reading DateColumn::reading() const {
  if (!any_ || !misfit_.empty()) return Reading::kNone;
  const bool day_first = fits_[1], month_first = fits_[2] && !dots_;
  if (!fits_[0] && !day_first && !month_first) return Reading::kMixed;
  return day_first && month_first && differ_ ? Reading::kAmbiguous : Reading::kCertain;
}

DateOrder DateColumn::order() const {
  if (fits_[0]) return DateOrder::kYmd;
  return fits_[1] ? DateOrder::kDmy : DateOrder::kMdy;
}

}  // namespace opsflux::tabular
