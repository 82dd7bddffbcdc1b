// Values of fields, parameters and columns, and how they cross to the C ABI and back.
//
// A Value owns what it holds. A field's C++ type follows from its definition:
//   text, longtext, enum, email, phone, url, country, reference   std::string (or std::string_view)
//   integer      std::int64_t        decimal    Decimal (exact digits)     boolean   bool
//   date         Date                datetime   Timestamp                  json      Json
//   tags         std::vector<std::string>
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "opsflux/abi/types.h"
#include "opsflux/json.hpp"

namespace opsflux {

// A number with its exact digits, for money and measures: "-12.50".
struct Decimal {
  std::string digits;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

struct Uuid {
  std::string text;  // lower-case with dashes
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

// A JSON document as text that nobody has parsed yet.
struct JsonText {
  std::string text;
  friend bool operator==(const JsonText&, const JsonText&) = default;
};

using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;  // UTC
using Date = std::chrono::sys_days;
using Bytes = std::vector<std::uint8_t>;

class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  template <std::same_as<bool> T>
  Value(T value) : data_(value) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) Value(T value) : data_(static_cast<std::int64_t>(value)) {}
  template <std::floating_point T>
  Value(T value) : data_(static_cast<double>(value)) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(Decimal value) : data_(std::move(value)) {}
  Value(Timestamp value) : data_(value) {}
  Value(Date value) : data_(value) {}
  Value(std::chrono::year_month_day value) : data_(Date(value)) {}
  Value(Uuid value) : data_(std::move(value)) {}
  Value(Bytes value) : data_(std::move(value)) {}
  Value(JsonText value) : data_(std::move(value)) {}
  Value(const Json& value) : data_(JsonText{value.dump()}) {}
  Value(const std::vector<std::string>& texts) : Value(Json(Json::Array(texts.begin(), texts.end()))) {}
  template <class T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }

  bool is_null() const { return data_.index() == OPF_NULL; }

  // The value as T (see value_as); throws TypeMismatch when it is of another kind.
  template <class T>
  T as() const;

  // Copies what the ABI lends for the time of a call.
  static Value copy(const opf_value& value);
  // Lends this value to the ABI; valid as long as it is neither changed nor gone.
  opf_value lend() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  // In the order of the ABI's tags, so that the index is the tag.
  using Data = std::variant<std::monostate, bool, std::int64_t, double, Decimal, Timestamp, Date, Uuid,
                            std::string, Bytes, JsonText>;
  static_assert(std::is_same_v<std::variant_alternative_t<OPF_DECIMAL, Data>, Decimal>);
  static_assert(std::is_same_v<std::variant_alternative_t<OPF_TEXT, Data>, std::string>);
  static_assert(std::is_same_v<std::variant_alternative_t<OPF_JSON, Data>, JsonText>);
  Data data_;
};

// A name and its value: a field of a record or of a log event, a parameter of a sentence.
struct Field {
  std::string name;
  Value value;
};
using Fields = std::vector<Field>;

// Thrown where a value is asked for as a type it is not of: a mistake in the module's code.
struct TypeMismatch : std::logic_error {
  using std::logic_error::logic_error;
};

}  // namespace opsflux

#include "opsflux/detail/value_convert.hpp"
