#include "host/entities/values.hpp"

#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/countries.hpp"
#include "host/entities/currencies.hpp"
#include "host/entities/duration.hpp"
#include "host/entities/structured_values.hpp"

namespace opsflux::entities {
namespace {

Result<void> check_length(const Field& field, std::string_view text) {
  const std::size_t length = utf8_length(text);
  if (length <= field.max_length) return {};
  return fail(wrong_value(field, "too_long",
                          "The field " + field.name + " holds at most " + std::to_string(field.max_length) +
                              " characters; these are " + std::to_string(length) + ".")
                  .with("max", std::to_string(field.max_length))
                  .with("length", std::to_string(length)));
}

Result<void> check_range(const Field& field, std::int64_t value) {
  const auto shown = [&](std::int64_t bound) {
    return storage_of(field.type) == Storage::kDecimal ? scaled_to_decimal(bound, field.scale)
                                                       : std::to_string(bound);
  };
  if (field.min && value < *field.min)
    return fail(
        wrong_value(field, "too_small", "The field " + field.name + " is at least " + shown(*field.min) + ".")
            .with("min", shown(*field.min)));
  if (field.max && value > *field.max)
    return fail(
        wrong_value(field, "too_large", "The field " + field.name + " is at most " + shown(*field.max) + ".")
            .with("max", shown(*field.max)));
  return {};
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.find('@', at + 1) != std::string_view::npos)
    return false;
  const std::string_view domain = text.substr(at + 1);
  if (domain.size() < 3 || domain.find('.') == std::string_view::npos || domain.front() == '.' ||
      domain.back() == '.' || domain.find("..") != std::string_view::npos)
    return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) {
    return c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"' || c == ',' || c == ';' || c == '(' ||
           c == ')' || c == '\\';
  });
}

bool is_phone(std::string_view text) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 3 && digits <= 20 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || std::string_view("+-. ()/x").find(c) != std::string_view::npos;
         });
}

// Only http and https: other schemes (javascript:) must never become a link on a page.
bool is_web_url(std::string_view text) {
  const std::string lower = to_lower_ascii(text.substr(0, 8));
  const std::size_t scheme = lower.starts_with("https://") ? 8 : lower.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || text.size() <= scheme || text[scheme] == '/') return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) {
    return c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"' || c == '\\';
  });
}

bool is_color(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
}

bool is_record_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || !is_uuid(text.substr(slash + 1))) return false;
  const auto parts = split(text.substr(0, slash), '.');
  return parts.size() == 2 && is_identifier(parts[0]) && is_identifier(parts[1]);
}

// Pasted addresses and numbers often have a space at an end, which never belongs to them.
bool has_no_outer_spaces(FieldType type) {
  return type == FieldType::kEmail || type == FieldType::kPhone || type == FieldType::kUrl ||
         type == FieldType::kDuration || type == FieldType::kColor;
}

Result<FieldValue> parse_text(const Field& field, std::string text) {
  if (has_no_outer_spaces(field.type)) text = std::string(trim(text));
  if (text.empty()) return FieldValue{};
  if (has_nul(text))
    return fail(
        wrong_value(field, "nul_character", "The field " + field.name + " must not hold the NUL character."));
  if (!is_utf8(text))
    return fail(wrong_value(field, "not_utf8", "The field " + field.name + " must be valid UTF-8 text."));
  TRY(check_length(field, text));
  const auto refuse = [&](std::string_view reason, const std::string& what) {
    return fail(
        wrong_value(field, reason, "The field " + field.name + " must be " + what + ".").with("value", text));
  };
  switch (field.type) {
    case FieldType::kEmail:
      if (!is_email(text)) return refuse("not_email", "an e-mail address such as ada@example.org");
      break;
    case FieldType::kPhone:
      if (!is_phone(text)) return refuse("not_phone", "a telephone number such as +241 11 55 20 40");
      break;
    case FieldType::kUrl:
      if (!is_web_url(text)) return refuse("not_url", "an address that begins with https:// or http://");
      break;
    case FieldType::kCountry:
      if (!is_country(text)) return refuse("not_country", "a country code of two letters such as FR");
      break;
    case FieldType::kDate:
      if (!is_date(text)) return refuse("not_date", "an existing day written as 2026-11-21");
      break;
    case FieldType::kCurrency:
      if (!is_currency(text)) return refuse("not_currency", "a currency code of three letters such as EUR");
      break;
    case FieldType::kColor:
      text = to_lower_ascii(text);
      if (!is_color(text)) return refuse("not_color", "a colour written as #1e90ff");
      break;
    case FieldType::kDuration: {
      const auto microseconds = parse_iso_duration(text);
      if (!microseconds) return refuse("not_duration", "a duration written as PT1H30M or P2D");
      return FieldValue(iso_duration(*microseconds));
    }
    case FieldType::kAny:
      if (!is_record_name(text))
        return refuse("not_any", "an entity and the identifier of a record, as tiers.company/…");
      break;
    case FieldType::kParent:
    case FieldType::kUser:
    case FieldType::kGroup:
      if (!is_uuid(text)) return refuse("not_reference", "the identifier of a record");
      break;
    case FieldType::kReference:
      if (!is_record_id(text)) return refuse("not_reference", "the identifier of a record");
      break;
    case FieldType::kFile:
    case FieldType::kImage:
      if (!is_uuid(text)) return refuse("not_file", "the identifier of an uploaded file");
      break;
    case FieldType::kDatetime: {
      const auto time = parse_utc(text);
      if (!time)
        return refuse("not_datetime", "an existing time with its zone, written as 2026-11-21T07:05:03Z");
      return FieldValue(format_utc(*time));
    }
    case FieldType::kEnum:
      if (std::find(field.values.begin(), field.values.end(), text) == field.values.end())
        return fail(wrong_value(field, "not_in_list",
                                "The field " + field.name + " is one of " + join(field.values, ", ") + ".")
                        .with("values", join(field.values, ", "))
                        .with("value", text));
      break;
    default:
      break;
  }
  if (field.pattern && !re2::RE2::FullMatch(text, *field.pattern))
    return fail(wrong_value(field, "pattern",
                            "The field " + field.name + " does not have the form that is asked for.")
                    .with("pattern", field.pattern_text)
                    .with("value", text));
  return FieldValue(std::move(text));
}

