#include "host/entities/expression/evaluator.hpp"

#include "host/base/text.hpp"
#include "host/entities/expression/calendar.hpp"
#include "host/entities/expression/checked.hpp"

namespace opsflux::expression {
namespace {

bool of_calendar(Op op) { return op == Op::kStartOf || op == Op::kAddMonths; }

bool is_true(const Value& value) {
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag;
}

template <class T>
bool holds(Op op, const T& a, const T& b) {
  switch (op) {
    case Op::kEqual:
      return a == b;
    case Op::kLess:
      return a < b;
    case Op::kLessEqual:
      return a <= b;
    case Op::kGreater:
      return a > b;
    case Op::kGreaterEqual:
      return a >= b;
    default:
      return false;
  }
}

class Evaluator {
 public:
  Evaluator(const Source& source, const Tree& tree, const Context& context, Arithmetic arithmetic)
      : source_(source), tree_(tree), context_(context), arithmetic_(arithmetic) {}

  Result<Value> run(NodeId id) {
    Value value = evaluate(id);
    if (error_) return fail(std::move(*error_));
    return value;
  }

 private:
  Value evaluate(NodeId id) {
    if (error_) return {};
    const Node& node = tree_.at(id);
    switch (node.op) {
      case Op::kLiteral:
        return node.value;
      case Op::kField:
        return context_.read ? context_.read(tree_.fields[node.field]) : Value();
      case Op::kAnd:
        return std::all_of(node.kids.begin(), node.kids.end(), [&](NodeId kid) { return condition(kid); });
      case Op::kOr:
        return std::any_of(node.kids.begin(), node.kids.end(), [&](NodeId kid) { return condition(kid); });
      case Op::kNot:
        return !condition(node.kids[0]);
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual:
        return comparison(node);
      case Op::kIn:
        return membership(node);
      case Op::kConditional:
        return evaluate(node.kids[condition(node.kids[0]) ? 1 : 2]);
      case Op::kHas:
        return !is_null(evaluate(node.kids[0]));
      case Op::kContains:
      case Op::kIContains:
      case Op::kStartsWith:
      case Op::kEndsWith:
        return text_test(node);
      case Op::kSize:
        return size(node);
      case Op::kNow:
        return context_.now;
      case Op::kToday:
        return context_.today;
      default:
        return calculation(node);
    }
  }

  bool condition(NodeId id) { return is_true(evaluate(id)); }

  // An empty side makes every comparison false; != is the opposite of ==. Comparing with the literal null
  // asks for emptiness instead.
  bool comparison(const Node& node) {
    const Value left = evaluate(node.kids[0]), right = evaluate(node.kids[1]);
    const bool negated = node.op == Op::kNotEqual;
    const TypeInfo a = tree_.at(node.kids[0]).type, b = tree_.at(node.kids[1]).type;
    if (a.type == Type::kNull || b.type == Type::kNull) return (is_null(left) && is_null(right)) != negated;
    return compare(negated ? Op::kEqual : node.op, left, a, right, b) != negated;
  }

  static bool compare(Op op, const Value& left, TypeInfo a, const Value& right, TypeInfo b) {
    if (is_null(left) || is_null(right)) return false;
    if (const auto* number = std::get_if<std::int64_t>(&left)) {
      // Exact: 2^63 * 10^18 fits into 128 bits.
      const int scale = std::max(a.scale, b.scale);
      return holds(op, static_cast<Int128>(*number) * power_of_ten(scale - a.scale),
                   static_cast<Int128>(std::get<std::int64_t>(right)) * power_of_ten(scale - b.scale));
    }
    if (const auto* text = std::get_if<std::string>(&left))
      return holds(op, *text, std::get<std::string>(right));
    if (const auto* number = std::get_if<double>(&left)) return holds(op, *number, std::get<double>(right));
    if (const auto* flag = std::get_if<bool>(&left)) return holds(op, *flag, std::get<bool>(right));
    return false;
  }

  bool membership(const Node& node) {
    const Value element = evaluate(node.kids[0]);
    if (is_null(element)) return false;
    const Node& list = tree_.at(node.kids[1]);
    if (list.op == Op::kList) {
      const TypeInfo type = tree_.at(node.kids[0]).type;
      return std::any_of(list.kids.begin(), list.kids.end(), [&](NodeId item) {
        return compare(Op::kEqual, element, type, evaluate(item), tree_.at(item).type);
      });
    }
    const Value tags = evaluate(node.kids[1]);
    if (is_null(tags)) return false;
    const auto& texts = std::get<std::vector<std::string>>(tags);
    return std::find(texts.begin(), texts.end(), std::get<std::string>(element)) != texts.end();
  }

