// Internal: reads SQL as words, strings and signs, by PostgreSQL's rules of quoting and comments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace opsflux::store {

struct SqlToken {
  enum class Kind : std::uint8_t {
    kWord,        // unquoted; `text` in lower case (ASCII)
    kQuotedName,  // "..."; `text` without the quotes
    kString,      // '...', E'...', B'...', X'...'; `text` empty
    kDollarString,
    kUnicodeEscape,  // U&'...' or U&"..."
    kNumber,
    kParameter,  // $1
    kSign,       // one character, in `text`
    kBroken,     // a quote or comment without end
  };
  Kind kind;
  std::string text;
  std::size_t begin = 0;  // bytes in the SQL
  std::size_t end = 0;

  bool is_word(std::string_view word) const { return kind == Kind::kWord && text == word; }
  bool is_sign(char sign) const { return kind == Kind::kSign && text.size() == 1 && text[0] == sign; }
};

// Comments and white space are left out.
std::vector<SqlToken> lex_sql(std::string_view sql);

// The statements of a script, without their semicolons; empty ones are left out.
std::vector<std::string_view> split_sql(std::string_view sql);

// The first word in lower case, "" when there is none.
std::string first_word(std::string_view sql);

}  // namespace opsflux::store
