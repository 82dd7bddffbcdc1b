#include "host/entities/structured_values.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "host/base/ids.hpp"
#include "host/base/text.hpp"
#include "host/entities/countries.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxPart = 200;  // characters of a line or part of an address

Result<std::string> list_item(const Field& field, const Json& item) {
  if (!item.is_string()) return fail(wrong_type(field, "a list of texts"));
  const std::string text(trim(item.get<std::string>()));
  switch (field.type) {
    case FieldType::kEnums:
      if (std::find(field.values.begin(), field.values.end(), text) == field.values.end())
        return fail(wrong_value(field, "not_in_list",
                                "The field " + field.name + " is one of " + join(field.values, ", ") + ".")
                        .with("values", join(field.values, ", "))
                        .with("value", text));
      break;
    case FieldType::kReferences:
      if (!is_record_id(text))
        return fail(wrong_value(field, "not_reference",
                                "The field " + field.name + " must be the identifier of a record.")
                        .with("value", text));
      break;
    case FieldType::kFiles:
      if (!is_uuid(text))
        return fail(wrong_value(field, "not_file",
                                "The field " + field.name + " must be the identifier of an uploaded file.")
                        .with("value", text));
      break;
    default:
      if (text.empty() || utf8_length(text) > 80 || has_nul(text))
        return fail(wrong_value(field, "bad_tag", "A tag has 1 to 80 characters."));
  }
  return text;
}

Result<std::string> address_part(const Field& field, std::string_view part, const Json& value) {
  if (value.is_null()) return std::string();
  if (!value.is_string()) return fail(wrong_type(field, "an address"));
  std::string text(trim(value.get<std::string>()));
  if (has_nul(text))
    return fail(
        wrong_value(field, "nul_character", "The field " + field.name + " must not hold the NUL character."));
  if (utf8_length(text) > kMaxPart)
    return fail(wrong_value(field, "too_long",
                            "The field " + field.name + " holds at most " + std::to_string(kMaxPart) +
                                " characters; these are " + std::to_string(utf8_length(text)) + ".")
                    .with("max", std::to_string(kMaxPart))
                    .with("length", std::to_string(utf8_length(text))));
  if (part == "country" && !text.empty() && !is_country(text))
    return fail(wrong_value(field, "not_country",
                            "The field " + field.name + " must be a country code of two letters such as FR.")
                    .with("value", text));
  return text;
}

// A coordinate with seven digits after the point at most, as short as can be.
std::optional<std::string> coordinate(const Json& value, double limit) {
  if (!value.is_number()) return std::nullopt;
  const double degrees = value.get<double>();
  if (!std::isfinite(degrees) || degrees < -limit || degrees > limit) return std::nullopt;
  char text[32];
  std::snprintf(text, sizeof text, "%.7f", degrees);
  std::string out = text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out == "-0" ? "0" : out;
}

}  // namespace

Result<FieldValue> parse_list(const Field& field, const Json& value) {
  if (!value.is_array()) return fail(wrong_type(field, "a list of texts"));
  if (value.empty()) return FieldValue{};
  if (value.size() > field.max_length)
    return fail(wrong_value(field, "too_many_items",
                            "The field " + field.name + " holds at most " + std::to_string(field.max_length) +
                                " items.")
                    .with("max", std::to_string(field.max_length)));
  Json out = Json::array();
  for (const Json& item : value) {
    TRY_ASSIGN(text, list_item(field, item));
    if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(std::move(text));
  }
  return FieldValue(to_text(out));
}

Result<FieldValue> parse_address(const Field& field, const Json& value) {
  if (!value.is_object()) return fail(wrong_type(field, "an address"));
  for (const auto& [key, unused] : value.items())
    if (key != "lines" &&
        std::find(std::begin(kAddressParts), std::end(kAddressParts), key) == std::end(kAddressParts))
      return fail(wrong_type(field, "an address"));
  Json out = Json::object();
  const Json lines = value.value("lines", Json::array());
  if (!lines.is_array() || lines.size() > 5) return fail(wrong_type(field, "an address"));
  for (const Json& line : lines) {
    TRY_ASSIGN(text, address_part(field, "lines", line));
    if (!text.empty()) out["lines"].push_back(std::move(text));
  }
  for (const std::string_view part : kAddressParts) {
    const auto it = value.find(part);
    if (it == value.end()) continue;
    TRY_ASSIGN(text, address_part(field, part, *it));
    if (!text.empty()) out[std::string(part)] = std::move(text);
  }
  if (out.empty()) return FieldValue{};
  return FieldValue(to_text(out));
}

Result<FieldValue> parse_geo(const Field& field, const Json& value) {
  const bool form =
      value.is_object() && value.size() == 2 && value.contains("latitude") && value.contains("longitude");
  const auto latitude = form ? coordinate(value["latitude"], 90) : std::nullopt;
  const auto longitude = form ? coordinate(value["longitude"], 180) : std::nullopt;
  if (!latitude || !longitude) return fail(wrong_type(field, "a point on the earth"));
  return FieldValue(R"({"latitude":)" + *latitude + R"(,"longitude":)" + *longitude + "}");
}

}  // namespace opsflux::entities
