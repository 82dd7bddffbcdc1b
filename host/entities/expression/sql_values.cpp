#include "host/entities/expression/checked.hpp"
#include "host/entities/expression/sql_writer.hpp"

namespace opsflux::expression {
namespace {

constexpr std::string_view kDayInMicros = "86400000000";

bool is_moment(Type type) { return type == Type::kDate || type == Type::kTimestamp; }
bool is_number(Type type) { return type == Type::kInt || type == Type::kDecimal; }

std::string digits(int scale) { return std::to_string(power_of_ten(scale)); }

}  // namespace

std::string SqlWriter::fail_with(Error error) {
  if (!error_) error_ = std::move(error);
  return {};
}

Value SqlWriter::constant(NodeId id) {
  auto value = evaluate(source_, tree_, id, context_, Arithmetic::kStrict);
  if (value) return std::move(*value);
  fail_with(std::move(value).error());
  return {};
}

std::string SqlWriter::parameter(SqlValue value, std::string_view postgresql_type) {
  out_.params.push_back(std::move(value));
  const std::string place = "$" + std::to_string(first_ + static_cast<int>(out_.params.size()) - 1);
  // PostgreSQL must know the type where nothing else tells it.
  return sqlite_ ? place : "CAST(" + place + " AS " + std::string(postgresql_type) + ")";
}

std::string SqlWriter::scaled_parameter(std::int64_t value) { return parameter(value, "numeric"); }

std::string SqlWriter::native_parameter(const Value& value, TypeInfo type, std::size_t offset) {
  if (is_null(value)) return "NULL";
  const auto moment = [&](std::optional<std::string> text, std::string_view postgresql_type) {
    if (!text)
      return fail_with(source_.problem(ErrorKind::kInvalid, "entity.filter_overflow", offset,
                                       "This moment is outside of the calendar"));
    return parameter(std::move(*text), postgresql_type);
  };
  switch (type.type) {
    case Type::kBool:
      return parameter(std::get<bool>(value), "boolean");
    case Type::kDouble:
      return parameter(std::get<double>(value), "double precision");
    case Type::kDecimal:
      if (sqlite_) return parameter(std::get<std::int64_t>(value), "");
      return parameter(decimal_text(std::get<std::int64_t>(value), type.scale), "numeric");
    case Type::kDate:
      return moment(days_text(std::get<std::int64_t>(value)), "date");
    case Type::kTimestamp:
      return moment(micros_text(std::get<std::int64_t>(value)), "timestamptz");
    case Type::kString:
    case Type::kEnum:
      return parameter(std::get<std::string>(value), "text");
    default:
      return parameter(std::get<std::int64_t>(value), "bigint");
  }
}

// Whether a value can be used as it is stored, or must be calculated.
SqlWriter::Form SqlWriter::form_of(NodeId id) const {
  const Node& node = tree_.at(id);
  if (node.type.type == Type::kDuration) return Form::kScaled;
  if (!is_number(node.type.type) && !is_moment(node.type.type)) return Form::kNative;
  if (node.op == Op::kField || (is_constant(id) && is_moment(node.type.type)) || node.op == Op::kToDate ||
      node.op == Op::kStartOf || node.op == Op::kAddMonths)
    return Form::kNative;
  return Form::kScaled;
}

std::string SqlWriter::operand(NodeId id, Form form) {
  if (tree_.at(id).type.type == Type::kBool) return truth(id);
  return form == Form::kNative ? native(id) : checked(id);
}

std::string SqlWriter::native(NodeId id) {
  const Node& node = tree_.at(id);
  if (is_constant(id)) return native_parameter(constant(id), node.type, node.offset);
  switch (node.op) {
    case Op::kField:
      return column(node);
    case Op::kToDate: {
      const std::string moment = column(tree_.at(node.kids[0]));
      return sqlite_ ? "substr(" + moment + ", 1, 10)" : "CAST(" + moment + " AT TIME ZONE 'UTC' AS date)";
    }
    case Op::kStartOf:
      return start_of(node);
    case Op::kAddMonths:
      return add_months(node);
    case Op::kConditional:
      return branches(id, &SqlWriter::native);
    case Op::kAdd:
      return "(" + native(node.kids[0]) + " || " + native(node.kids[1]) + ")";
    default:
      return fail_with(source_.wrong_type(node.offset, "This cannot be used in a filter"));
  }
}

std::string SqlWriter::branches(NodeId id, std::string (SqlWriter::*write)(NodeId)) {
  const Node& node = tree_.at(id);
  std::string out = "(CASE WHEN " + condition(node.kids[0], false);
  out += " THEN " + (this->*write)(node.kids[1]);
  return out + " ELSE " + (this->*write)(node.kids[2]) + " END)";
}

// A boolean as a value: empty only where a field is.
std::string SqlWriter::truth(NodeId id) {
  const Node& node = tree_.at(id);
  if (node.type.type == Type::kNull) return "NULL";
  if (is_constant(id)) return native_parameter(constant(id), node.type, node.offset);
  if (node.op == Op::kField) return column(node);
  if (node.op == Op::kConditional) return branches(id, &SqlWriter::truth);
  return "(" + condition(id, false) + " IS TRUE)";
}

std::string SqlWriter::scaled(NodeId id) {
  const Node& node = tree_.at(id);
  if (error_) return {};
  if (is_constant(id)) {
    const Value value = constant(id);
    return is_null(value) ? "NULL" : scaled_parameter(std::get<std::int64_t>(value));
  }
  switch (node.op) {
    case Op::kField:
    case Op::kToDate:
    case Op::kStartOf:
    case Op::kAddMonths:
      return is_moment(node.type.type) ? scaled_moment(id) : scaled_field(node);
    case Op::kConditional:
      return branches(id, &SqlWriter::scaled);
    case Op::kSize: {
      const bool list = tree_.at(node.kids[0]).type.type == Type::kStringList;
      const std::string inner = native(node.kids[0]);
      if (sqlite_) return (list ? "json_array_length(" : "length(") + inner + ")";
      return (list ? "CAST(jsonb_array_length(" : "CAST(char_length(") + inner + ") AS numeric)";
    }
    default:
      return scaled_calculation(id);
  }
}

std::string SqlWriter::scaled_moment(NodeId id) {
  const std::string moment = native(id);
  if (tree_.at(id).type.type == Type::kDate)
    return sqlite_ ? "(unixepoch(" + moment + ") / 86400)"
                   : "CAST((" + moment + " - DATE '1970-01-01') AS numeric)";
  if (!sqlite_) return "(extract(epoch FROM " + moment + ") * 1000000)";
  if (tree_.at(id).op == Op::kStartOf) return "(unixepoch(" + moment + ") * 1000000)";
  // The stored form has 27 characters; the fraction is taken apart because SQLite rounds to milliseconds.
  const auto micros = [](const std::string& text) {
    return "unixepoch(substr(" + text + ", 1, 19)) * 1000000 + CAST(substr(" + text + ", 21, 6) AS INTEGER)";
  };
  return is_plain(id) ? "(" + micros(moment) + ")"
                      : "(SELECT " + micros("m") + " FROM (SELECT " + moment + " AS m))";
}

std::string SqlWriter::scaled_field(const Node& node) {
  const std::string name = column(node);
  if (sqlite_) return name;
  return node.type.scale > 0 ? "(" + name + " * " + digits(node.type.scale) + ")"
                             : "CAST(" + name + " AS numeric)";
}

std::string SqlWriter::scaled_calculation(NodeId id) {
  const Node& node = tree_.at(id);
  // SQLite's % would cast an overflowed operand back to a whole number, so it is checked before.
  std::string a = node.op == Op::kModulo ? checked(node.kids[0]) : scaled(node.kids[0]);
  std::string b = node.kids.size() < 2     ? ""
                  : node.op == Op::kModulo ? checked(node.kids[1])
                                           : scaled(node.kids[1]);
  const bool dates = tree_.at(node.kids[0]).type.type == Type::kDate;
  if (dates && node.type.type == Type::kDate)  // plus or minus a duration, in whole days
    b = sqlite_ ? "(" + b + " / " + std::string(kDayInMicros) + ")"
                : "div(" + b + ", " + std::string(kDayInMicros) + ")";
  switch (node.op) {
    case Op::kNegate:
      return bounded("(- " + a + ")");
    case Op::kRescale:
      return bounded("(" + a + " * " + digits(node.type.scale - tree_.at(node.kids[0]).type.scale) + ")");
    case Op::kToTimestamp:
      return bounded("(" + a + " * " + std::string(kDayInMicros) + ")");
    case Op::kAdd:
      return bounded("(" + a + " + " + b + ")");
    case Op::kMultiply:
      return bounded("(" + a + " * " + b + ")");
    case Op::kSubtract: {
      const std::string difference = bounded("(" + a + " - " + b + ")");
      return dates && node.type.type == Type::kDuration
                 ? bounded("(" + difference + " * " + std::string(kDayInMicros) + ")")
                 : difference;
    }
    case Op::kDivide:
      return sqlite_ ? "(" + a + " / " + b + ")" : bounded("div(" + a + ", nullif(" + b + ", 0))");
    case Op::kModulo:
      return sqlite_ ? "(" + a + " % " + b + ")" : "mod(" + a + ", nullif(" + b + ", 0))";
    default:
      return fail_with(source_.wrong_type(node.offset, "This cannot be used in a filter"));
  }
}

// PostgreSQL: NULL for what leaves 64 bits, with `sql` written once: clamped to one past each end, and the
// ends taken out. An empty value passes as the upper end.
std::string SqlWriter::bounded(std::string sql) const {
  if (sqlite_) return sql;
  return "nullif(nullif(greatest(least(" + sql +
         ", 9223372036854775808), -9223372036854775809), 9223372036854775808), -9223372036854775809)";
}

bool SqlWriter::may_overflow(NodeId id) const {
  const Node& node = tree_.at(id);
  if (is_constant(id)) return false;
  switch (node.op) {
    case Op::kNegate:
    case Op::kRescale:
    case Op::kToTimestamp:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
      return true;
    case Op::kConditional:
      return may_overflow(node.kids[1]) || may_overflow(node.kids[2]);
    default:
      return false;
  }
}

// The result of a calculation, empty when it overflowed on the way. The inner SELECT has no FROM, so SQLite
// does not flatten it: the calculation is written and done once.
std::string SqlWriter::checked(NodeId id) {
  const std::string sql = scaled(id);
  if (!sqlite_ || !may_overflow(id)) return sql;
  return "(SELECT iif(typeof(v) = 'integer', v, NULL) FROM (SELECT " + sql + " AS v))";
}

}  // namespace opsflux::expression
