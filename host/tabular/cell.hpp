// What stands in one cell of a table, the same for every file format and for reading and writing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace opsflux::tabular {

// A day of the Gregorian calendar, also before it was introduced. Only real days are made by this layer.
struct Date {
  int year = 1970, month = 1, day = 1;
  auto operator<=>(const Date&) const = default;
};

// A time without a zone, unless `utc`: then the file gave an offset and the time has been converted.
struct DateTime {
  Date date{};
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  bool utc = false;
  auto operator<=>(const DateTime&) const = default;
};

// An exact decimal number: -?digits[.digits], no exponent, no leading zeros but one before the point.
struct Number {
  std::string digits;
  bool operator==(const Number&) const = default;
};

// A cell whose file says that it has no value: "#REF!", "#DIV/0!". This layer's own are "#UNCALCULATED!", a
// formula without a stored result, and "#DATE! 60", a number shown as a date that is none.
struct CellError {
  std::string text;
  bool operator==(const CellError&) const = default;
};

// std::monostate: an empty cell. Text is UTF-8 without NUL.
using Cell = std::variant<std::monostate, std::string, Number, bool, Date, DateTime, CellError>;

struct Row {
  std::int64_t number = 0;  // in the file, from 1: the line in which it begins; in XLSX the row of the sheet
  std::vector<Cell> cells;  // as many as there are headers
};

bool is_empty(const Cell& cell);
// "2024-02-29", "2024-02-29T13:30:00", with ".125" when there are milliseconds and "Z" when utc.
std::string to_iso(const Date& date);
std::string to_iso(const DateTime& time);
bool is_real(int year, int month, int day);  // years 1 to 9999
std::int64_t to_days(const Date& date);      // since 1970-01-01
Date from_days(std::int64_t days);

// Any decimal literal, with or without exponent ("-1.50E+3"), as the digits of a Number; nullopt when it is
// none or has more than 400 digits. No rounding.
std::optional<std::string> exact_decimal(std::string_view literal);

// "A" for 1, "AA" for 27, as spreadsheets name columns.
std::string column_letters(std::size_t number);

}  // namespace opsflux::tabular
