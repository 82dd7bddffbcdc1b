#include <nlohmann/json.hpp>

#include "host/package/json_schema.hpp"
#include "host/package/manifest.hpp"

namespace opsflux::package {
namespace {

constexpr double kMaxText = 10'000;  // code points, where the manifest says no less

std::string bound_text(double bound) {
  std::string text = Json(bound).dump();
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

Error wrong(const ManifestSetting& setting, std::string_view code, const std::string& wanted) {
  return Error::invalid(code, "The setting " + setting.key + " must be " + wanted + ".")
      .at(setting.key)
      .with("key", setting.key)
      .because(wanted);
}

Result<void> check_bounds(const ManifestSetting& setting, double value, double most, std::string_view unit) {
  const double high = setting.max ? std::min(*setting.max, most) : most;
  if ((!setting.min || value >= *setting.min) && value <= high) return {};
  const std::string low = setting.min ? bound_text(*setting.min) : "",
                    top = high == HUGE_VAL ? "" : bound_text(high);
  const std::string wanted = low.empty()   ? "at most " + top
                             : top.empty() ? "at least " + low
                                           : "between " + low + " and " + top;
  if (!unit.empty())
    return fail(wrong(setting, "setting.length", wanted + " " + std::string(unit) + " long")
                    .with("min", low.empty() ? "0" : low)
                    .with("max", top));
  if (low.empty()) return fail(wrong(setting, "setting.above_max", wanted).with("max", top));
  if (top.empty()) return fail(wrong(setting, "setting.below_min", wanted).with("min", low));
  return fail(wrong(setting, "setting.range", wanted).with("min", low).with("max", top));
}

Result<void> check_text(const ManifestSetting& setting, const Json& value) {
  if (!value.is_string() || has_nul(value.get_ref<const std::string&>()))
    return fail(wrong(setting, "setting.not_text", "a text"));
  const auto length = static_cast<double>(utf8_length(value.get_ref<const std::string&>()));
  return check_bounds(setting, length, kMaxText, "characters");
}

Result<void> check_decimal(const ManifestSetting& setting, const Json& value) {
  const auto number = value.is_string() ? parse_double(value.get_ref<const std::string&>()) : std::nullopt;
  if (!number || !std::isfinite(*number))
    return fail(wrong(setting, "setting.not_decimal", "a decimal as text, for instance \"12.50\""));
  return check_bounds(setting, *number, HUGE_VAL, "");
}

constexpr std::size_t kMaxJson = 64 << 10;  // bytes

// What the schema says against the value; empty: nothing. A module wrote the schema, so that a keyword's own
// value may be of any type, which the checker tells by an exception.
Result<std::string> what_is_wrong(const ManifestSetting& setting, const Json& value) {
  try {
    TRY_ASSIGN(schema, JsonSchema::create(setting.schema_json));
    const auto errors = schema.check(value, setting.key);
    return errors.empty() ? std::string() : errors.front().message;
  } catch (const nlohmann::json::exception& e) {
    return fail(Error::invalid("schema.unusable", std::string("The schema is unusable: ") + e.what()));
  }
}

Result<void> check_json(const ManifestSetting& setting, const Json& value) {
  if (to_text(value).size() > kMaxJson)
    return fail(wrong(setting, "setting.not_json", "JSON of at most 64 KiB").with("reason", "64 KiB"));
  if (setting.schema_json.empty()) return {};
  TRY_ASSIGN(reason, what_is_wrong(setting, value));
  if (reason.empty()) return {};
  return fail(
      wrong(setting, "setting.not_json", "JSON as its schema says: " + reason).with("reason", reason));
}

}  // namespace

Result<void> check_setting_schema(const ManifestSetting& setting) {
  if (setting.schema_json.find("\"$ref\"") != std::string::npos)
    return fail(Error::invalid("schema.unusable", "The schema of a setting has no references."));
  for (const Json& value :
       {Json(), Json(true), Json(1), Json(1.5), Json("a"), Json::array({1, 1}), Json{{"a", 1}}})
    TRY(what_is_wrong(setting, value));
  return {};
}

Result<void> check_setting_value(const ManifestSetting& setting, const Json& value) {
  switch (setting.type) {
    case SettingType::kText:
      return check_text(setting, value);
    case SettingType::kInteger:
      if (!value.is_number_integer()) return fail(wrong(setting, "setting.not_integer", "a whole number"));
      if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX)
        return fail(wrong(setting, "setting.not_integer", "a whole number of at most 19 digits"));
      return check_bounds(setting, value.get<double>(), HUGE_VAL, "");
    case SettingType::kDecimal:
      return check_decimal(setting, value);
    case SettingType::kBoolean:
      if (!value.is_boolean()) return fail(wrong(setting, "setting.not_boolean", "true or false"));
      return {};
    case SettingType::kJson:
      return check_json(setting, value);
    case SettingType::kEnum:
      break;
  }
  const std::string choices = join(setting.values, ", ");
  if (!value.is_string() || std::find(setting.values.begin(), setting.values.end(),
                                      value.get_ref<const std::string&>()) == setting.values.end())
    return fail(wrong(setting, "setting.choice", "one of " + choices).with("choices", choices));
  return {};
}

}  // namespace opsflux::package
