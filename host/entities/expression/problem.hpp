// Errors about an expression: every one says where, in line and column, counted from 1 in code points.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux::expression {

// The text that is compiled, and how its errors are made.
class Source {
 public:
  // `where` becomes Error::field: the query parameter, definition key or the like that holds the text.
  Source(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

  std::string_view text() const { return text_; }

  // "<message> at column 3." or, when the text has several lines, "<message> at line 2, column 3.", then
  // `hint` as a sentence of its own. `message` has no full stop. Parameters: line, column, message.
  Error problem(ErrorKind kind, std::string_view code, std::size_t offset, std::string_view message,
                std::string_view hint = {}) const;
  Error syntax(std::size_t offset, std::string_view message, std::string_view hint = {}) const {
    return problem(ErrorKind::kMalformed, "entity.filter_syntax", offset, message, hint);
  }
  Error wrong_type(std::size_t offset, std::string_view message, std::string_view hint = {}) const {
    return problem(ErrorKind::kInvalid, "entity.filter_type", offset, message, hint);
  }
  Error limit(std::size_t offset, std::string_view message) const {
    return problem(ErrorKind::kInvalid, "entity.filter_limit", offset, message);
  }

 private:
  std::string_view text_;
  std::string where_;
};

// The name that was probably meant, or empty: at most a third of the letters differ.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

// "a, b, c and 12 more", quoted when asked.
std::string listing(const std::vector<std::string>& names, bool quoted);

}  // namespace opsflux::expression
