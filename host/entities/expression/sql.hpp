// Compiles a checked expression to the condition of a WHERE, for either database.
#pragma once

#include "host/entities/expression/evaluator.hpp"
#include "host/store/session.hpp"

namespace opsflux::expression {

// A bound parameter that owns its text; see store::Value for what the kinds mean.
using SqlValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

// `sql` is complete in its own parentheses, so that it can be joined with AND. It names parameters
// $<first> ... $<first + params.size() - 1>. It may be NULL instead of false, which WHERE, AND and OR treat
// alike: it must not be put under a NOT.
struct SqlFragment {
  std::string sql;
  std::vector<SqlValue> params;

  // Appends the parameters to the values of a statement; they view into this fragment.
  void append_to(std::vector<store::Value>& values) const;
};

// `tree` must be of type bool. What does not depend on the record is computed now, with `context`, and
// bound. Errors: entity.filter_overflow in a constant part; entity.filter_limit where the SQL would be
// nested deeper than SQLite's parser takes. `unindexed`, for SQLite: columns stand under a plus, so that no
// index is used for them.
Result<SqlFragment> to_sql(const Source& source, const Tree& tree, store::Dialect dialect,
                           int first_parameter, const Context& context, bool unindexed = false);

}  // namespace opsflux::expression
