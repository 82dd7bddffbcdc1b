// Tokens to tree, after the grammar of CEL, within limits that keep every later step small.
#pragma once

#include "host/entities/expression/ast.hpp"
#include "host/entities/expression/problem.hpp"

namespace opsflux::expression {

inline constexpr std::size_t kMaxBytes = 8192;
inline constexpr std::size_t kMaxNodes = 1000;
inline constexpr int kMaxDepth = 32;  // of parentheses, calls and operators inside one another

// Names and calls are not looked up yet; see checker.hpp.
Result<Tree> parse(const Source& source);

}  // namespace opsflux::expression