  bool text_test(const Node& node) {
    const Value left = evaluate(node.kids[0]), right = evaluate(node.kids[1]);
    if (is_null(left) || is_null(right)) return false;
    const auto& text = std::get<std::string>(left);
    const auto& part = std::get<std::string>(right);
    switch (node.op) {
      case Op::kContains:
        return text.find(part) != std::string::npos;
      case Op::kIContains:
        return to_lower_ascii(text).find(to_lower_ascii(part)) != std::string::npos;
      case Op::kStartsWith:
        return text.starts_with(part);
      default:
        return text.ends_with(part);
    }
  }

  Value size(const Node& node) {
    const Value value = evaluate(node.kids[0]);
    if (const auto* text = std::get_if<std::string>(&value))
      return static_cast<std::int64_t>(utf8_length(*text));
    if (const auto* list = std::get_if<std::vector<std::string>>(&value))
      return static_cast<std::int64_t>(list->size());
    return {};
  }

  // Everything on numbers and moments; empty in, empty out.
  Value calculation(const Node& node) {
    std::vector<Value> values;
    for (const NodeId kid : node.kids) values.push_back(evaluate(kid));
    if (error_ || std::any_of(values.begin(), values.end(), is_null)) return {};
    if (node.type.type == Type::kString)
      return std::get<std::string>(values[0]) + std::get<std::string>(values[1]);
    const auto a = std::get<std::int64_t>(values[0]);
    const OptionalInt result =
        values.size() == 1 ? unary(node, a) : binary(node, a, std::get<std::int64_t>(values[1]));
    if (result) return *result;
    if (arithmetic_ == Arithmetic::kStrict)
      error_ =
          source_.problem(ErrorKind::kInvalid, "entity.filter_overflow", node.offset, no_result(node.op));
    return {};
  }

  static std::string_view no_result(Op op) {
    if (of_calendar(op)) return "This moment is outside of the calendar";
    return op == Op::kDivide || op == Op::kModulo ? "This division has no result"
                                                  : "This calculation leaves the range of 64 bits";
  }

  // Moves the day of a date or timestamp; the time of day stays, or is taken off by startOf.
  template <class Move>
  static OptionalInt in_calendar(const Node& node, std::int64_t moment, Move move) {
    if (node.type.type == Type::kDate) return move(moment);
    const std::int64_t day = floor_div(moment, kMicrosPerDay);
    const auto moved = move(day);
    if (!moved) return std::nullopt;
    const std::int64_t time = node.op == Op::kStartOf ? 0 : moment - day * kMicrosPerDay;
    const std::int64_t out = *moved * kMicrosPerDay + time;
    return out < -kLastMoment || out > kLastMoment ? std::nullopt : OptionalInt(out);
  }

  OptionalInt unary(const Node& node, std::int64_t a) const {
    const TypeInfo from = tree_.at(node.kids[0]).type;
    switch (node.op) {
      case Op::kNegate:
        return checked_subtract(0, a);
      case Op::kRescale:
        return checked_rescale(a, node.type.scale - from.scale);
      case Op::kToDate:
        return floor_div(a, kMicrosPerDay);
      case Op::kToTimestamp:
        return checked_multiply(a, kMicrosPerDay);
      case Op::kStartOf:
        return in_calendar(node, a, [&](std::int64_t day) { return start_of(day, node.name); });
      default:
        return std::nullopt;
    }
  }

  OptionalInt binary(const Node& node, std::int64_t a, std::int64_t b) const {
    const bool dates = tree_.at(node.kids[0]).type.type == Type::kDate;
    switch (node.op) {
      case Op::kMultiply:
        return checked_multiply(a, b);
      case Op::kDivide:
        return checked_divide(a, b);
      case Op::kModulo:
        return checked_modulo(a, b);
      case Op::kAddMonths:
        return in_calendar(node, a, [&](std::int64_t day) { return add_months(day, b); });
      case Op::kAdd:
        return checked_add(a, dates ? b / kMicrosPerDay : b);
      case Op::kSubtract:
        if (!dates) return checked_subtract(a, b);
        if (node.type.type == Type::kDate) return checked_subtract(a, b / kMicrosPerDay);
        if (const auto days = checked_subtract(a, b)) return checked_multiply(*days, kMicrosPerDay);
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  const Source& source_;
  const Tree& tree_;
  const Context& context_;
  const Arithmetic arithmetic_;
  std::optional<Error> error_;
};

}  // namespace

Context Context::at(UtcNs now_ns, std::function<Value(const FieldInfo&)> read) {
  const std::int64_t now = floor_div(now_ns, 1000);
  return {.now = now, .today = floor_div(now, kMicrosPerDay), .read = std::move(read)};
}

Result<Value> evaluate(const Source& source, const Tree& tree, NodeId node, const Context& context,
                       Arithmetic arithmetic) {
  return Evaluator(source, tree, context, arithmetic).run(node);
}

}  // namespace opsflux::expression
