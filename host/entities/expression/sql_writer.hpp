// The parts of the SQL compiler. Internal to this folder; callers use sql.hpp.
//
// How the two databases and the evaluator are made to agree:
//  - Conditions are two-valued. NULL may stand for false only where nothing negates it, so a negation is
//    pushed down to the single comparison, which then becomes "(...) IS NOT TRUE".
//  - Calculations run on scaled whole numbers. SQLite turns an overflow into a REAL, which stays one
//    through + - * /, and a REAL at the end becomes NULL; PostgreSQL calculates in numeric, and each step
//    that leaves 64 bits becomes NULL.
//  - A plain field compared with a constant stays a plain comparison, so that indexes serve it.
#pragma once

#include "host/entities/expression/sql.hpp"

namespace opsflux::expression {

class SqlWriter {
 public:
  SqlWriter(const Source& source, const Tree& tree, store::Dialect dialect, int first_parameter,
            const Context& context, bool unindexed)
      : source_(source),
        tree_(tree),
        sqlite_(dialect == store::Dialect::kSqlite),
        first_(first_parameter),
        context_(context),
        plus_(unindexed ? "+" : "") {}

  Result<SqlFragment> run();

 private:
  enum class Form : std::uint8_t {
    kNative,  // as the column is stored
    kScaled,  // moments and numbers as whole numbers to calculate with
  };

  // Conditions (sql_conditions.cpp). All may give NULL for false.
  std::string condition(NodeId id, bool negated);
  std::string logic(const Node& node, bool negated);
  std::string balanced(const std::vector<std::string>& parts, std::string_view op) const;
  std::string comparison(NodeId id, bool negated);
  std::string compare_with_constant(Op op, NodeId left, NodeId right, bool negated);
  std::string compare_both(Op op, NodeId left, NodeId right, bool negated);
  std::string membership(NodeId id, bool negated);
  std::string in_list(NodeId element, const Node& list, bool negated);
  std::string emptiness(NodeId id, bool negated);
  std::string text_test(const Node& node, bool negated);
  std::string starts_with(NodeId text, NodeId part);
  std::string ends_with(NodeId text, NodeId part);
  std::string lowered(NodeId id);

  // Values (sql_values.cpp).
  Form form_of(NodeId id) const;
  std::string operand(NodeId id, Form form);
  std::string native(NodeId id);
  std::string truth(NodeId id);
  std::string scaled(NodeId id);
  std::string scaled_moment(NodeId id);
  std::string scaled_field(const Node& node);
  std::string scaled_calculation(NodeId id);
  std::string checked(NodeId id);
  std::string bounded(std::string sql) const;
  std::string branches(NodeId id, std::string (SqlWriter::*write)(NodeId));
  bool may_overflow(NodeId id) const;

  // The calendar (sql_calendar.cpp).
  std::string start_of(const Node& node);
  std::string add_months(const Node& node);
  std::string within_calendar(const Node& node, const std::string& sql) const;

  // Constants and parameters (sql_values.cpp).
  bool is_constant(NodeId id) const { return !tree_.at(id).of_record; }
  bool is_plain(NodeId id) const { return tree_.at(id).op == Op::kField && tree_.at(id).of_record; }
  Value constant(NodeId id);
  std::string parameter(SqlValue value, std::string_view postgresql_type);
  std::string native_parameter(const Value& value, TypeInfo type, std::size_t offset);
  std::string scaled_parameter(std::int64_t value);
  std::string column(const Node& node) const { return plus_ + tree_.fields[node.field].sql; }
  std::string fail_with(Error error);

  static std::string always(bool value) { return value ? "(1 = 1)" : "(1 = 0)"; }
  // `sql` is a condition that may be NULL.
  static std::string negate_if(bool negated, const std::string& sql) {
    return negated ? "(" + sql + " IS NOT TRUE)" : sql;
  }

  const Source& source_;
  const Tree& tree_;
  const bool sqlite_;
  const int first_;
  const Context& context_;
  const std::string plus_;
  SqlFragment out_;
  std::optional<Error> error_;
};

}  // namespace opsflux::expression
