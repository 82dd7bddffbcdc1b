#include "host/entities/expression/checker.hpp"

#include "host/entities/expression/calendar.hpp"
#include "host/entities/expression/checked.hpp"
#include "host/entities/expression/functions.hpp"

namespace opsflux::expression {
namespace {

bool is_exact(Type type) { return type == Type::kInt || type == Type::kDecimal; }
bool is_text(Type type) { return type == Type::kString || type == Type::kEnum; }
bool is_ordering(Op op) {
  return op == Op::kLess || op == Op::kLessEqual || op == Op::kGreater || op == Op::kGreaterEqual;
}

class Checker {
 public:
  Checker(const Source& source, const Schema& schema, Tree& tree)
      : source_(source), schema_(schema), tree_(tree) {}

  Result<void> check(NodeId id) {
    for (std::size_t i = 0; i < node(id).kids.size(); ++i) {
      const NodeId kid = node(id).kids[i];
      if (node(kid).op == Op::kList && node(id).op != Op::kIn) return fail(misplaced_list(kid));
      TRY(check(kid));
    }
    for (const NodeId kid : node(id).kids) node(id).of_record |= node(kid).of_record;
    return check_node(id);
  }

 private:
  Node& node(NodeId id) { return tree_.at(id); }
  Node& kid(NodeId id, std::size_t index) { return tree_.at(tree_.at(id).kids[index]); }

  Error misplaced_list(NodeId id) {
    return source_.wrong_type(node(id).offset, "A list may only stand to the right of in");
  }
  std::string type_of(NodeId id) { return opsflux::expression::describe(node(id).type); }

  Result<void> set(NodeId id, Type type, bool nullable, int scale = 0) {
    node(id).type = {type, scale};
    node(id).nullable = nullable;
    return {};
  }

  Result<void> check_node(NodeId id) {
    switch (node(id).op) {
      case Op::kLiteral:
      case Op::kList:
        return {};
      case Op::kName:
        return name(id);
      case Op::kCall:
        return call(id);
      case Op::kAnd:
      case Op::kOr:
      case Op::kNot:
        return logic(id);
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual:
        return comparison(id);
      case Op::kIn:
        return membership(id);
      case Op::kNegate:
        return negation(id);
      case Op::kAdd:
      case Op::kSubtract:
        return sum(id);
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kModulo:
        return product(id);
      case Op::kConditional:
        return conditional(id);
      default:
        return fail(source_.syntax(node(id).offset, "Unexpected expression"));
    }
  }

  Result<void> name(NodeId id) {
    const FieldInfo* field = schema_.lookup(node(id).name);
    if (field == nullptr) return fail(unknown_field(id));
    node(id).op = Op::kField;
    node(id).field = static_cast<std::uint32_t>(tree_.fields.size());
    node(id).of_record = !field->context;
    tree_.fields.push_back(*field);
    return set(id, field->type, field->nullable, field->scale);
  }

  Error unknown_field(NodeId id) {
    const auto names = schema_.names();
    const auto meant = nearest(node(id).name, names);
    std::string hint = meant.empty() ? "" : "Did you mean \"" + meant + "\"? ";
    hint += names.empty() ? "There are no fields." : "Fields are " + listing(names, false) + ".";
    return source_
        .problem(ErrorKind::kInvalid, "entity.filter_unknown_field", node(id).offset,
                 "There is no field \"" + node(id).name + "\"", hint)
        .with("name", node(id).name)
        .with("suggestion", meant);
  }

