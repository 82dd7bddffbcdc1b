#include "host/tabular/json_scanner.hpp"

#include "host/tabular/readers.hpp"

namespace opsflux::tabular {

Error bad_json(const JsonPlace& place, std::string_view what) {
  const std::string line = std::to_string(place.line), column = std::to_string(place.column);
  return Error::malformed("table.bad_json", "The JSON is wrong in line " + line + ", column " + column + ".")
      .with("line", line)
      .with("column", column)
      .because(what);
}

Result<bool> JsonScanner::more() {
  if (!piece_.empty()) return true;
  TRY_ASSIGN(piece, source_.read());
  piece_ = piece;
  return !piece_.empty();
}

char JsonScanner::take() {
  const char c = piece_.front();
  piece_.remove_prefix(1);
  if (c == '\n') {
    ++place_.line;
    place_.column = 1;
  } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
    ++place_.column;
  }
  return c;
}

Result<char> JsonScanner::peek() {
  for (;;) {
    TRY_ASSIGN(there, more());
    if (!there) return '\0';
    const char c = piece_.front();
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return c;
    take();
  }
}

Result<void> JsonScanner::expect(char c) {
  TRY_ASSIGN(next, peek());
  if (next != c) return fail(bad_json(place_, std::string("expected ") + c));
  take();
  return {};
}

Result<void> JsonScanner::add(std::string& out, char c) {
  if (out.size() >= limits_.max_record_bytes)
    return fail(row_too_large(value_line_, limits_.max_record_bytes));
  out += c;
  return {};
}

// From one quotation mark to the next that no backslash precedes.
Result<void> JsonScanner::take_string(std::string& out) {
  const JsonPlace begin = place_;
  TRY(add(out, take()));
  for (bool escaped = false;;) {
    TRY_ASSIGN(there, more());
    if (!there) return fail(bad_json(begin, "a text without an end"));
    const char c = take();
    TRY(add(out, c));
    if (c == '"' && !escaped) return {};
    escaped = c == '\\' && !escaped;
  }
}

Result<void> JsonScanner::take_nested(std::string& out) {
  const JsonPlace begin = place_;
  int depth = 0;
  do {
    TRY_ASSIGN(there, more());
    if (!there) return fail(bad_json(begin, "a bracket that is never closed"));
    const char c = piece_.front();
    if (c == '"') {
      TRY(take_string(out));
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > limits_.max_json_depth)
      return fail(Error::malformed("table.json_too_deep", "The JSON in line " + std::to_string(place_.line) +
                                                              " is nested deeper than " +
                                                              std::to_string(limits_.max_json_depth) +
                                                              " levels.")
                      .with("line", std::to_string(place_.line))
                      .with("limit", std::to_string(limits_.max_json_depth)));
    TRY(add(out, take()));
  } while (depth > 0);
  return {};
}

Result<JsonText> JsonScanner::value() {
  TRY_ASSIGN(first, peek());
  JsonText out{{}, place_};
  value_line_ = place_.line;
  if (first == '{' || first == '[') {
    TRY(take_nested(out.text));
    return out;
  }
  if (first == '"') {
    TRY(take_string(out.text));
    return out;
  }
  for (;;) {
    TRY_ASSIGN(there, more());
    if (!there || std::string_view(" \t\r\n,:[]{}\"").find(piece_.front()) != std::string_view::npos) break;
    TRY(add(out.text, take()));
  }
  if (out.text.empty()) return fail(bad_json(place_, "expected a value"));
  return out;
}

}  // namespace opsflux::tabular
