// Text to tokens, after the lexical rules of CEL (Common Expression Language).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/error.hpp"
#include "host/entities/expression/problem.hpp"

namespace opsflux::expression {

enum class TokenKind : std::uint8_t {
  kEnd,
  kName,      // text: the identifier
  kInteger,   // magnitude; the sign is an operator
  kNumber,    // with point or exponent: text holds it as written
  kString,    // text: the decoded value
  kOperator,  // text: one of && || == != <= >= < > ! ? : ( ) [ ] , . + - * / %
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t offset = 0;  // of the first byte
  std::string text;
  std::uint64_t magnitude = 0;
};

// The last token is kEnd. Refuses text that is not UTF-8, NUL in strings (the databases have no such
// text), unsigned and bytes literals, each with its own message.
Result<std::vector<Token>> tokenize(const Source& source);

}  // namespace opsflux::expression