  // search("words") of a schema that can: a field that is true for what the words find.
  Result<bool> search(NodeId id) {
    const Node& call = node(id);
    if (call.name != "search" || call.method) return false;
    const bool text =
        call.kids.size() == 1 && kid(id, 0).op == Op::kLiteral && kid(id, 0).type.type == Type::kString;
    auto info = schema_.search(text ? std::get<std::string>(kid(id, 0).value) : std::string());
    if (!info)
      return fail(source_.problem(ErrorKind::kInvalid, "entity.filter_value", call.offset,
                                  without_stop(info.error().message)));
    if (!*info) return false;
    if (!text)
      return fail(source_.wrong_type(call.offset, "search takes a text in quotes",
                                     "It is written search(\"words\")."));
    node(id).op = Op::kField;
    node(id).kids.clear();
    node(id).field = static_cast<std::uint32_t>(tree_.fields.size());
    node(id).of_record = true;
    tree_.fields.push_back(std::move(**info));
    TRY(set(id, Type::kBool, false));
    return true;
  }

  static std::string_view without_stop(std::string_view message) {
    if (message.ends_with('.')) message.remove_suffix(1);
    return message;
  }

  Result<void> call(NodeId id) {
    TRY_ASSIGN(searched, search(id));
    if (searched) return {};
    const Function* function = find_function(node(id).name, node(id).method);
    if (function == nullptr) return fail(unknown_function(id));
    const auto wanted = function->arguments + (node(id).method ? 1u : 0u);
    if (node(id).kids.size() != wanted)
      return fail(source_.wrong_type(
          node(id).offset,
          std::string(function->name) + " takes " + std::to_string(function->arguments) + " arguments",
          usage(*function)));
    node(id).op = function->op;
    switch (function->op) {
      case Op::kHas:
        return has(id);
      case Op::kSize:
        return size(id);
      case Op::kNow:
        return set(id, Type::kTimestamp, false);
      case Op::kToday:
        return set(id, Type::kDate, false);
      case Op::kToDate:
        return to_date(id);
      case Op::kToTimestamp:
        return to_timestamp(id);
      case Op::kStartOf:
        return start_of(id);
      case Op::kAddMonths:
        return add_months(id);
      case Op::kLiteral:
        return moment_literal(id, Type::kDuration, parse_duration,
                              "duration(\"24h\"), with units d, h, m, s, ms, us");
      default:
        return text_test(id, *function);
    }
  }

  static std::string usage(const Function& function) {
    return "It is written " + std::string(function.usage) + ".";
  }

  Error unknown_function(NodeId id) {
    const Node& call = node(id);
    const std::string kind = call.method ? "method" : "function";
    const Function* other = find_function(call.name, !call.method);
    const auto names = function_names(call.method);
    const auto meant = nearest(call.name, names);
    std::string hint;
    if (call.name == "matches")
      hint = "Regular expressions are not offered; use contains, startsWith or endsWith.";
    else if (other != nullptr)
      hint = usage(*other);
    else
      hint = (meant.empty() ? "" : "Did you mean \"" + meant + "\"? ") + "Known are " +
             listing(names, false) + ".";
    return source_
        .problem(ErrorKind::kInvalid, "entity.filter_unknown_function", call.offset,
                 "There is no " + kind + " \"" + call.name + "\"", hint)
        .with("name", call.name);
  }

  Result<void> has(NodeId id) {
    if (kid(id, 0).op != Op::kField)
      return fail(source_.wrong_type(kid(id, 0).offset, "has takes a field", "It is written has(field)."));
    return set(id, Type::kBool, false);
  }

  Result<void> size(NodeId id) {
    const Type type = kid(id, 0).type.type;
    if (!is_text(type) && type != Type::kStringList)
      return fail(source_.wrong_type(kid(id, 0).offset,
                                     "size takes a text or a list, not a " + type_of(node(id).kids[0])));
    return set(id, Type::kInt, kid(id, 0).nullable);
  }

  Result<void> to_date(NodeId id) {
    if (kid(id, 0).type.type != Type::kTimestamp)
      return moment_literal(id, Type::kDate, parse_days, "date(\"2026-01-31\") or date(timestamp)");
    if (kid(id, 0).of_record && kid(id, 0).op != Op::kField)
      return fail(source_.wrong_type(kid(id, 0).offset, "date takes a field or a constant here"));
    return set(id, Type::kDate, kid(id, 0).nullable);
  }

