#include "host/base/text.hpp"
#include "host/entities/expression/checked.hpp"
#include "host/entities/expression/code_points.hpp"
#include "host/entities/expression/sql_complexity.hpp"
#include "host/entities/expression/sql_writer.hpp"

namespace opsflux::expression {
namespace {

std::string_view sql_operator(Op op) {
  switch (op) {
    case Op::kLess:
      return " < ";
    case Op::kLessEqual:
      return " <= ";
    case Op::kGreater:
      return " > ";
    case Op::kGreaterEqual:
      return " >= ";
    default:
      return " = ";
  }
}

Op mirrored(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreater;
    case Op::kLessEqual:
      return Op::kGreaterEqual;
    case Op::kGreater:
      return Op::kLess;
    case Op::kGreaterEqual:
      return Op::kLessEqual;
    default:
      return op;
  }
}

bool is_number(Type type) { return type == Type::kInt || type == Type::kDecimal; }

// The constant at another scale: exactly `floor`, or between `floor` and the next one, or beyond 64 bits.
struct Scaled {
  std::int64_t floor = 0;
  bool exact = true;
  int beyond = 0;  // -1 below, +1 above everything
};

Scaled rescaled(std::int64_t value, int from, int to) {
  if (to >= from) {
    const auto wide = static_cast<Int128>(value) * power_of_ten(to - from);
    if (const auto fits = narrow(wide)) return {.floor = *fits};
    return {.beyond = wide < 0 ? -1 : 1};
  }
  const std::int64_t divisor = power_of_ten(from - to);
  return {.floor = floor_div(value, divisor), .exact = value % divisor == 0};
}

// The smallest text that is greater than every text beginning with `prefix`, by code points; empty: none.
std::string successor(std::string prefix) {
  constexpr std::uint32_t kLast = 0x10ffff, kFirstSurrogate = 0xd800, kAfterSurrogates = 0xe000;
  while (!prefix.empty()) {
    const std::size_t start = last_code_point_start(prefix);
    const std::uint32_t cp = code_point_at(prefix, start);
    prefix.resize(start);
    if (cp == kLast) continue;  // nothing follows it: the character before must grow
    append_code_point(prefix, cp + 1 == kFirstSurrogate ? kAfterSurrogates : cp + 1);
    return prefix;
  }
  return prefix;
}

}  // namespace

Result<SqlFragment> SqlWriter::run() {
  out_.sql = condition(tree_.root, false);
  if (error_) return fail(std::move(*error_));
  if (sqlite_ && parser_symbols(out_.sql) > kMaxParserSymbols)
    return fail(
        source_.limit(tree_.at(tree_.root).offset, "The expression is nested too deeply for the database"));
  return std::move(out_);
}

std::string SqlWriter::condition(NodeId id, bool negated) {
  const Node& node = tree_.at(id);
  if (error_) return {};
  if (is_constant(id)) {
    const Value value = constant(id);
    const bool* flag = std::get_if<bool>(&value);
    return always((flag != nullptr && *flag) != negated);
  }
  switch (node.op) {
    case Op::kAnd:
    case Op::kOr:
      return logic(node, negated);
    case Op::kNot:
      return condition(node.kids[0], !negated);
    case Op::kField:
      return negate_if(negated, column(node));
    case Op::kHas:
      return emptiness(node.kids[0], !negated);
    case Op::kIn:
      return membership(id, negated);
    case Op::kContains:
    case Op::kIContains:
    case Op::kStartsWith:
    case Op::kEndsWith:
      return text_test(node, negated);
    case Op::kConditional:
      return "(CASE WHEN " + condition(node.kids[0], false) + " THEN " + condition(node.kids[1], negated) +
             " ELSE " + condition(node.kids[2], negated) + " END)";
    default:
      return comparison(id, negated);
  }
}

std::string SqlWriter::logic(const Node& node, bool negated) {
  std::vector<std::string> parts;
  for (const NodeId kid : node.kids) parts.push_back(condition(kid, negated));
  // The deepest part comes first: SQLite's parser then has the least waiting on its stack.
  std::stable_sort(parts.begin(), parts.end(), [](const std::string& a, const std::string& b) {
    return parser_symbols(a) > parser_symbols(b);
  });
  return balanced(parts, (node.op == Op::kAnd) != negated ? " AND " : " OR ");
}

