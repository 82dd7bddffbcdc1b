#include "host/entities/expression/expression.hpp"

#include <algorithm>

#include "host/entities/expression/checker.hpp"
#include "host/entities/expression/parser.hpp"

namespace opsflux::expression {
namespace {

bool is_constant(const Tree& tree, NodeId id) {
  const Node& node = tree.at(id);
  if (node.op == Op::kField || node.op == Op::kNow || node.op == Op::kToday) return false;
  return std::all_of(node.kids.begin(), node.kids.end(), [&](NodeId kid) { return is_constant(tree, kid); });
}

// A part without fields that has no result is a mistake in the text, whatever the record.
Result<void> check_constants(const Source& source, const Tree& tree, NodeId id) {
  if (tree.at(id).op != Op::kList && is_constant(tree, id)) {
    TRY(evaluate(source, tree, id, Context{}, Arithmetic::kStrict));
    return {};
  }
  for (const NodeId kid : tree.at(id).kids) TRY(check_constants(source, tree, kid));
  return {};
}

}  // namespace

Result<Expression> Expression::compile(std::string_view text, const Schema& schema, std::string where) {
  const Source source(text, where);
  TRY_ASSIGN(tree, parse(source));
  TRY(check(source, schema, tree));
  TRY(check_constants(source, tree, tree.root));
  return Expression(std::string(text), std::move(where), std::move(tree));
}

Result<Expression> Expression::compile_condition(std::string_view text, const Schema& schema,
                                                 std::string where) {
  TRY_ASSIGN(expression, compile(text, schema, std::move(where)));
  if (expression.type().type != Type::kBool)
    return fail(expression.source().wrong_type(
        0, "A condition is needed here, and this is a " + describe(expression.type()),
        "Compare it with a value."));
  return expression;
}

bool Expression::reads_clock() const {
  return std::any_of(tree_.nodes.begin(), tree_.nodes.end(),
                     [](const Node& node) { return node.op == Op::kNow || node.op == Op::kToday; });
}

Result<Value> Expression::evaluate(const Context& context, Arithmetic arithmetic) const {
  return expression::evaluate(source(), tree_, tree_.root, context, arithmetic);
}

Result<bool> Expression::holds(const Context& context, Arithmetic arithmetic) const {
  TRY_ASSIGN(value, evaluate(context, arithmetic));
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag;
}

Result<SqlFragment> Expression::to_sql(store::Dialect dialect, int first_parameter, const Context& context,
                                       bool unindexed) const {
  return expression::to_sql(source(), tree_, dialect, first_parameter, context, unindexed);
}

Result<SqlFragment> compile_filter(std::string_view text, const Schema& schema, store::Dialect dialect,
                                   int first_parameter, const Context& context) {
  TRY_ASSIGN(filter, Expression::compile_condition(text, schema));
  return filter.to_sql(dialect, first_parameter, context);
}

}  // namespace opsflux::expression
