// The tree of an expression. Nodes live in one vector and name each other by index: cheap to copy, no
// recursion to destroy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/entities/expression/types.hpp"

namespace opsflux::expression {

using NodeId = std::uint32_t;

enum class Op : std::uint8_t {
  kLiteral,  // value, type
  kList,     // kids: elements; stands only to the right of `in`
  kName,     // name; the checker makes it kField
  kCall,     // name, kids, method: kids[0] is the receiver; the checker makes it one of the below
  kField,    // field: index into Tree::fields
  kAnd,
  kOr,  // two or more kids
  kNot,
  kNegate,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,  // kids: element, then kList or a field of type kStringList
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kConditional,  // kids: condition, then, else
  kHas,          // kids: a field; true when it is not empty
  kContains,
  kIContains,
  kStartsWith,
  kEndsWith,  // kids: text, part
  kSize,
  kNow,
  kToday,
  kToDate,       // of a timestamp: its day in UTC
  kToTimestamp,  // of a date: its first moment in UTC
  kStartOf,      // kids: a date or timestamp; name: the unit
  kAddMonths,    // kids: a date or timestamp, how many
  kRescale,      // of a number: the same with more digits after the point (see type.scale)
};

struct Node {
  Op op = Op::kLiteral;
  bool method = false;
  bool of_record = false;  // depends on a field of the record, so not a constant of the call
  bool nullable = false;   // may be empty
  std::uint16_t depth = 1;
  TypeInfo type;
  std::uint32_t offset = 0;  // in the text
  std::uint32_t field = 0;
  std::string name;
  Value value;
  std::vector<NodeId> kids;
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<FieldInfo> fields;
  NodeId root = 0;

  const Node& at(NodeId id) const { return nodes[id]; }
  Node& at(NodeId id) { return nodes[id]; }
};

}  // namespace opsflux::expression
