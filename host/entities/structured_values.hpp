// Values of several parts: lists, addresses, points. Internal to values.cpp.
#pragma once

#include "host/entities/values.hpp"

namespace opsflux::entities {

// The parts of an address besides its lines.
inline constexpr std::string_view kAddressParts[] = {"postal_code", "city", "region", "country"};

Result<FieldValue> parse_list(const Field& field, const Json& value);     // tags, enums, references
Result<FieldValue> parse_address(const Field& field, const Json& value);  // at most 5 lines
// Degrees with at most 7 digits after the point, which is a centimetre.
Result<FieldValue> parse_geo(const Field& field, const Json& value);

// How the two files of values say what is wrong.
Error wrong_value(const Field& field, std::string_view reason, const std::string& message);
Error wrong_type(const Field& field, std::string_view expected);

}  // namespace opsflux::entities
