// What a definition says in expressions: computed fields, conditions, rules, transitions of the status.
#include <functional>

#include "host/entities/definition_parser.hpp"
#include "host/entities/expression/expression.hpp"

namespace opsflux::entities {
namespace {

using expression::Type;

expression::FieldInfo system_column(std::size_t index, std::size_t slot) {
  const std::string name(kSystemColumns[index]);
  const auto type = name == "version" ? Type::kInt : name.ends_with("_at") ? Type::kTimestamp : Type::kString;
  const bool nullable = name.ends_with("_by") || name == "deleted_at";
  return {name, type, 0, nullable, {}, "t." + name, slot, false};
}

// Whether a computed result may be kept in a field. Decimals are rounded to the field's digits.
bool assignable(const Field& field, Type result) {
  const Type wanted = expression_type(field.type);
  if (result == Type::kNull) return false;
  if (wanted == Type::kDecimal) return result == Type::kDecimal || result == Type::kInt;
  if (wanted == Type::kEnum || wanted == Type::kString)
    return (result == Type::kString || result == Type::kEnum) && !is_reference(field.type) &&
           !is_file(field.type);
  return wanted == result && wanted != Type::kOpaque && wanted != Type::kStringList;
}

}  // namespace

void DefinitionParser::make_schema() {
  std::vector<expression::FieldInfo> names;
  for (std::size_t i = 0; i < out_->fields.size(); ++i) {
    const Field& field = out_->fields[i];
    names.push_back({field.name, expression_type(field.type), field.scale, true,
                     field.type == FieldType::kEnum ? field.values : std::vector<std::string>(),
                     "t." + field.name, i, false});
  }
  for (std::size_t i = 0; i < kSystemFields; ++i) names.push_back(system_column(i, names.size()));
  for (const std::string_view name : kCallerNames)
    names.push_back({std::string(name), Type::kString, 0, true, {}, "", names.size(), true});
  out_->schema = std::make_shared<const expression::FieldList>(std::move(names));
}

ExpressionPtr DefinitionParser::compile(const std::string& text, const std::string& at, bool condition) {
  const std::string where = std::string(file_) + "#" + at;
  auto made = condition ? expression::Expression::compile_condition(text, *out_->schema, where)
                        : expression::Expression::compile(text, *out_->schema, where);
  if (made) return std::make_shared<const expression::Expression>(std::move(*made));
  errors_.push_back(std::move(made.error()));
  return nullptr;
}

ExpressionPtr DefinitionParser::expression(const Json& object, const char* key, const std::string& at,
                                           bool condition) {
  const auto it = object.find(key);
  if (it == object.end()) return nullptr;
  return compile(it->get<std::string>(), at + "/" + key, condition);
}

void DefinitionParser::logic(const Json& json) {
  const Json& list = json.at("fields");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/fields/" + std::to_string(i);
    Field& field = out_->fields[i];
    field.required_if = expression(list[i], "required_if", at);
    field.visible_if = expression(list[i], "visible_if", at);
    field.read_only_if = expression(list[i], "read_only_if", at);
    field.computed = expression(list[i], "computed", at, false);
    if (field.computed) fits(field, at + "/computed");
  }
  order_computed();
  status(json);
  rules(json);
  duplicates(json);
}

void DefinitionParser::fits(const Field& field, const std::string& at) {
  const expression::TypeInfo type = field.computed->type();
  if (!assignable(field, type.type))
    complain(at, "computed_type",
             "The expression gives " + expression::describe(type) + ", and the field is of the type " +
                 std::string(to_string(field.type)) + ".");
  for (const expression::FieldInfo& read : field.computed->fields())
    if (read.slot >= out_->fields.size())
      return complain(at, "computed_reads",
                      "A computed field reads the record's own fields; " + read.name + " is none.");
  if (field.computed->reads_clock())
    complain(
        at, "computed_clock",
        "A computed field is kept with its record, and now() and today() change while nobody writes: use "
        "them in a filter or a condition.");
}

