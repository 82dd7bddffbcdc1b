// Expressions: filters, rules, conditions and computed values in one language, a subset of CEL (Common
// Expression Language, https://cel.dev). The language is described in README.md beside this file.
//
//   TRY_ASSIGN(filter, Expression::compile("city.contains(\"ille\") && score >= 3", schema));
//   TRY_ASSIGN(where, filter.to_sql(Dialect::kSqlite, 1, Context::at(clock.now())));      // as SQL
//   TRY_ASSIGN(value, filter.evaluate({.read = [&](const FieldInfo& f) { ... }}));  // on values
//
// Total: every expression ends, in time proportional to its length and the values it reads.
//
// Errors (kMalformed for syntax, else kInvalid; `field` is `where`, params hold line and column):
//   entity.filter_syntax, entity.filter_unknown_field {name, suggestion}, entity.filter_unknown_function
//   {name}, entity.filter_type, entity.filter_value {suggestion}, entity.filter_limit, entity.filter_overflow
#pragma once

#include "host/entities/expression/sql.hpp"

namespace opsflux::expression {

// Immutable and self-contained; safe to use from several threads.
class Expression {
 public:
  static Result<Expression> compile(std::string_view text, const Schema& schema,
                                    std::string where = "filter");
  // The same, and refuses anything but a condition.
  static Result<Expression> compile_condition(std::string_view text, const Schema& schema,
                                              std::string where = "filter");

  const std::string& text() const { return text_; }
  TypeInfo type() const { return tree_.at(tree_.root).type; }
  // The fields it reads, in the order of the text; a field used twice stands twice.
  const std::vector<FieldInfo>& fields() const { return tree_.fields; }
  // Whether its value changes with time alone: it calls now() or today().
  bool reads_clock() const;

  Result<Value> evaluate(const Context& context, Arithmetic arithmetic = Arithmetic::kEmpty) const;
  // For conditions: whether it holds; empty counts as false.
  Result<bool> holds(const Context& context, Arithmetic arithmetic = Arithmetic::kEmpty) const;
  // For conditions; see sql.hpp.
  Result<SqlFragment> to_sql(store::Dialect dialect, int first_parameter, const Context& context,
                             bool unindexed = false) const;

 private:
  Expression(std::string text, std::string where, Tree tree)
      : text_(std::move(text)), where_(std::move(where)), tree_(std::move(tree)) {}
  Source source() const { return Source(text_, where_); }

  std::string text_;
  std::string where_;
  Tree tree_;
};

// Compiles a condition and turns it into SQL in one step, for filters that are used once.
Result<SqlFragment> compile_filter(std::string_view text, const Schema& schema, store::Dialect dialect,
                                   int first_parameter, const Context& context);

}  // namespace opsflux::expression
