#include "host/entities/expression/sql_complexity.hpp"

#include <algorithm>
#include <vector>

namespace opsflux::expression {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// What stands on the parser's stack below the opening parenthesis at `at`, and the parenthesis itself.
int cost_of_parenthesis(std::string_view sql, std::size_t at) {
  constexpr int kFirst = 1;     // directly behind another one: nothing is waiting
  constexpr int kOperand = 3;   // an operand, its operator, the parenthesis
  constexpr int kFunction = 6;  // name, parenthesis, distinct, arguments before, comma
  if (at > 0 && sql[at - 1] == '(') return kFirst;
  return at > 0 && is_word(sql[at - 1]) ? kFunction : kOperand;
}

}  // namespace

int parser_symbols(std::string_view sql) {
  constexpr int kCase = 6;    // CASE, the branches before, WHEN, condition, THEN, value
  constexpr int kSelect = 8;  // SELECT, distinct, columns, FROM, ...
  std::vector<int> levels;
  int now = 0, most = 0;
  const auto enter = [&](int cost) {
    levels.push_back(cost);
    now += cost;
    most = std::max(most, now);
  };
  const auto leave = [&] {
    if (levels.empty()) return;
    now -= levels.back();
    levels.pop_back();
  };
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const bool word_start = is_word(sql[i]) && (i == 0 || !is_word(sql[i - 1]));
    if (sql[i] == '(')
      enter(cost_of_parenthesis(sql, i) + (sql.substr(i + 1).starts_with("SELECT ") ? kSelect : 0));
    if (sql[i] == ')') leave();
    if (word_start && sql.substr(i).starts_with("CASE ")) enter(kCase);
    if (word_start && sql.substr(i).starts_with("END)")) leave();
  }
  return most;
}

}  // namespace opsflux::expression
