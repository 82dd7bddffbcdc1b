// startOf and addMonths of what a column holds. Both give the stored form again.
#include "host/entities/expression/calendar.hpp"
#include "host/entities/expression/sql_writer.hpp"

namespace opsflux::expression {
namespace {

constexpr std::size_t kDayLength = 10;  // of "2026-01-31"

// Of the day `d`, in SQLite's terms.
std::string sqlite_start(std::string_view unit, const std::string& d) {
  const std::string day = "date(" + d;
  // Backwards first: forwards from the last days of the year 9999 there is no day.
  if (unit == "week") return day + ", '-6 days', 'weekday 1')";
  if (unit == "month") return day + ", 'start of month')";
  if (unit == "year") return day + ", 'start of year')";
  if (unit == "quarter")
    return day + ", 'start of month', ((1 - CAST(substr(" + d + ", 6, 2) AS INTEGER)) % 3) || ' months')";
  return "substr(" + d + ", 1, " + std::to_string(kDayLength) + ")";
}

// Of the columns d and n. The month is counted from the year 0, so that what leaves the calendar is seen
// before it is computed; and n is bounded, because the folding of constants looks into CASE.
std::string postgresql_months(bool date) {
  const std::string local = date ? "CAST(d AS timestamp)" : "(d AT TIME ZONE 'UTC')";
  const std::string moved =
      local + " + make_interval(months => CAST(greatest(least(n, 119999), -119999) AS integer))";
  return "CASE WHEN extract(year FROM " + local + ") * 12 + extract(month FROM " + local +
         ") - 1 + n BETWEEN 12 AND 119999 THEN " +
         (date ? "CAST(" + moved + " AS date)" : "(" + moved + ") AT TIME ZONE 'UTC'") + " END";
}

}  // namespace

std::string SqlWriter::start_of(const Node& node) {
  const NodeId kid = node.kids[0];
  const std::string moment = native(kid);
  const bool date = node.type.type == Type::kDate;
  if (date && node.name == "day") return moment;
  if (!sqlite_) {
    const std::string local = date ? "CAST(" + moment + " AS timestamp)" : moment + " AT TIME ZONE 'UTC'";
    const std::string start = "date_trunc('" + node.name + "', " + local + ")";
    if (date) return "CAST(" + start + " AS date)";
    return within_calendar(node, "(" + start + " AT TIME ZONE 'UTC')");
  }
  const bool twice = node.name == "quarter" && !is_plain(kid);
  std::string start = sqlite_start(node.name, twice ? "d" : moment);
  if (twice) start = "(SELECT " + start + " FROM (SELECT " + moment + " AS d))";
  return date ? start : within_calendar(node, "(" + start + " || 'T00:00:00.000000Z')");
}

std::string SqlWriter::add_months(const Node& node) {
  const bool date = node.type.type == Type::kDate;
  const std::string d = native(node.kids[0]), n = operand(node.kids[1], Form::kScaled);
  if (!sqlite_) {
    const std::string moved = postgresql_months(date);
    return within_calendar(node, "(SELECT " + moved + " FROM (SELECT " + d + " AS d, " + n + " AS n) AS x)");
  }
  // SQLite lets the 31st of a shorter month run into the next one: the last day of the month is the limit.
  // Flat rather than with an inner SELECT: see sql_complexity.hpp.
  const std::string month = "date(" + d + ", 'start of month', " + n + " || ' months', ";
  const std::string same = month + "(substr(" + d + ", 9, 2) - 1) || ' days')";
  const std::string last = month + "'+1 month', '-1 day')";
  // Years before the first come out as "0000" or negative, years after the last as NULL.
  if (date) return "nullif(max(min(" + same + ", ifnull(" + last + ", '9999-12-31')), '0001'), '0001')";
  const std::string time = " || substr(" + d + ", 11)";
  return within_calendar(node, same + time + ", " + last + time);
}

// Timestamps have nearer limits than dates: the least of `sql`, or NULL where it leaves them.
std::string SqlWriter::within_calendar(const Node& node, const std::string& sql) const {
  if (node.type.type == Type::kDate) return sql;
  const std::string first = "1677-09-21T00:12:44.999999Z", last = "2262-04-11T23:47:15.000001Z";
  // What begins a unit is never later than the moment, and the fewer parentheses the better; see
  // sql_complexity.hpp.
  if (sqlite_ && node.op == Op::kStartOf) return "nullif(max(" + sql + ", '" + first + "'), '" + first + "')";
  if (sqlite_)
    return "nullif(nullif(max(min(" + sql + ", '" + last + "'), '" + first + "'), '" + first + "'), '" +
           last + "')";
  const auto moment = [](const std::string& text) { return "TIMESTAMPTZ '" + text + "'"; };
  return "nullif(nullif(greatest(least(" + sql + ", " + moment(last) + "), " + moment(first) + "), " +
         moment(first) + "), " + moment(last) + ")";
}

}  // namespace opsflux::expression