Result<FieldValue> parse_integer(const Field& field, const Json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    return fail(wrong_type(field, "a whole number of at most 19 digits"));
  if (!value.is_number_integer()) return fail(wrong_type(field, "a whole number"));
  const auto number = value.get<std::int64_t>();
  TRY(check_range(field, number));
  return FieldValue(number);
}

Result<FieldValue> parse_decimal(const Field& field, const Json& value) {
  if (!value.is_string() && !value.is_number()) return fail(wrong_type(field, "a decimal number"));
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.empty()) return FieldValue{};
  const auto scaled = decimal_to_scaled(text, field.precision, field.scale);
  if (!scaled)
    return fail(wrong_value(field, "not_decimal",
                            "The field " + field.name + " takes a number of at most " +
                                std::to_string(field.precision - field.scale) + " digits before and " +
                                std::to_string(field.scale) + " after the point.")
                    .with("digits", std::to_string(field.precision - field.scale))
                    .with("scale", std::to_string(field.scale))
                    .with("value", text));
  TRY(check_range(field, *scaled));
  return FieldValue(scaled_to_decimal(*scaled, field.scale));
}

}  // namespace

Error wrong_value(const Field& field, std::string_view reason, const std::string& message) {
  return Error::invalid("entity." + std::string(reason), message).at(field.name).with("field", field.name);
}

Error wrong_type(const Field& field, std::string_view expected) {
  return wrong_value(field, "wrong_type", "The field " + field.name + " takes " + std::string(expected) + ".")
      .with("expected", expected);
}

Result<FieldValue> parse_value(const Field& field, const Json& value) {
  if (value.is_null()) return FieldValue{};
  switch (field.type) {
    case FieldType::kInteger:
      return parse_integer(field, value);
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return parse_decimal(field, value);
    case FieldType::kTags:
    case FieldType::kEnums:
    case FieldType::kReferences:
    case FieldType::kFiles:
      return parse_list(field, value);
    case FieldType::kAddress:
      return parse_address(field, value);
    case FieldType::kGeo:
      return parse_geo(field, value);
    case FieldType::kBoolean:
      if (!value.is_boolean()) return fail(wrong_type(field, "true or false"));
      return FieldValue(value.get<bool>());
    case FieldType::kJson: {
      std::string text = to_text(value);
      if (has_nul(text) || text.find("\\u0000") != std::string::npos)
        return fail(wrong_value(field, "nul_character",
                                "The field " + field.name + " must not hold the NUL character."));
      TRY(check_length(field, text));
      return FieldValue(std::move(text));
    }
    default:
      if (!value.is_string()) return fail(wrong_type(field, "a text"));
      return parse_text(field, value.get<std::string>());
  }
}

Result<FieldValue> check_value(const Field& field, const FieldValue& value) {
  return parse_value(field, to_json(field, value));
}

Json to_json(const Field& field, const FieldValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (!stores_json(field)) return *text;
    auto parsed = parse_json(*text);
    return parsed ? std::move(*parsed) : Json();
  }
  return nullptr;
}

void write_value(JsonWriter& out, const Field& field, const FieldValue& value) {
  if (const auto* flag = std::get_if<bool>(&value))
    out.boolean(*flag);
  else if (const auto* number = std::get_if<std::int64_t>(&value))
    out.number(*number);
  else if (const auto* text = std::get_if<std::string>(&value)) {
    if (stores_json(field))
      out.raw(*text);
    else
      out.string(*text);
  } else
    out.null();
}

std::optional<std::int64_t> decimal_to_scaled(std::string_view text, int precision, int scale) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  const auto point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) return std::nullopt;
  while (whole.size() > 1 && whole[0] == '0') whole.remove_prefix(1);
  while (fraction.size() > static_cast<std::size_t>(scale)) {
    if (fraction.back() != '0') return std::nullopt;  // digits would be lost
    fraction.remove_suffix(1);
  }
  if (whole != "0" && whole.size() > static_cast<std::size_t>(precision - scale)) return std::nullopt;
  std::int64_t value = 0;
  const auto take = [&](std::string_view digits) {
    return std::all_of(digits.begin(), digits.end(), [&](char c) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
      return true;
    });
  };
  if (!take(whole) || !take(fraction)) return std::nullopt;
  for (std::size_t i = fraction.size(); i < static_cast<std::size_t>(scale); ++i) value *= 10;
  return negative ? -value : value;
}

void append_decimal(std::string& out, std::int64_t scaled, int scale) {
  const bool negative = scaled < 0;
  std::string digits = std::to_string(negative ? -scaled : scaled);
  if (scale > 0) {
    if (digits.size() <= static_cast<std::size_t>(scale))
      digits.insert(0, static_cast<std::size_t>(scale) + 1 - digits.size(), '0');
    digits.insert(digits.size() - static_cast<std::size_t>(scale), 1, '.');
  }
  if (negative) out += '-';
  out += digits;
}

std::string scaled_to_decimal(std::int64_t scaled, int scale) {
  std::string out;
  append_decimal(out, scaled, scale);
  return out;
}

}  // namespace opsflux::entities
