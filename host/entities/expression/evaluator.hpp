// Computes an expression on values, the same way as the databases do.
#pragma once

#include <functional>

#include "host/base/clock.hpp"
#include "host/entities/expression/ast.hpp"
#include "host/entities/expression/problem.hpp"

namespace opsflux::expression {

// What an expression sees besides its text.
struct Context {
  std::int64_t now = 0;    // microseconds since 1970, for now()
  std::int64_t today = 0;  // days since 1970, for today()
  // The value of a field, of the type that FieldInfo says. For SQL only fields with `context` are asked.
  std::function<Value(const FieldInfo&)> read;

  // The day is that of UTC.
  static Context at(UtcNs now, std::function<Value(const FieldInfo&)> read = {});
};

enum class Arithmetic : std::uint8_t {
  kEmpty,   // what has no result (overflow, division by zero) is empty, as in a filter run by a database
  kStrict,  // it is an error: kInvalid "entity.filter_overflow"; for computed values and rules
};

Result<Value> evaluate(const Source& source, const Tree& tree, NodeId node, const Context& context,
                       Arithmetic arithmetic);

}  // namespace opsflux::expression
