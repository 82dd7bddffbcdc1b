// The vocabulary of the expression language: types, values, and the schema that a caller gives.
//
// Language reference: README.md beside this file.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux::expression {

enum class Type : std::uint8_t {
  kNull,
  kBool,
  kInt,      // 64 bits
  kDecimal,  // exact: an integer of 64 bits divided by 10^scale
  kDouble,   // compared only; arithmetic needs exact numbers
  kString,
  kEnum,        // a string out of FieldInfo::values
  kDate,        // a calendar day
  kTimestamp,   // UTC, microseconds
  kDuration,    // microseconds
  kStringList,  // tags
  kOpaque,      // a JSON document: can only be empty or not
};

struct TypeInfo {
  Type type = Type::kNull;
  int scale = 0;  // digits after the point, kDecimal only; 0 to 18
  bool operator==(const TypeInfo&) const = default;
};

// A value without its type, which is known statically. monostate is the empty value (null).
//   int64: kInt, kDecimal (times 10^scale), kDate (days since 1970-01-01), kTimestamp and kDuration
//   (microseconds); string: kString, kEnum; vector: kStringList.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;
inline bool is_null(const Value& value) { return value.index() == 0; }

// One name that an expression may use.
struct FieldInfo {
  std::string name;  // as written in expressions: "score", "company.city"
  Type type = Type::kString;
  int scale = 0;         // kDecimal: digits after the point
  bool nullable = true;  // false lets the SQL be simpler; must be true where the column may be NULL
  std::vector<std::string> values;  // kEnum: what it may be; literals are checked against them
  std::string sql;                  // the column in SQL, quoted, trusted: `t."score"`
  std::size_t slot = 0;             // the caller's own number for it, for instance an index into a record
  bool context = false;             // not of the record but of the call ("user.id"): a parameter in SQL
};

// What names exist. Lookups are made while compiling; a compiled expression keeps copies.
class Schema {
 public:
  virtual ~Schema() = default;
  virtual const FieldInfo* lookup(std::string_view name) const = 0;  // nullptr: unknown
  virtual std::vector<std::string> names() const = 0;                // for messages, in the order to show
  // search("words"): a field of type kBool whose `sql` is the whole condition. Nothing where there is no such
  // search, as for records in memory; an error where these words cannot be searched.
  virtual Result<std::optional<FieldInfo>> search(std::string_view words) const;
};

// A schema that is a list; enough for most callers.
class FieldList final : public Schema {
 public:
  explicit FieldList(std::vector<FieldInfo> fields) : fields_(std::move(fields)) {}
  const FieldInfo* lookup(std::string_view name) const override;
  std::vector<std::string> names() const override;
  const std::vector<FieldInfo>& fields() const { return fields_; }

 private:
  std::vector<FieldInfo> fields_;
};

// "decimal with 2 digits after the point", "text", ...: for messages.
std::string describe(const TypeInfo& type);

// A field's value as the REST interface has it (decimals as strings or numbers without exponent,
// dates and times as text), and back. Refuses (kInvalid, entity.filter_value) what the type cannot hold.
Result<Value> value_from_json(const TypeInfo& type, const nlohmann::json& json);
nlohmann::json value_to_json(const TypeInfo& type, const Value& value);

// Digits of the decimal `scaled` / 10^scale, "-12.50", with exactly `scale` digits after the point.
std::string decimal_text(std::int64_t scaled, int scale);
// Reads "-12.5" exactly at the given scale; nullopt when it does not fit without loss.
std::optional<std::int64_t> parse_decimal(std::string_view text, int scale);

// Days since 1970-01-01 of "YYYY-MM-DD" and back; nullopt for days that do not exist, or outside years 1 to
// 9999.
std::optional<std::int64_t> parse_days(std::string_view text);
std::optional<std::string> days_text(std::int64_t days);
// Microseconds since 1970 of an RFC 3339 time, and the 27 characters that the databases store
// ("2026-11-21T07:05:03.123456Z"); nullopt outside of 1678 to 2261.
std::optional<std::int64_t> parse_micros(std::string_view text);
std::optional<std::string> micros_text(std::int64_t micros);
// "1h30m", "-24h", "1.5s", "30d": units d (24 hours), h, m, s, ms, us. nullopt when malformed, finer than
// a microsecond, or too long.
std::optional<std::int64_t> parse_duration(std::string_view text);

}  // namespace opsflux::expression
