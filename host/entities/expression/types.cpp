#include "host/entities/expression/types.hpp"

#include <nlohmann/json.hpp>

#include "host/base/clock.hpp"
#include "host/base/text.hpp"
#include "host/entities/expression/calendar.hpp"
#include "host/entities/expression/checked.hpp"

namespace opsflux::expression {
namespace {

constexpr std::int64_t kNsPerMicro = 1000;

Error wrong_value(const TypeInfo& type) {
  const std::string wanted = describe(type);
  return Error::invalid("entity.filter_value", "This is not a " + wanted + ".").with("type", wanted);
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<Value> from_number(const TypeInfo& type, const nlohmann::json& json) {
  if (type.type == Type::kDouble) return Value(json.get<double>());
  if (!json.is_number_integer()) {
    if (type.type != Type::kDecimal) return fail(wrong_value(type));
    const auto scaled = parse_decimal(json.dump(), type.scale);
    if (!scaled) return fail(wrong_value(type));
    return Value(*scaled);
  }
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > std::uint64_t{INT64_MAX})
    return fail(wrong_value(type));
  const auto scaled = checked_rescale(json.get<std::int64_t>(), type.scale);
  if (!scaled) return fail(wrong_value(type));
  return Value(*scaled);
}

Result<Value> from_string(const TypeInfo& type, const std::string& text) {
  std::optional<std::int64_t> number;
  switch (type.type) {
    case Type::kString:
    case Type::kEnum:
      return Value(text);
    case Type::kDecimal:
      number = parse_decimal(text, type.scale);
      break;
    case Type::kDate:
      number = parse_days(text);
      break;
    case Type::kTimestamp:
      number = parse_micros(text);
      break;
    case Type::kDuration:
      number = parse_duration(text);
      break;
    default:
      break;
  }
  if (!number) return fail(wrong_value(type));
  return Value(*number);
}

Result<Value> from_array(const TypeInfo& type, const nlohmann::json& json) {
  std::vector<std::string> list;
  for (const auto& item : json) {
    if (!item.is_string()) return fail(wrong_value(type));
    list.push_back(item.get<std::string>());
  }
  return Value(std::move(list));
}

// Microseconds of "1.5" hours and the like; nullopt when malformed, too long or finer than a microsecond.
OptionalInt micros_of(std::string_view number, std::int64_t unit) {
  constexpr int kScale = 6;  // millionths of the unit
  const auto point = std::min(number.find('.'), number.size());
  const auto whole = parse_decimal(number.substr(0, point), 0);
  const auto fraction = parse_decimal("0" + std::string(number.substr(point)), kScale);
  if (!whole || !fraction) return std::nullopt;
  const Int128 millionths = (static_cast<Int128>(*whole) * power_of_ten(kScale) + *fraction) * unit;
  if (millionths % power_of_ten(kScale) != 0) return std::nullopt;
  return narrow(millionths / power_of_ten(kScale));
}

}  // namespace

Result<std::optional<FieldInfo>> Schema::search(std::string_view) const { return std::nullopt; }

const FieldInfo* FieldList::lookup(std::string_view name) const {
  const auto it =
      std::find_if(fields_.begin(), fields_.end(), [&](const FieldInfo& f) { return f.name == name; });
  return it == fields_.end() ? nullptr : &*it;
}

std::vector<std::string> FieldList::names() const {
  std::vector<std::string> out;
  for (const auto& field : fields_) out.push_back(field.name);
  return out;
}

std::string describe(const TypeInfo& type) {
  switch (type.type) {
    case Type::kNull:
      return "null";
    case Type::kBool:
      return "boolean";
    case Type::kInt:
      return "whole number";
    case Type::kDecimal:
      return "decimal number";
    case Type::kDouble:
      return "floating-point number";
    case Type::kString:
      return "text";
    case Type::kEnum:
      return "choice";
    case Type::kDate:
      return "date";
    case Type::kTimestamp:
      return "timestamp";
    case Type::kDuration:
      return "duration";
    case Type::kStringList:
      return "list of texts";
    case Type::kOpaque:
      return "document";
  }
  return "value";
}

Result<Value> value_from_json(const TypeInfo& type, const nlohmann::json& json) {
  if (json.is_null()) return Value();
  // A document is never looked into: that it is there is all an expression can see.
  if (type.type == Type::kOpaque) return Value(true);
  const bool numeric = type.type == Type::kInt || type.type == Type::kDecimal || type.type == Type::kDouble;
  if (json.is_number() && numeric) return from_number(type, json);
  if (json.is_boolean() && type.type == Type::kBool) return Value(json.get<bool>());
  if (json.is_array() && type.type == Type::kStringList) return from_array(type, json);
  if (json.is_string()) return from_string(type, json.get_ref<const std::string&>());
  return fail(wrong_value(type));
}

nlohmann::json value_to_json(const TypeInfo& type, const Value& value) {
  if (is_null(value)) return nullptr;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return *list;
  const auto number = std::get<std::int64_t>(value);
  const auto text_or_null = [](const std::optional<std::string>& text) {
    return text ? nlohmann::json(*text) : nlohmann::json(nullptr);
  };
  switch (type.type) {
    case Type::kDecimal:
      return decimal_text(number, type.scale);
    case Type::kDate:
      return text_or_null(days_text(number));
    case Type::kTimestamp:
      return text_or_null(micros_text(number));
    case Type::kDuration:
      return decimal_text(number, 6) + "s";
    default:
      return number;
  }
}

std::string decimal_text(std::int64_t scaled, int scale) {
  // The magnitude as unsigned: INT64_MIN has no positive counterpart.
  std::string digits = std::to_string(scaled < 0 ? 0 - static_cast<std::uint64_t>(scaled)
                                                 : static_cast<std::uint64_t>(scaled));
  if (scale > 0) {
    const auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, ".");
  }
  return scaled < 0 ? "-" + digits : digits;
}

