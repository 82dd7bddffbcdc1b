#include "host/entities/expression/lexer.hpp"

#include "host/base/text.hpp"
#include "host/entities/expression/code_points.hpp"

namespace opsflux::expression {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text()) {}

  Result<std::vector<Token>> run() {
    for (;;) {
      skip_blanks();
      if (at_ == text_.size()) break;
      TRY_ASSIGN(token, next());
      tokens_.push_back(std::move(token));
    }
    tokens_.push_back({.kind = TokenKind::kEnd, .offset = text_.size(), .text = {}});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool starts(std::string_view prefix) const { return text_.substr(at_).starts_with(prefix); }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (starts("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::string_view(" \t\n\r\f").find(text_[at_]) != std::string_view::npos) {
        ++at_;
      } else {
        return;
      }
    }
  }

  Result<Token> next() {
    const char c = peek();
    if (c == '"' || c == '\'') return string(at_, false);
    if (is_name_start(c)) {
      const auto quote = text_.find_first_of("\"'", at_);
      const std::string prefix =
          quote == std::string_view::npos
              ? ""
              : to_lower_ascii(text_.substr(at_, std::min<std::size_t>(quote - at_, 3)));
      if (prefix == "r") return string(at_ + 1, true);
      if (prefix == "b" || prefix == "br" || prefix == "rb")
        return fail(source_.syntax(at_, "Bytes literals are not offered",
                                   "Write the text without the letter b before it."));
      return name();
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    return operator_token();
  }

  Token name() {
    const auto start = at_;
    while (is_name(peek())) ++at_;
    return {.kind = TokenKind::kName, .offset = start, .text = std::string(text_.substr(start, at_ - start))};
  }

  Result<Token> operator_token() {
    for (const std::string_view op : {"&&", "||", "==", "!=", "<=", ">="})
      if (starts(op)) return take_operator(op.size());
    if (std::string_view("<>!?:()[],.+-*/%").find(peek()) != std::string_view::npos) return take_operator(1);
    const char c = peek();
    if (c == '=')
      return fail(source_.syntax(at_, "A single = means nothing here", "Equality is written ==."));
    if (c == '&' || c == '|')
      return fail(source_.syntax(at_, "Unknown operator", "And is written &&, or is written ||."));
    std::size_t end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) ++end;
    return fail(
        source_.syntax(at_, "Unexpected character \"" + std::string(text_.substr(at_, end - at_)) + "\""));
  }

  Token take_operator(std::size_t length) {
    Token token{.kind = TokenKind::kOperator, .offset = at_, .text = std::string(text_.substr(at_, length))};
    at_ += length;
    return token;
  }

  Result<Token> number() {
    const auto start = at_;
    const bool hex = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    bool whole = true;
    if (hex) {
      at_ += 2;
      while (hex_value(peek()) >= 0) ++at_;
    } else {
      while (is_digit(peek())) ++at_;
      if (peek() == '.' && is_digit(peek(1))) {
        whole = false;
        ++at_;
        while (is_digit(peek())) ++at_;
      }
      if (peek() == 'e' || peek() == 'E') {
        whole = false;
        at_ += peek(1) == '+' || peek(1) == '-' ? 2 : 1;
        if (!is_digit(peek())) return fail(source_.syntax(at_, "The exponent of this number has no digits"));
        while (is_digit(peek())) ++at_;
      }
    }
    if (peek() == 'u' || peek() == 'U')
      return fail(source_.syntax(at_, "Unsigned numbers are not offered", "Write the number without the u."));
    if (is_name(peek())) return fail(source_.syntax(at_, "A number must not run into letters"));
    Token token{.kind = whole ? TokenKind::kInteger : TokenKind::kNumber,
                .offset = start,
                .text = std::string(text_.substr(start, at_ - start))};
    if (!whole) return token;
    return with_magnitude(std::move(token), hex);
  }

  Result<Token> with_magnitude(Token token, bool hex) const {
    const std::string_view digits = std::string_view(token.text).substr(hex ? 2 : 0);
    const std::uint64_t base = hex ? 16 : 10;
    if (digits.empty()) return fail(source_.syntax(token.offset, "This number has no digits"));
    for (const char c : digits) {
      // One past the largest positive number is the magnitude of the smallest negative one.
      constexpr std::uint64_t kMost = std::uint64_t{1} << 63;
      const auto digit = static_cast<std::uint64_t>(hex_value(c));
      if (token.magnitude > (kMost - digit) / base)
        return fail(source_.syntax(token.offset, "This whole number does not fit into 64 bits"));
      token.magnitude = token.magnitude * base + digit;
    }
    return token;
  }

  // `quote_at` is where the opening quote is; at_ is still at the start of the token.
  Result<Token> string(std::size_t quote_at, bool raw) {
    Token token{.kind = TokenKind::kString, .offset = at_, .text = {}};
    const char quote = text_[quote_at];
    const bool triple = text_.substr(quote_at).starts_with(std::string(3, quote));
    at_ = quote_at + (triple ? 3 : 1);
    const std::string closing(triple ? 3 : 1, quote);
    while (!starts(closing)) {
      if (at_ >= text_.size() || (!triple && (peek() == '\n' || peek() == '\r')))
        return fail(source_.syntax(token.offset, "This text has no closing " + closing));
      if (peek() == '\\' && !raw) {
        TRY(escape(token.text));
      } else {
        token.text += text_[at_++];
      }
    }
    at_ += closing.size();
    if (has_nul(token.text))
      return fail(
          source_.syntax(token.offset, "This text contains the character NUL, which no field can hold"));
    return token;
  }

  Result<void> escape(std::string& out) {
    const char c = peek(1);
    static constexpr std::string_view kFrom = "abfnrtv\\?\"'`", kTo = "\a\b\f\n\r\t\v\\?\"'`";
    if (const auto simple = kFrom.find(c); c != '\0' && simple != std::string_view::npos) {
      out += kTo[simple];
      at_ += 2;
      return {};
    }
    if (c == 'x' || c == 'X') return numeric_escape(out, 2, 2, 16);
    if (c == 'u') return numeric_escape(out, 2, 4, 16);
    if (c == 'U') return numeric_escape(out, 2, 8, 16);
    if (c >= '0' && c <= '3') return numeric_escape(out, 1, 3, 8);
    return fail(source_.syntax(at_, "Unknown escape",
                               "Known are \\a \\b \\f \\n \\r \\t \\v \\\\ \\? \\\" \\' \\` \\xHH \\uHHHH "
                               "\\UHHHHHHHH and \\OOO; r\"...\" takes backslashes as they are."));
  }

  Result<void> numeric_escape(std::string& out, std::size_t skip, std::size_t digits, int base) {
    std::uint32_t cp = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const int digit = hex_value(peek(skip + i));
      if (digit < 0 || digit >= base)
        return fail(source_.syntax(at_, "This escape needs " + std::to_string(digits) +
                                            (base == 16 ? " hexadecimal" : " octal") + " digits"));
      cp = cp * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
    }
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
      return fail(source_.syntax(at_, "This escape is not a Unicode character"));
    append_code_point(out, cp);
    at_ += skip + digits;
    return {};
  }

  const Source& source_;
  const std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> tokenize(const Source& source) {
  if (!is_utf8(source.text()))
    return fail(Error::malformed("entity.filter_syntax", "The expression is not UTF-8 text."));
  return Lexer(source).run();
}

}  // namespace opsflux::expression
