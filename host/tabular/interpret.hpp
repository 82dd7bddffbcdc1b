// What people write into text cells, as numbers and dates: pure functions, no locale of the process.
#pragma once

#include "host/base/error.hpp"
#include "host/tabular/cell.hpp"

namespace opsflux::tabular {

enum class DecimalMark : std::uint8_t { kPoint, kComma };

// "1 234,56", "1.234,56", "1'234.56", "-3,5E+2" with the mark given. Groups of three may be separated by
// spaces (also no-break and narrow ones), apostrophes, or the mark that is not the decimal one. Spaces around
// are ignored; "−" is "-". Refuses anything else ("table.not_a_number").
Result<Number> interpret_number(std::string_view text, DecimalMark mark);

enum class DateOrder : std::uint8_t { kYmd, kDmy, kMdy };

// "2024-02-29", "29/02/2024", "29.2.24", "29-02-2024" with the order given; a four-digit year in front is
// always year, month, day. Years of two digits are read as Excel does: 00 to 29 are 2000 to 2029, 30 to 99
// are 1930 to 1999. Refuses other shapes ("table.not_a_date") and days that do not exist
// ("table.no_such_date").
Result<Date> interpret_date(std::string_view text, DateOrder order);
// A date, "T" or spaces, "13:30", "13:30:05" or "13:30:05.125" (also with a comma), then nothing, "Z" or
// "+02:00": with a zone the time is converted to UTC. A date alone is midnight.
Result<DateTime> interpret_datetime(std::string_view text, DateOrder order);

// What all values of a column together say of how to read it.
enum class Reading : std::uint8_t {
  kNone,       // no values, or some that cannot be read in any way: see misfit()
  kCertain,    // there is proof, or all ways give the same
  kAmbiguous,  // several ways fit and give different values: the person must say
  kMixed,      // each value can be read, but no one way fits all
};

class NumberColumn {
 public:
  void add(std::string_view text);  // empty ones count for nothing
  Reading reading() const;
  DecimalMark mark() const;                              // of kCertain
  const std::string& misfit() const { return misfit_; }  // the first value that is no number

 private:
  bool any_ = false, point_fits_ = true, comma_fits_ = true, differ_ = false;
  std::string misfit_;
};

// Takes dates and dates with times. Dots between parts are proof of day, month, year.
class DateColumn {
 public:
  void add(std::string_view text);
  Reading reading() const;
  DateOrder order() const;                       // of kCertain
  bool has_times() const { return has_times_; }  // some value has a time of day
  const std::string& misfit() const { return misfit_; }

 private:
  bool fits_[3] = {true, true, true};
  bool any_ = false, differ_ = false, dots_ = false, has_times_ = false;
  std::string misfit_;
};

}  // namespace opsflux::tabular