// ((a AND b) AND (c AND d)): the depth grows with the logarithm of the length.
std::string SqlWriter::balanced(const std::vector<std::string>& parts, std::string_view op) const {
  std::vector<std::string> level = parts;
  while (level.size() > 1) {
    std::vector<std::string> next;
    for (std::size_t i = 0; i < level.size(); i += 2)
      next.push_back(i + 1 < level.size() ? "(" + level[i] + std::string(op) + level[i + 1] + ")" : level[i]);
    level = std::move(next);
  }
  return level.front();
}

std::string SqlWriter::comparison(NodeId id, bool negated) {
  const Node& node = tree_.at(id);
  NodeId left = node.kids[0], right = node.kids[1];
  Op op = node.op;
  if (op == Op::kNotEqual) {
    op = Op::kEqual;
    negated = !negated;
  }
  if (tree_.at(left).type.type == Type::kNull) std::swap(left, right);
  if (tree_.at(right).type.type == Type::kNull) return emptiness(left, negated);
  if (is_constant(left)) {
    std::swap(left, right);
    op = mirrored(op);
  }
  return is_constant(right) ? compare_with_constant(op, left, right, negated)
                            : compare_both(op, left, right, negated);
}

std::string SqlWriter::compare_with_constant(Op op, NodeId left, NodeId right, bool negated) {
  const Value value = constant(right);
  if (is_null(value)) return always(negated);
  const TypeInfo type = tree_.at(left).type;
  const Form form = form_of(left);
  std::string place;
  if (is_number(type.type)) {
    const Scaled c = rescaled(std::get<std::int64_t>(value), tree_.at(right).type.scale, type.scale);
    const bool less = op == Op::kLess || op == Op::kLessEqual;
    if (c.beyond != 0)
      return op != Op::kEqual && (c.beyond > 0) == less ? emptiness(left, !negated) : always(negated);
    if (!c.exact && op == Op::kEqual) return always(negated);
    // Between two steps of the scale: x < 1.5 and x <= 1.5 mean x <= 1, x > 1.5 and x >= 1.5 mean x > 1.
    if (!c.exact) op = less ? Op::kLessEqual : Op::kGreater;
    place = form == Form::kNative ? native_parameter(c.floor, type, tree_.at(right).offset)
                                  : scaled_parameter(c.floor);
  } else if (form == Form::kScaled) {
    place = scaled_parameter(std::get<std::int64_t>(value));
  } else {
    place = native_parameter(value, tree_.at(right).type, tree_.at(right).offset);
  }
  std::string text = operand(left, form);
  const bool text_order = type.type == Type::kString && op != Op::kEqual;
  if (text_order && !sqlite_) text += " COLLATE \"C\"";
  if (negated && op == Op::kEqual && !tree_.at(left).nullable) return "(" + text + " <> " + place + ")";
  return negate_if(negated, "(" + text + std::string(sql_operator(op)) + place + ")");
}

std::string SqlWriter::compare_both(Op op, NodeId left, NodeId right, bool negated) {
  const Form form =
      form_of(left) == Form::kNative && form_of(right) == Form::kNative ? Form::kNative : Form::kScaled;
  std::string a = operand(left, form);
  const std::string b = operand(right, form);
  if (tree_.at(left).type.type == Type::kString && op != Op::kEqual && !sqlite_) a += " COLLATE \"C\"";
  return negate_if(negated, "(" + a + std::string(sql_operator(op)) + b + ")");
}

std::string SqlWriter::emptiness(NodeId id, bool negated) {
  const Node& node = tree_.at(id);
  std::string value;
  if (node.op == Op::kField)
    value = column(node);
  else if (node.type.type == Type::kBool)
    value = truth(id);
  else
    value = operand(id, form_of(id));
  return "(" + value + (negated ? " IS NOT NULL)" : " IS NULL)");
}

std::string SqlWriter::membership(NodeId id, bool negated) {
  const NodeId element = tree_.at(id).kids[0];
  const Node& list = tree_.at(tree_.at(id).kids[1]);
  if (list.op == Op::kList) return in_list(element, list, negated);
  const std::string value = native(element);
  if (error_) return {};
  if (is_constant(element) && is_null(constant(element))) return always(negated);
  if (!list.of_record)
    return fail_with(source_.wrong_type(list.offset, "Only a list of the record can be searched here"));
  return sqlite_ ? negate_if(negated, "(EXISTS (SELECT 1 FROM json_each(" + column(list) +
                                          ") WHERE json_each.value = " + value + "))")
                 : negate_if(negated, "(" + column(list) + " @> to_jsonb(" + value + "))");
}