// Each after those it reads; a circle is refused.
void DefinitionParser::order_computed() {
  enum class Mark { kNew, kOpen, kDone };
  std::vector<Mark> marks(out_->fields.size(), Mark::kNew);
  const std::function<void(std::size_t)> visit = [&](std::size_t index) {
    const Field& field = out_->fields[index];
    if (!field.computed || marks[index] == Mark::kDone) return;
    if (marks[index] == Mark::kOpen)
      return complain("/fields/" + std::to_string(index) + "/computed", "computed_circle",
                      "The field " + field.name + " is computed from itself.");
    marks[index] = Mark::kOpen;
    for (const expression::FieldInfo& read : field.computed->fields())
      if (read.slot < out_->fields.size()) visit(read.slot);
    marks[index] = Mark::kDone;
    out_->computed.push_back(index);
  };
  for (std::size_t i = 0; i < out_->fields.size(); ++i) visit(i);
}

void DefinitionParser::status(const Json& json) {
  const std::string name = get_string_or(json, "status", "");
  const auto list = json.find("transitions");
  if (name.empty()) {
    if (list != json.end())
      complain("/transitions", "no_status", "\"status\" must name the field whose changes these are.");
    return;
  }
  out_->status = out_->find(name);
  if (!out_->status || out_->fields[*out_->status].type != FieldType::kEnum) {
    out_->status.reset();
    return complain("/status", "not_an_enum", "\"status\" names a field of the type enum.");
  }
  if (list != json.end()) transitions(*list, out_->fields[*out_->status]);
}

void DefinitionParser::transitions(const Json& list, const Field& status) {
  const auto known = [&](const std::string& value, const std::string& at) {
    if (std::find(status.values.begin(), status.values.end(), value) == status.values.end())
      complain(at, "unknown_value", "\"" + value + "\" is none of the values of " + status.name + ".");
  };
  if (status.default_value.is_null())
    complain("/status", "no_initial_status",
             "With \"transitions\" the field " + status.name + " needs a \"default\": the first status.");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/transitions/" + std::to_string(i);
    Transition out{list[i].at("from").get<std::vector<std::string>>(), list[i].at("to").get<std::string>(),
                   list[i].value("roles", std::vector<std::string>()), expression(list[i], "if", at),
                   std::nullopt};
    if (const std::string right = get_string_or(list[i], "right", ""); !right.empty())
      out.right = known_action(right, at + "/right");
    for (std::size_t j = 0; j < out.from.size(); ++j) known(out.from[j], at + "/from/" + std::to_string(j));
    known(out.to, at + "/to");
    out_->transitions.push_back(std::move(out));
  }
}

void DefinitionParser::rules(const Json& json) {
  const Json list = json.value("rules", Json::array());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/rules/" + std::to_string(i);
    Rule rule{list[i].at("id").get<std::string>(), expression(list[i], "check", at),
              list[i].value("fields", std::vector<std::string>())};
    if (list[i].contains("fields")) existing_names(list[i].at("fields"), at + "/fields");
    if (rule.check == nullptr) continue;
    if (rule.fields.empty() && !rule.check->fields().empty())
      rule.fields.push_back(rule.check->fields().front().name);
    out_->rules.push_back(std::move(rule));
  }
}

void DefinitionParser::duplicates(const Json& json) {
  const Json list = json.value("duplicates", Json::array());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/duplicates/" + std::to_string(i);
    DuplicateRule rule;
    rule.id = list[i].at("id").get<std::string>();
    const std::string match = get_string_or(list[i], "match", "equal");
    rule.likeness = static_cast<Likeness>(std::find(std::begin(kLikenesses), std::end(kLikenesses), match) -
                                          std::begin(kLikenesses));
    rule.threshold = rule.likeness == Likeness::kEqual ? 1 : list[i].value("threshold", 0.9);
    if (rule.likeness == Likeness::kEqual && list[i].contains("threshold"))
      complain(at + "/threshold", "useless_key", "What is equal is so without a threshold.");
    const Json& fields = list[i].at("fields");
    for (std::size_t j = 0; j < fields.size(); ++j) {
      const std::string place = at + "/fields/" + std::to_string(j);
      existing_name(fields[j].get<std::string>(), place);
      const auto index = out_->find(fields[j].get<std::string>());
      if (!index) continue;
      const FieldType type = out_->fields[*index].type;
      const bool comparable = storage_of(type) == Storage::kText || storage_of(type) == Storage::kDate ||
                              storage_of(type) == Storage::kInteger;
      if (!comparable || type == FieldType::kRichText)
        complain(place, "not_comparable", "Records are compared by texts, dates and whole numbers.");
      rule.fields.push_back(*index);
    }
    out_->duplicates.push_back(std::move(rule));
  }
}

}  // namespace opsflux::entities