  Result<void> to_timestamp(NodeId id) {
    if (kid(id, 0).type.type != Type::kDate)
      return moment_literal(id, Type::kTimestamp, parse_micros,
                            "timestamp(\"2026-01-31T12:00:00Z\") or timestamp(date)");
    return set(id, Type::kTimestamp, true);
  }

  // A moment as a column holds it, or a constant: what the databases move in the calendar.
  Result<void> calendar_moment(NodeId id, std::string_view function) {
    const Node& moment = kid(id, 0);
    const Type type = moment.type.type;
    if (type != Type::kDate && type != Type::kTimestamp)
      return fail(source_.wrong_type(
          moment.offset,
          std::string(function) + " takes a date or a timestamp, not a " + type_of(node(id).kids[0])));
    const bool stored = moment.op == Op::kField || moment.op == Op::kToDate || moment.op == Op::kStartOf ||
                        moment.op == Op::kAddMonths;
    if (moment.of_record && !stored)
      return fail(source_.wrong_type(moment.offset,
                                     std::string(function) + " takes a field or a constant here",
                                     "Of a field, date, startOf and addMonths may be taken before."));
    return set(id, type, true);
  }

  Result<void> start_of(NodeId id) {
    TRY(calendar_moment(id, "startOf"));
    const Node& unit = kid(id, 1);
    const std::vector<std::string> units(std::begin(kUnits), std::end(kUnits));
    const std::string hint = "Units are " + listing(units, true) + ".";
    if (unit.op != Op::kLiteral || unit.type.type != Type::kString)
      return fail(source_.wrong_type(unit.offset, "Expected a unit in quotes", hint));
    const auto& text = std::get<std::string>(unit.value);
    if (std::find(units.begin(), units.end(), text) == units.end())
      return fail(source_.problem(ErrorKind::kInvalid, "entity.filter_value", unit.offset,
                                  "\"" + text + "\" is not a unit of the calendar", hint));
    node(id).name = text;
    node(id).kids.pop_back();
    return {};
  }

  Result<void> add_months(NodeId id) {
    TRY(calendar_moment(id, "addMonths"));
    if (kid(id, 1).type.type != Type::kInt)
      return fail(source_.wrong_type(kid(id, 1).offset,
                                     "addMonths takes a whole number, not a " + type_of(node(id).kids[1])));
    return {};
  }

  template <class Parse>
  Result<void> moment_literal(NodeId id, Type type, Parse parse, std::string_view how) {
    const Node& argument = kid(id, 0);
    const std::string hint = "It is written " + std::string(how) + ".";
    if (argument.op != Op::kLiteral || argument.type.type != Type::kString)
      return fail(source_.wrong_type(argument.offset, "Expected a text in quotes", hint));
    const std::optional<std::int64_t> value = parse(std::get<std::string>(argument.value));
    const std::string what = opsflux::expression::describe(TypeInfo{type, 0});
    if (!value)
      return fail(source_.problem(ErrorKind::kInvalid, "entity.filter_value", argument.offset,
                                  "This is not an existing " + what, hint));
    node(id).op = Op::kLiteral;
    node(id).value = *value;
    node(id).kids.clear();
    return set(id, type, false);
  }

  Result<void> text_test(NodeId id, const Function& function) {
    for (std::size_t i = 0; i < 2; ++i)
      if (!is_text(kid(id, i).type.type))
        return fail(source_.wrong_type(
            kid(id, i).offset,
            std::string(function.name) + " takes texts, not a " + type_of(node(id).kids[i]),
            kid(id, i).type.type == Type::kStringList ? "Membership is written \"value\" in field." : ""));
    const bool both_ends_plain = kid(id, 0).op == Op::kField && kid(id, 1).op == Op::kField;
    if (function.op != Op::kContains && function.op != Op::kIContains && kid(id, 1).of_record &&
        !both_ends_plain)
      return fail(
          source_.wrong_type(kid(id, 1).offset, std::string(function.name) + " takes a constant here"));
    return set(id, Type::kBool, false);
  }

