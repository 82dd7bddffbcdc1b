// Conversions between Value, C++ types and the ABI's opf_value.
#pragma once

#include <stdexcept>

#include "opsflux/value.hpp"

namespace opsflux::detail {

inline opf_str lend(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(opf_str text) {
  return text.len == 0 ? std::string_view() : std::string_view(text.ptr, text.len);
}
inline std::string_view text_of(const opf_value& value) {
  return value.len == 0 ? std::string_view() : std::string_view(value.u.text, value.len);
}

inline constexpr std::string_view kTypeNames[] = {"null", "bool", "integer", "number", "decimal", "timestamp",
                                                  "date", "uuid", "text",    "bytes",  "json"};

[[noreturn]] inline void mismatch(const opf_value& value, std::string_view wanted) {
  const std::string_view held = value.type < std::size(kTypeNames) ? kTypeNames[value.type] : "unknown";
  throw TypeMismatch("The value is " + std::string(held) + " and was asked for as " + std::string(wanted) +
                     ".");
}

inline void expect(const opf_value& value, std::uint32_t tag) {
  if (value.type != tag) mismatch(value, kTypeNames[tag]);
}

inline Json parse_json(const opf_value& value) {
  expect(value, OPF_JSON);
  auto json = Json::parse(text_of(value));
  if (!json) mismatch(value, "a JSON document");
  return *std::move(json);
}

template <class T>
inline constexpr bool always_false = false;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <std::integral T>
T read_integer(const opf_value& value) {
  expect(value, OPF_I64);
  if (!std::in_range<T>(value.u.i64)) mismatch(value, "a smaller integer");
  return static_cast<T>(value.u.i64);
}

inline double read_number(const opf_value& value) {
  if (value.type == OPF_I64) return static_cast<double>(value.u.i64);
  expect(value, OPF_F64);
  return value.u.f64;
}

inline std::string_view read_text(const opf_value& value) {
  const bool textual =
      value.type == OPF_TEXT || value.type == OPF_UUID || value.type == OPF_DECIMAL || value.type == OPF_JSON;
  if (!textual) mismatch(value, "text");
  return text_of(value);
}

inline Decimal read_decimal(const opf_value& value) {
  if (value.type == OPF_I64) return Decimal{std::to_string(value.u.i64)};
  expect(value, OPF_DECIMAL);
  return Decimal{std::string(text_of(value))};
}

inline Bytes read_bytes(const opf_value& value) {
  expect(value, OPF_BYTES);
  return value.len == 0 ? Bytes() : Bytes(value.u.bytes, value.u.bytes + value.len);
}

inline std::vector<std::string> read_texts(const opf_value& value) {
  std::vector<std::string> texts;
  for (const Json& item : parse_json(value).items()) {
    auto text = item.text();
    if (!text) mismatch(value, "a list of texts");
    texts.push_back(*std::move(text));
  }
  return texts;
}

// A std::string_view among the results is lent by the ABI: it ends with the call's context.
template <class T>
T value_as(const opf_value& value) {
  if constexpr (IsOptional<T>::value) {
    if (value.type == OPF_NULL) return std::nullopt;
    return value_as<typename T::value_type>(value);
  } else if constexpr (std::is_same_v<T, Value>) {
    return Value::copy(value);
  } else if constexpr (std::is_same_v<T, bool>) {
    return expect(value, OPF_BOOL), value.u.i64 != 0;
  } else if constexpr (std::is_integral_v<T>) {
    return read_integer<T>(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(read_number(value));
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    return T(read_text(value));
  } else if constexpr (std::is_same_v<T, Decimal>) {
    return read_decimal(value);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return expect(value, OPF_TIMESTAMP), Timestamp(std::chrono::nanoseconds(value.u.i64));
  } else if constexpr (std::is_same_v<T, Date>) {
    if (!std::in_range<int>(value.u.i64)) mismatch(value, "a date");
    return expect(value, OPF_DATE), Date(std::chrono::days(static_cast<int>(value.u.i64)));
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return expect(value, OPF_UUID), Uuid{std::string(text_of(value))};
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return read_bytes(value);
  } else if constexpr (std::is_same_v<T, Json>) {
    return parse_json(value);
  } else if constexpr (std::is_same_v<T, JsonText>) {
    return expect(value, OPF_JSON), JsonText{std::string(text_of(value))};
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return read_texts(value);
  } else {
    static_assert(always_false<T>, "A value cannot be read as this type; value.hpp lists the types.");
  }
}

inline opf_value abi_scalar(std::uint32_t tag, std::int64_t content) {
  opf_value value{};
  value.type = tag;
  value.u.i64 = content;
  return value;
}

inline opf_value abi_text(std::uint32_t tag, const std::string& content) {
  opf_value value{};
  value.type = tag;
  value.u.text = content.data();
  value.len = content.size();
  return value;
}

inline opf_value abi_value(std::monostate) { return abi_scalar(OPF_NULL, 0); }
inline opf_value abi_value(bool content) { return abi_scalar(OPF_BOOL, content ? 1 : 0); }
inline opf_value abi_value(std::int64_t content) { return abi_scalar(OPF_I64, content); }
inline opf_value abi_value(double content) {
  opf_value value{};
  value.type = OPF_F64;
  value.u.f64 = content;
  return value;
}
inline opf_value abi_value(const Decimal& content) { return abi_text(OPF_DECIMAL, content.digits); }
inline opf_value abi_value(Timestamp content) {
  return abi_scalar(OPF_TIMESTAMP, content.time_since_epoch().count());
}
inline opf_value abi_value(Date content) { return abi_scalar(OPF_DATE, content.time_since_epoch().count()); }
inline opf_value abi_value(const Uuid& content) { return abi_text(OPF_UUID, content.text); }
inline opf_value abi_value(const std::string& content) { return abi_text(OPF_TEXT, content); }
inline opf_value abi_value(const JsonText& content) { return abi_text(OPF_JSON, content.text); }
inline opf_value abi_value(const Bytes& content) {
  opf_value value{};
  value.type = OPF_BYTES;
  value.u.bytes = content.data();
  value.len = content.size();
  return value;
}

// The names and values of `fields` as the ABI wants them; they must outlive the result.
inline std::vector<opf_field> lend(const Fields& fields) {
  std::vector<opf_field> lent;
  lent.reserve(fields.size());
  for (const Field& field : fields) lent.push_back({lend(field.name), field.value.lend()});
  return lent;
}

inline std::vector<opf_value> lend(const std::vector<Value>& values) {
  std::vector<opf_value> lent;
  lent.reserve(values.size());
  for (const Value& value : values) lent.push_back(value.lend());
  return lent;
}

}  // namespace opsflux::detail

namespace opsflux {

template <class T>
T Value::as() const {
  return detail::value_as<T>(lend());
}

inline opf_value Value::lend() const {
  return std::visit([](const auto& content) { return detail::abi_value(content); }, data_);
}

inline Value Value::copy(const opf_value& value) {
  switch (value.type) {
    case OPF_NULL:
      return {};
    case OPF_BOOL:
      return value.u.i64 != 0;
    case OPF_I64:
      return value.u.i64;
    case OPF_F64:
      return value.u.f64;
    case OPF_DECIMAL:
      return detail::value_as<Decimal>(value);
    case OPF_TIMESTAMP:
      return detail::value_as<Timestamp>(value);
    case OPF_DATE:
      return detail::value_as<Date>(value);
    case OPF_UUID:
      return detail::value_as<Uuid>(value);
    case OPF_TEXT:
      return detail::text_of(value);
    case OPF_BYTES:
      return detail::value_as<Bytes>(value);
    case OPF_JSON:
      return JsonText{std::string(detail::text_of(value))};
    default:
      detail::mismatch(value, "a value of this ABI");
  }
}

}  // namespace opsflux
