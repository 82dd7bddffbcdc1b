// What goes into a statement and what comes out of it, the same on both databases.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace opsflux::store {

// A bound parameter. Text views must live until the call returns. Timestamps are bound as text
// "2026-11-21T07:05:03.123456Z", dates as "2026-11-21", decimals as their digits, JSON as its text.
// Text with a NUL or that is not UTF-8, and doubles that are not finite, are refused (Invalid
// "store.bad_value").
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string_view>;

inline constexpr std::monostate kNull{};

inline Value text_or_null(const std::optional<std::string>& text) {
  return text ? Value(std::string_view(*text)) : Value(kNull);
}
// Empty text stands for "none" in many structs; this stores it as NULL.
inline Value text_or_null(std::string_view text) { return text.empty() ? Value(kNull) : Value(text); }

// The parameters $1, $2, ... of a statement: `session.execute(sql, {id, 5, true, kNull})`, or any
// contiguous range of Value. A view: it does not own the values.
class Params {
 public:
  Params() = default;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winit-list-lifetime"  // a parameter object lives as long as its call
  Params(std::initializer_list<Value> values) : values_(values.begin(), values.size()) {}
#pragma GCC diagnostic pop
  Params(std::span<const Value> values) : values_(values) {}
  Params(const std::vector<Value>& values) : values_(values) {}

  std::size_t size() const { return values_.size(); }
  const Value& operator[](std::size_t i) const { return values_[i]; }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::span<const Value> values_;
};

enum class ValueKind : std::uint8_t { kNull, kBoolean, kInteger, kReal, kText };

// One row of a result. Columns count from 0. The row and all views into it are valid until the callback
// that was given it returns. Reading NULL gives 0, false or empty text: ask is_null first where it matters.
class Row {
 public:
  virtual ~Row() = default;
  virtual int columns() const = 0;
  virtual std::string_view name(int column) const = 0;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t i64(int column) const = 0;
  virtual double f64(int column) const = 0;
  virtual bool boolean(int column) const = 0;
  // Text as stored; timestamptz in the fixed form "2026-11-21T07:05:03.123456Z", date "2026-11-21",
  // decimals with their exact digits (PostgreSQL; SQLite holds scaled integers), booleans "1" and "0".
  virtual std::string_view text(int column) const = 0;
  // For callers that do not know the column's type, such as SQL written by a module. PostgreSQL's numeric,
  // timestamptz, date and jsonb are kText.
  virtual ValueKind kind(int column) const = 0;

  std::string string(int column) const { return std::string(text(column)); }
};

}  // namespace opsflux::store