  Result<void> logic(NodeId id) {
    for (const NodeId operand : node(id).kids)
      if (node(operand).type.type != Type::kBool)
        return fail(source_.wrong_type(node(operand).offset,
                                       "Expected a condition here, found a " + type_of(operand),
                                       condition_hint(operand)));
    return set(id, Type::kBool, false);
  }

  std::string condition_hint(NodeId id) {
    return node(id).op == Op::kField ? "Compare the field with a value, or write has(" + node(id).name + ")."
                                     : "";
  }

  Result<void> comparison(NodeId id) {
    const NodeId left = node(id).kids[0], right = node(id).kids[1];
    if (is_ordering(node(id).op)) {
      for (const NodeId side : {left, right})
        if (node(side).type.type == Type::kEnum || node(side).type.type == Type::kNull ||
            node(side).type.type == Type::kBool)
          return fail(source_.wrong_type(node(id).offset,
                                         "A " + type_of(side) + " has no order; only == and != apply"));
    }
    TRY(comparable(id, left, right));
    // A constant side is compared exactly; two fields are brought to one scale.
    if (node(left).of_record && node(right).of_record && is_exact(node(left).type.type))
      TRY(same_scale(id, 0, 1));
    return set(id, Type::kBool, false);
  }

  Result<void> comparable(NodeId at, NodeId left, NodeId right) {
    const Type a = node(left).type.type, b = node(right).type.type;
    if (a == Type::kNull || b == Type::kNull) return {};
    if (a == Type::kDouble || b == Type::kDouble) return comparable_doubles(at, left, right);
    if ((is_exact(a) && is_exact(b)) || (is_text(a) && is_text(b))) {
      TRY(known_choice(left, right));
      return known_choice(right, left);
    }
    const bool only_null =
        a == Type::kStringList || a == Type::kOpaque || b == Type::kStringList || b == Type::kOpaque;
    if (a == b && !only_null) return {};
    std::string hint;
    for (const Type side : {a, b}) {
      if (side == Type::kDate) hint = "A date is written date(\"2026-01-31\").";
      if (side == Type::kTimestamp)
        hint = "A moment is written timestamp(\"2026-01-31T12:00:00Z\"); timestamp(date) begins a day.";
      if (side == Type::kDuration) hint = "A duration is written duration(\"24h\").";
      if (side == Type::kStringList) hint = "Membership is written \"value\" in field.";
    }
    return fail(source_.wrong_type(node(at).offset,
                                   "Cannot compare a " + type_of(left) + " with a " + type_of(right), hint));
  }

  Result<void> comparable_doubles(NodeId at, NodeId left, NodeId right) {
    for (const NodeId side : {left, right}) {
      if (node(side).type.type == Type::kDouble) continue;
      if (node(side).op != Op::kLiteral || !is_exact(node(side).type.type))
        return fail(source_.wrong_type(node(at).offset,
                                       "Cannot compare a " + type_of(left) + " with a " + type_of(right),
                                       "A floating-point field is compared with a plain number."));
      const auto text = decimal_text(std::get<std::int64_t>(node(side).value), node(side).type.scale);
      node(side).value = std::strtod(text.c_str(), nullptr);
      node(side).type = {Type::kDouble, 0};
    }
    return {};
  }

  // A literal that a choice field can never be is a mistake worth telling.
  Result<void> known_choice(NodeId choice, NodeId literal) {
    if (node(choice).type.type != Type::kEnum || node(choice).op != Op::kField ||
        node(literal).op != Op::kLiteral)
      return {};
    const FieldInfo& field = tree_.fields[node(choice).field];
    const auto& text = std::get<std::string>(node(literal).value);
    if (field.values.empty() ||
        std::find(field.values.begin(), field.values.end(), text) != field.values.end())
      return {};
    const auto meant = nearest(text, field.values);
    return fail(source_
                    .problem(ErrorKind::kInvalid, "entity.filter_value", node(literal).offset,
                             "\"" + text + "\" is not a value of \"" + field.name + "\"",
                             (meant.empty() ? "" : "Did you mean \"" + meant + "\"? ") + "Values are " +
                                 listing(field.values, true) + ".")
                    .with("suggestion", meant));
  }

