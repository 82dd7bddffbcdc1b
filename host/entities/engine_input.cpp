// What a client gives of a record, and what the server adds before anybody else has his say.
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/engine.hpp"
#include "host/entities/parts.hpp"
#include "host/entities/record_checks.hpp"
#include "host/entities/record_expression.hpp"

namespace opsflux::entities {
namespace {

Error no_field(const EntityEntry& entity, std::string_view name) {
  const std::string text(name);
  const std::string message = is_system_column(name)
                                  ? "The field " + text + " is kept by the server."
                                  : "There is no field \"" + text + "\" in " + entity.definition->name + ".";
  return Error::invalid(is_system_column(name) ? "entity.system_field" : "entity.unknown_field", message)
      .at(name)
      .with("name", name)
      .with("entity", entity.definition->name);
}

Error refused(const Field& field, std::string_view code, const std::string& why) {
  return Error::invalid(code, "The field " + field.name + " " + why).at(field.name).with("field", field.name);
}

// "2026" or "2026-11", as far as the format counts in years and months.
std::string period_of(const std::string& format, const std::string& now) {
  if (format.find("{month}") != std::string::npos) return now.substr(0, 7);
  return format.find("{year}") != std::string::npos ? now.substr(0, 4) : std::string();
}

// "PRJ-{year}-{number:4}" with 17 is "PRJ-2026-0017".
std::string numbered(std::string_view format, const std::string& now, std::int64_t number) {
  std::string out;
  while (!format.empty()) {
    const std::size_t open = format.find('{');
    out += format.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = format.find('}', open);
    const std::string_view part = format.substr(open + 1, close - open - 1);
    if (part == "year") {
      out += now.substr(0, 4);
    } else if (part == "month") {
      out += now.substr(5, 2);
    } else {
      std::string digits = std::to_string(number);
      const std::size_t width = part.size() > 7 ? static_cast<std::size_t>(part[7] - '0') : 1;
      if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
      out += digits;
    }
    format.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

Result<FieldValue> Engine::input_value(WriteContext& write, const EntityEntry& entity, std::string_view name,
                                       const Json& value, std::size_t index, const Record* before) const {
  const Field& field = entity.definition->fields[index];
  const FieldAccess& access = entity.fields_for(write.caller);
  if (access.hidden[index]) return fail(no_field(entity, name));
  if (access.locked[index])
    return fail(refused(field, "entity.not_yours", "may not be changed by your role."));
  const bool by_code = write.caller.by_code();
  if (field.computed || field.rollup || (field.read_only && !by_code))
    return fail(refused(field, "entity.read_only", "is computed and cannot be set."));
  TRY_ASSIGN(parsed, parse_value(field, value));
  if (before == nullptr || by_code || !field.read_only_if || parsed == before->values[index]) return parsed;
  TRY_ASSIGN(locked,
             field.read_only_if->holds(record_context(*entity.definition, *before, write.caller, clock_)));
  if (locked) return fail(refused(field, "entity.locked", "cannot be changed as the record stands."));
  return parsed;
}

Result<void> Engine::apply_input(WriteContext& write, const EntityEntry& entity, const Json& input,
                                 Record& record, const Record* before) const {
  if (!input.is_object())
    return fail(Error::malformed("entity.not_object", "A record is a JSON object with its fields."));
  std::vector<Error> causes;
  for (const auto& [name, value] : input.items()) {
    if (Parts::of(entity, name) != nullptr) continue;  // written by themselves
    const auto index = entity.definition->find(name);
    if (!index) {
      causes.push_back(no_field(entity, name));
      continue;
    }
    auto parsed = input_value(write, entity, name, value, *index, before);
    if (parsed)
      record.values[*index] = std::move(*parsed);
    else
      causes.push_back(std::move(parsed.error()));
  }
  if (!causes.empty()) return fail(together(std::move(causes)));
  return {};
}

Result<void> Engine::apply_defaults(const WriteContext& write, const EntityEntry& entity,
                                    Record& record) const {
  const auto& fields = entity.definition->fields;
  // What is made in the name of a company is its.
  if (const auto company = entity.definition->find(entity.definition->company);
      company && !write.caller.company.empty() && is_empty(record.values[*company]) &&
      entity.references[*company] != nullptr && entity.references[*company]->definition->company == "id")
    record.values[*company] = write.caller.company;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Json& value = fields[i].default_value;
    if (!is_empty(record.values[i]) || value.is_null()) continue;
    if (fields[i].type == FieldType::kDate && value == "today") {
      record.values[i] = record.created_at.substr(0, 10);
    } else if (fields[i].type == FieldType::kDatetime && value == "now") {
      record.values[i] = record.created_at;
    } else if (fields[i].type == FieldType::kUser && value == "me") {
      if (!write.caller.user_id.empty()) record.values[i] = write.caller.user_id;
    } else {
      TRY_ASSIGN(parsed, parse_value(fields[i], value));
      record.values[i] = std::move(parsed);
    }
  }
  return {};
}

// In the record's own transaction: a number is given once, and one that is not used is given again.
Result<void> Engine::number_sequences(WriteContext& write, const EntityEntry& entity, Record& record) const {
  const auto& fields = entity.definition->fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].type != FieldType::kSequence || !is_empty(record.values[i])) continue;
    const std::string name = entity.definition->name + "." + fields[i].name;
    const std::string period = period_of(fields[i].format, record.created_at);
    std::int64_t number = 0;
    TRY(write.transaction.query_one(
        "INSERT INTO core_sequence (name, period, last) VALUES ($1, $2, 1) ON CONFLICT (name, period) DO "
        "UPDATE SET last = core_sequence.last + 1 RETURNING last",
        {std::string_view(name), std::string_view(period)},
        [&](const store::Row& row) { number = row.i64(0); }));
    record.values[i] = numbered(fields[i].format, record.created_at, number);
  }
  return {};
}

// A new record must be one of those that the caller may make. An owner may hand his record over; to another
// company or department only who has both in his scope moves it.
Result<void> Engine::check_scope(WriteContext& write, const EntityEntry& entity, const Record& record,
                                 const Record* before) const {
  if (entity.whole != nullptr) return Parts::may_write(write, entity, record);
  const RowPolicy policy(entity, write.catalog, write.caller, before == nullptr ? 1 : 2);
  if (before == nullptr ? policy.covers(record) : policy.covers_move(record, *before)) return {};
  return fail(Error::forbidden("entity.out_of_scope", "You may not do this with this record.")
                  .with("entity", entity.definition->name));
}

}  // namespace opsflux::entities
