// The functions and methods of the language: one table, for the checker, messages and documentation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/entities/expression/ast.hpp"

namespace opsflux::expression {

struct Function {
  std::string_view name;
  bool method;         // text.contains(part) rather than size(text)
  unsigned arguments;  // without the receiver
  Op op;               // kLiteral: computed while compiling (duration)
  std::string_view usage;
};

inline constexpr Function kFunctions[] = {
    {"contains", true, 1, Op::kContains, "text.contains(\"part\")"},
    {"icontains", true, 1, Op::kIContains, "text.icontains(\"part\")"},
    {"startsWith", true, 1, Op::kStartsWith, "text.startsWith(\"part\")"},
    {"endsWith", true, 1, Op::kEndsWith, "text.endsWith(\"part\")"},
    {"size", true, 0, Op::kSize, "text.size()"},
    {"size", false, 1, Op::kSize, "size(text)"},
    {"has", false, 1, Op::kHas, "has(field)"},
    {"today", false, 0, Op::kToday, "today()"},
    {"now", false, 0, Op::kNow, "now()"},
    {"date", false, 1, Op::kToDate, "date(\"2026-01-31\")"},
    {"timestamp", false, 1, Op::kToTimestamp, "timestamp(\"2026-01-31T12:00:00Z\")"},
    {"duration", false, 1, Op::kLiteral, "duration(\"24h\")"},
    {"startOf", false, 2, Op::kStartOf, "startOf(date, \"month\")"},
    {"addMonths", false, 2, Op::kAddMonths, "addMonths(date, 3)"},
};

inline const Function* find_function(std::string_view name, bool method) {
  for (const auto& function : kFunctions)
    if (function.name == name && function.method == method) return &function;
  return nullptr;
}

inline std::vector<std::string> function_names(bool method) {
  std::vector<std::string> out;
  for (const auto& function : kFunctions)
    if (function.method == method) out.emplace_back(function.name);
  return out;
}

}  // namespace opsflux::expression