  Result<void> membership(NodeId id) {
    const NodeId element = node(id).kids[0], list = node(id).kids[1];
    if (node(element).op == Op::kList) return fail(misplaced_list(element));
    if (node(list).op != Op::kList) {
      if (node(list).type.type != Type::kStringList || node(list).op != Op::kField)
        return fail(source_.wrong_type(
            node(list).offset, "The right side of in is a list such as [\"a\", \"b\"] or a field with tags"));
      if (!is_text(node(element).type.type))
        return fail(source_.wrong_type(node(element).offset, "Tags are texts"));
      return set(id, Type::kBool, false);
    }
    for (const NodeId item : node(list).kids) {
      if (node(item).op == Op::kList) return fail(misplaced_list(item));
      if (node(item).of_record)
        return fail(
            source_.wrong_type(node(item).offset, "A list holds constants only", "Write a == b || a == c."));
      if (node(item).type.type == Type::kNull || node(element).type.type == Type::kNull)
        return fail(source_.wrong_type(node(item).offset, "null is not an element",
                                       "Write field == null || field in [...]."));
      TRY(comparable(item, element, item));
    }
    return set(id, Type::kBool, false);
  }

  Result<void> negation(NodeId id) {
    const TypeInfo type = kid(id, 0).type;
    if (!is_exact(type.type) && type.type != Type::kDuration)
      return fail(source_.wrong_type(node(id).offset, "A " + type_of(node(id).kids[0]) + " has no negative"));
    return set(id, type.type, true, type.scale);
  }

  Error cannot_calculate(NodeId id) {
    const bool floating = kid(id, 0).type.type == Type::kDouble || kid(id, 1).type.type == Type::kDouble;
    return source_.wrong_type(
        node(id).offset,
        "Cannot calculate with a " + type_of(node(id).kids[0]) + " and a " + type_of(node(id).kids[1]),
        floating ? "Floating-point fields can only be compared." : "");
  }

  Result<void> sum(NodeId id) {
    const Type a = kid(id, 0).type.type, b = kid(id, 1).type.type;
    const bool add = node(id).op == Op::kAdd;
    if (is_exact(a) && is_exact(b)) {
      TRY(same_scale(id, 0, 1));
      return set(id, kid(id, 0).type.type, true, kid(id, 0).type.scale);
    }
    if (add && is_text(a) && is_text(b))
      return set(id, Type::kString, kid(id, 0).nullable || kid(id, 1).nullable);
    const bool moment_a = a == Type::kDate || a == Type::kTimestamp,
               moment_b = b == Type::kDate || b == Type::kTimestamp;
    if (moment_a && b == Type::kDuration) return set(id, a, true);
    if (add && a == Type::kDuration && moment_b) {
      std::swap(node(id).kids[0], node(id).kids[1]);  // the moment stands left: one case less later
      return set(id, b, true);
    }
    if (a == Type::kDuration && b == Type::kDuration) return set(id, a, true);
    if (!add && moment_a && a == b) return set(id, Type::kDuration, true);
    return fail(cannot_calculate(id));
  }