std::string SqlWriter::in_list(NodeId element, const Node& list, bool negated) {
  const TypeInfo type = tree_.at(element).type;
  const Form form = form_of(element);
  std::string places;
  for (const NodeId item : list.kids) {
    Value value = constant(item);
    if (is_null(value)) continue;
    if (is_number(type.type)) {
      const Scaled c = rescaled(std::get<std::int64_t>(value), tree_.at(item).type.scale, type.scale);
      if (!c.exact || c.beyond != 0) continue;
      value = c.floor;
    }
    const TypeInfo as = is_number(type.type) ? type : tree_.at(item).type;
    if (!places.empty()) places += ", ";
    places += form == Form::kNative ? native_parameter(value, as, tree_.at(item).offset)
                                    : scaled_parameter(std::get<std::int64_t>(value));
  }
  if (places.empty()) return always(negated);
  return negate_if(negated, "(" + operand(element, form) + " IN (" + places + "))");
}

std::string SqlWriter::text_test(const Node& node, bool negated) {
  const NodeId text = node.kids[0], part = node.kids[1];
  for (const NodeId side : {text, part})
    if (is_constant(side) && is_null(constant(side))) return always(negated);
  if (error_) return {};
  const std::string find = sqlite_ ? "instr(" : "strpos(";
  switch (node.op) {
    case Op::kContains:
      return negate_if(negated, "(" + find + native(text) + ", " + native(part) + ") > 0)");
    case Op::kIContains:
      return negate_if(negated, "(" + find + lowered(text) + ", " + lowered(part) + ") > 0)");
    case Op::kStartsWith:
      return negate_if(negated, starts_with(text, part));
    default:
      return negate_if(negated, ends_with(text, part));
  }
}

std::string SqlWriter::starts_with(NodeId text, NodeId part) {
  const Value value = is_constant(part) ? constant(part) : Value();
  const auto* prefix = std::get_if<std::string>(&value);
  if (prefix != nullptr && prefix->empty()) return emptiness(text, true);
  // As a range, so that an index on the column serves it.
  const std::string end = prefix != nullptr && is_plain(text) ? successor(*prefix) : "";
  const std::string by_code_point = sqlite_ ? "" : " COLLATE \"C\"";
  if (!end.empty())
    return "(" + native(text) + by_code_point + " >= " + parameter(*prefix, "text") + " AND " + native(text) +
           by_code_point + " < " + parameter(end, "text") + ")";
  if (!sqlite_) return "starts_with(" + native(text) + ", " + native(part) + ")";
  if (prefix != nullptr)
    return "(substr(" + native(text) + ", 1, " + std::to_string(utf8_length(*prefix)) +
           ") = " + native(part) + ")";
  return "(substr(" + native(text) + ", 1, length(" + native(part) + ")) = " + native(part) + ")";
}

std::string SqlWriter::ends_with(NodeId text, NodeId part) {
  if (is_constant(part)) {
    const Value value = constant(part);
    const auto* suffix = std::get_if<std::string>(&value);
    if (suffix == nullptr || suffix->empty()) return emptiness(text, true);
    const std::string length = std::to_string(utf8_length(*suffix));
    return (sqlite_ ? "(substr(" + native(text) + ", -" + length : "(right(" + native(text) + ", " + length) +
           ") = " + native(part) + ")";
  }
  // Both are plain fields here. A start before the text gives a shorter text, which is never equal.
  const std::string whole = native(text), tail = native(part);
  return sqlite_ ? "(substr(" + whole + ", 1 + length(" + whole + ") - length(" + tail + ")) = " + tail + ")"
                 : "(right(" + whole + ", char_length(" + tail + ")) = " + tail + ")";
}

// Only A to Z: the one folding that both databases and the evaluator share.
std::string SqlWriter::lowered(NodeId id) {
  if (is_constant(id)) {
    const Value value = constant(id);
    const auto* text = std::get_if<std::string>(&value);
    return parameter(text == nullptr ? "" : to_lower_ascii(*text), "text");
  }
  if (sqlite_) return "lower(" + native(id) + ")";
  return "translate(" + native(id) + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
}

}  // namespace opsflux::expression
