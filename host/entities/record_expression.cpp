#include "host/entities/record_expression.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/duration.hpp"

namespace opsflux::entities {
namespace {

using expression::Value;

Value moment(std::optional<std::int64_t> value) { return value ? Value(*value) : Value(); }

Value list_of(const std::string& text) {
  const auto json = parse_json(text);
  if (!json || !json->is_array()) return {};
  std::vector<std::string> out;
  for (const Json& item : *json)
    if (item.is_string()) out.push_back(item.get<std::string>());
  return out;
}

Value value_of(const Field& field, const FieldValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  switch (storage_of(field.type)) {
    case Storage::kDecimal:
      return moment(decimal_to_scaled(*text, field.precision, field.scale));
    case Storage::kDate:
      return moment(expression::parse_days(*text));
    case Storage::kTimestamp:
      return moment(expression::parse_micros(*text));
    case Storage::kMicroseconds:
      return moment(parse_iso_duration(*text));
    default:
      return is_text_list(field.type) ? list_of(*text) : Value(*text);
  }
}

Value text_or_empty(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value system_value(const Record& record, std::size_t column) {
  switch (column) {
    case 0:
      return record.id;
    case 1:
      return record.version;
    case 2:
      return moment(expression::parse_micros(record.created_at));
    case 3:
      return text_or_empty(record.created_by);
    case 4:
      return moment(expression::parse_micros(record.updated_at));
    case 5:
      return text_or_empty(record.updated_by);
    default:
      return record.deleted_at.empty() ? Value() : moment(expression::parse_micros(record.deleted_at));
  }
}

// To the digits of a field, halves away from zero; nothing where it leaves 64 bits.
std::optional<std::int64_t> rescaled(std::int64_t value, int from, int to) {
  for (; from < to; ++from)
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return std::nullopt;
  std::int64_t size = 1;
  for (; from > to; --from) size *= 10;
  const std::int64_t rest = value % size;
  value /= size;
  if (rest >= size - rest) ++value;
  if (-rest >= size + rest && rest != 0) --value;
  return value;
}

Error no_result(const Field& field) {
  return Error::invalid("entity.computed_overflow",
                        "The field " + field.name + " is computed, and the result is too large for it.")
      .at(field.name)
      .with("field", field.name);
}

Result<FieldValue> field_value(const Field& field, const Value& value, expression::TypeInfo type) {
  if (const auto* flag = std::get_if<bool>(&value)) return FieldValue(*flag);
  if (const auto* text = std::get_if<std::string>(&value))
    return text->empty() ? FieldValue() : FieldValue(*text);
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr) return FieldValue();
  switch (storage_of(field.type)) {
    case Storage::kDecimal: {
      const auto scaled = rescaled(*number, type.scale, field.scale);
      if (!scaled) return fail(no_result(field));
      return FieldValue(scaled_to_decimal(*scaled, field.scale));
    }
    case Storage::kDate: {
      const auto text = expression::days_text(*number);
      if (!text) return fail(no_result(field));
      return FieldValue(*text);
    }
    case Storage::kTimestamp: {
      const auto text = expression::micros_text(*number);
      if (!text) return fail(no_result(field));
      return FieldValue(*text);
    }
    case Storage::kMicroseconds:
      return FieldValue(iso_duration(*number));
    default:
      return FieldValue(*number);
  }
}

}  // namespace

Value caller_value(std::string_view name, const Caller& caller) {
  if (name == "user.id") return text_or_empty(caller.user_id);
  if (name == "user.name") return text_or_empty(caller.name);
  if (name == "user.role") return text_or_empty(caller.role);
  return {};
}

expression::Context record_context(const Definition& definition, const Record& record, const Caller& caller,
                                   const Clock& clock) {
  return expression::Context::at(clock.now(),
                                 [&definition, &record, &caller](const expression::FieldInfo& info) -> Value {
                                   const std::size_t fields = definition.fields.size();
                                   if (info.slot < fields)
                                     return value_of(definition.fields[info.slot], record.values[info.slot]);
                                   if (info.slot < fields + kSystemFields)
                                     return system_value(record, info.slot - fields);
                                   return caller_value(info.name, caller);
                                 });
}

Result<void> compute_fields(const Definition& definition, Record& record, const Caller& caller,
                            const Clock& clock) {
  if (definition.computed.empty()) return {};
  const auto context = record_context(definition, record, caller, clock);
  for (const std::size_t index : definition.computed) {
    const Field& field = definition.fields[index];
    auto value = field.computed->evaluate(context, expression::Arithmetic::kStrict);
    if (!value) return fail(std::move(value.error()).at(field.name));
    TRY_ASSIGN(kept, field_value(field, *value, field.computed->type()));
    TRY_ASSIGN(checked, check_value(field, kept));
    record.values[index] = std::move(checked);
  }
  return {};
}

}  // namespace opsflux::entities
