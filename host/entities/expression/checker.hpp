// Gives every node its meaning and type, or says what is wrong.
#pragma once

#include "host/entities/expression/ast.hpp"
#include "host/entities/expression/problem.hpp"

namespace opsflux::expression {

// Looks names up in `schema`, resolves calls, checks types, and makes conversions of scale explicit
// (Op::kRescale). Afterwards no kName and no kCall is left, and to_sql() and evaluate() cannot meet a
// combination of types that they do not know.
Result<void> check(const Source& source, const Schema& schema, Tree& tree);

}  // namespace opsflux::expression
