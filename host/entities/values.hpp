// The value of one field, and its ways in and out: JSON, database column, C ABI.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "host/base/error.hpp"
#include "host/entities/definition.hpp"

namespace opsflux {
class JsonWriter;
}

namespace opsflux::entities {

// Canonical forms, the same on both databases and in every interface:
//   integer              std::int64_t
//   boolean              bool
//   decimal              text with exactly `scale` fraction digits: "12.50"
//   date, datetime       text "2026-11-21", "2026-11-21T07:05:03.123456Z" (UTC)
//   duration             text "P1DT2H30M"
//   lists, address, geo, json
//                        JSON text
//   all other types      text
// An empty text is stored as no value, so that "is empty" has one meaning.
using FieldValue = std::variant<std::monostate, bool, std::int64_t, std::string>;

inline bool is_empty(const FieldValue& value) { return std::holds_alternative<std::monostate>(value); }
// Empty for what is no text.
inline std::string text_of(const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::string() : *text;
}

// Checks one value from outside against the field's type and rules (not `required`: see check_required)
// and brings it into canonical form. The error names the field and what would be right.
Result<FieldValue> parse_value(const Field& field, const Json& value);
// Checks a canonical value that code set (a hook, a script) against the field's rules.
Result<FieldValue> check_value(const Field& field, const FieldValue& value);
Json to_json(const Field& field, const FieldValue& value);
void write_value(JsonWriter& out, const Field& field, const FieldValue& value);

// "12.5" with scale 2 -> 1250; nullopt when it is no decimal number or has more digits than fit.
std::optional<std::int64_t> decimal_to_scaled(std::string_view text, int precision, int scale);
std::string scaled_to_decimal(std::int64_t scaled, int scale);
// Writes the digits without a std::string in between.
void append_decimal(std::string& out, std::int64_t scaled, int scale);

}  // namespace opsflux::entities
