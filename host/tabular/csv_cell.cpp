#include "host/tabular/csv_cell.hpp"

namespace opsflux::tabular {

void append_csv_cell(std::string& out, std::string_view text, char separator, bool formula_safe) {
  const bool formula = formula_safe && !text.empty() &&
                       std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  const bool quoted = text.find_first_of("\"\r\n") != std::string_view::npos ||
                      text.find(separator) != std::string_view::npos || text.starts_with(' ') ||
                      text.ends_with(' ');
  if (quoted) out += '"';
  if (formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  if (quoted) out += '"';
}

}  // namespace opsflux::tabular