  Result<void> product(NodeId id) {
    const TypeInfo a = kid(id, 0).type, b = kid(id, 1).type;
    if (!is_exact(a.type) || !is_exact(b.type)) return fail(cannot_calculate(id));
    const bool whole = a.type == Type::kInt && b.type == Type::kInt;
    if (whole) return set(id, Type::kInt, true);
    if (node(id).op == Op::kModulo)
      return fail(source_.wrong_type(node(id).offset, "% is offered for whole numbers only"));
    constexpr int kQuotientDigits = 6;
    int scale = a.scale + b.scale;
    if (node(id).op == Op::kDivide) {
      scale = std::max({a.scale, b.scale, kQuotientDigits});
      // (A * 10^(scale + b.scale - a.scale)) / B is the quotient at `scale`.
      TRY(rescale(id, 0, scale + b.scale));
    }
    if (scale > kMaxScale)
      return fail(
          source_.wrong_type(node(id).offset, "The result would need more than 18 digits after the point"));
    return set(id, Type::kDecimal, true, scale);
  }

  Result<void> conditional(NodeId id) {
    if (kid(id, 0).type.type != Type::kBool)
      return fail(source_.wrong_type(kid(id, 0).offset,
                                     "Expected a condition before ?, found a " + type_of(node(id).kids[0])));
    const Type a = kid(id, 1).type.type, b = kid(id, 2).type.type;
    const bool nullable = kid(id, 1).nullable || kid(id, 2).nullable;
    const bool lists =
        a == Type::kStringList || a == Type::kOpaque || b == Type::kStringList || b == Type::kOpaque;
    if (!lists && is_exact(a) && is_exact(b)) {
      TRY(same_scale(id, 1, 2));
      return set(id, kid(id, 1).type.type, nullable, kid(id, 1).type.scale);
    }
    if (is_text(a) && is_text(b)) return set(id, Type::kString, nullable);
    if (!lists && a != b && (a == Type::kNull || b == Type::kNull)) {
      const TypeInfo type = a == Type::kNull ? kid(id, 2).type : kid(id, 1).type;
      return set(id, type.type == Type::kEnum ? Type::kString : type.type, true, type.scale);
    }
    if (!lists && a == b && a != Type::kNull) return set(id, a, nullable);
    return fail(source_.wrong_type(node(id).offset, "Both sides of : must have one type, not " +
                                                        type_of(node(id).kids[1]) + " and " +
                                                        type_of(node(id).kids[2])));
  }

  Result<void> same_scale(NodeId id, std::size_t a, std::size_t b) {
    const TypeInfo left = kid(id, a).type, right = kid(id, b).type;
    if (left == right) return {};
    const int scale = std::max(left.scale, right.scale);
    TRY(rescale(id, a, scale));
    return rescale(id, b, scale);
  }

  // Makes the kid a decimal with `scale` digits: a literal in place, anything else by a node above it.
  Result<void> rescale(NodeId id, std::size_t index, int scale) {
    if (scale > kMaxScale)
      return fail(
          source_.wrong_type(node(id).offset, "The result would need more than 18 digits after the point"));
    const NodeId inner = node(id).kids[index];
    if (node(inner).type == TypeInfo{Type::kDecimal, scale}) return {};
    if (node(inner).op == Op::kLiteral) {
      const auto value =
          checked_rescale(std::get<std::int64_t>(node(inner).value), scale - node(inner).type.scale);
      if (!value)
        return fail(source_.wrong_type(node(inner).offset, "This number has too many digits",
                                       "At most 18 digits are kept exactly."));
      node(inner).value = *value;
      return set(inner, Type::kDecimal, false, scale);
    }
    Node outer;
    outer.op = Op::kRescale;
    outer.of_record = node(inner).of_record;
    outer.nullable = true;
    outer.depth = static_cast<std::uint16_t>(node(inner).depth + 1);
    outer.type = {Type::kDecimal, scale};
    outer.offset = node(inner).offset;
    outer.kids = {inner};
    tree_.nodes.push_back(std::move(outer));
    node(id).kids[index] = static_cast<NodeId>(tree_.nodes.size() - 1);
    return {};
  }

  const Source& source_;
  const Schema& schema_;
  Tree& tree_;
};

}  // namespace

Result<void> check(const Source& source, const Schema& schema, Tree& tree) {
  return Checker(source, schema, tree).check(tree.root);
}

}  // namespace opsflux::expression