std::optional<std::int64_t> parse_decimal(std::string_view text, int scale) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) return std::nullopt;
  if (!all_digits(whole) || !all_digits(fraction)) return std::nullopt;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (fraction.size() > static_cast<std::size_t>(scale)) return std::nullopt;
  const auto digits = parse_int((negative ? "-" : "") + std::string(whole) + std::string(fraction));
  if (!digits) return std::nullopt;
  return checked_rescale(*digits, scale - static_cast<int>(fraction.size()));
}

std::optional<std::int64_t> parse_days(std::string_view text) {
  if (!is_date(text)) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    return static_cast<int>(*parse_int(text.substr(at, count)));
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  return std::chrono::sys_days(day).time_since_epoch().count();
}

std::optional<std::string> days_text(std::int64_t days) {
  if (days < kFirstDay || days > kLastDay) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(days))};
  char out[16];
  std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return std::string(out);
}

std::optional<std::int64_t> parse_micros(std::string_view text) {
  const auto ns = parse_utc(text);
  if (!ns) return std::nullopt;
  return floor_div(*ns, kNsPerMicro);
}

std::optional<std::string> micros_text(std::int64_t micros) {
  if (micros < -kLastMoment || micros > kLastMoment) return std::nullopt;  // what parse_utc reads back
  return format_utc(micros * kNsPerMicro);
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t micros;
  };
  static constexpr Unit kUnits[] = {{"ms", 1'000},        {"us", 1},         {"d", kMicrosPerDay},
                                    {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}};
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 64) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string_view number = text.substr(0, end);
    text.remove_prefix(end);
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                    [&](const Unit& u) { return text.starts_with(u.name); });
    if (unit == std::end(kUnits)) return std::nullopt;
    text.remove_prefix(unit->name.size());
    const auto part = micros_of(number, unit->micros);
    const auto sum = part ? checked_add(total, *part) : std::nullopt;
    if (!sum) return std::nullopt;
    total = *sum;
  }
  return negative ? -total : total;
}

}  // namespace opsflux::expression
