#include "host/store/sql_lexer.hpp"

#include "host/base/text.hpp"

namespace opsflux::store {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_word_part(char c) { return is_word_start(c) || is_digit(c) || c == '$'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  // False at the end. A broken token is the last one.
  bool next(SqlToken& token) {
    if (!skip_blank()) return broken(token);
    if (at_ >= sql_.size()) return false;
    token = {SqlToken::Kind::kSign, {}, at_, at_};
    const char c = sql_[at_];
    if (c == '\'') return quoted(token, SqlToken::Kind::kString, '\'', false);
    if (c == '"') return quoted(token, SqlToken::Kind::kQuotedName, '"', false);
    if (c == '$') return dollar(token);
    if (is_digit(c)) return number(token);
    if (is_word_start(c)) return word(token);
    ++at_;
    token.text = c;
    token.end = at_;
    return true;
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  bool broken(SqlToken& token) {
    token = {SqlToken::Kind::kBroken, {}, at_, sql_.size()};
    const bool first = !reported_;
    reported_ = true;
    at_ = sql_.size();
    return first;
  }

  // False on a comment without end.
  bool skip_blank() {
    while (at_ < sql_.size()) {
      if (is_space(sql_[at_])) {
        ++at_;
      } else if (sql_[at_] == '-' && peek(1) == '-') {
        while (at_ < sql_.size() && sql_[at_] != '\n') ++at_;
      } else if (sql_[at_] == '/' && peek(1) == '*') {
        if (!skip_block_comment()) return false;
      } else {
        break;
      }
    }
    return true;
  }

  bool skip_block_comment() {
    int depth = 0;
    while (at_ < sql_.size()) {
      if (sql_[at_] == '/' && peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (sql_[at_] == '*' && peek(1) == '/') {
        at_ += 2;
        if (--depth == 0) return true;
      } else {
        ++at_;
      }
    }
    return false;
  }

  bool quoted(SqlToken& token, SqlToken::Kind kind, char quote, bool backslash) {
    ++at_;
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (backslash && c == '\\') {
        at_ = std::min(at_ + 2, sql_.size());
      } else if (c != quote) {
        token.text += c;
        ++at_;
      } else if (peek(1) == quote) {
        token.text += c;
        at_ += 2;
      } else {
        ++at_;
        token.kind = kind;
        token.end = at_;
        if (kind == SqlToken::Kind::kString) token.text.clear();
        return true;
      }
    }
    return broken(token);
  }

  bool dollar(SqlToken& token) {
    if (is_digit(peek(1))) {
      ++at_;
      while (at_ < sql_.size() && is_digit(sql_[at_])) ++at_;
      token.kind = SqlToken::Kind::kParameter;
      token.end = at_;
      return true;
    }
    std::size_t tag_end = at_ + 1;
    while (tag_end < sql_.size() && sql_[tag_end] != '$' && is_word_part(sql_[tag_end])) ++tag_end;
    if (tag_end >= sql_.size() || sql_[tag_end] != '$') {
      token.text = sql_[at_];
      token.end = ++at_;
      return true;
    }
    const std::string_view tag = sql_.substr(at_, tag_end + 1 - at_);
    const std::size_t close = sql_.find(tag, tag_end + 1);
    if (close == std::string_view::npos) return broken(token);
    at_ = close + tag.size();
    token.kind = SqlToken::Kind::kDollarString;
    token.end = at_;
    return true;
  }

  bool number(SqlToken& token) {
    while (at_ < sql_.size() && (is_word_part(sql_[at_]) || sql_[at_] == '.')) ++at_;
    token.kind = SqlToken::Kind::kNumber;
    token.end = at_;
    return true;
  }

  bool word(SqlToken& token) {
    const char c = static_cast<char>(sql_[at_] | 0x20);
    if (peek(1) == '\'' && (c == 'e' || c == 'b' || c == 'x' || c == 'n')) {
      ++at_;
      return quoted(token, SqlToken::Kind::kString, '\'', c == 'e');
    }
    if (c == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
      const char quote = peek(2);
      at_ += 2;
      return quoted(token, SqlToken::Kind::kUnicodeEscape, quote, false);
    }
    while (at_ < sql_.size() && is_word_part(sql_[at_])) ++at_;
    token.kind = SqlToken::Kind::kWord;
    token.end = at_;
    token.text = to_lower_ascii(sql_.substr(token.begin, at_ - token.begin));
    return true;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  bool reported_ = false;
};

}  // namespace

std::vector<SqlToken> lex_sql(std::string_view sql) {
  std::vector<SqlToken> tokens;
  Lexer lexer(sql);
  for (SqlToken token; lexer.next(token);) tokens.push_back(token);
  return tokens;
}

std::vector<std::string_view> split_sql(std::string_view sql) {
  std::vector<std::string_view> statements;
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t begin = kNone;
  std::size_t end = 0;
  Lexer lexer(sql);
  for (SqlToken token; lexer.next(token);) {
    if (!token.is_sign(';')) {
      if (begin == kNone) begin = token.begin;
      end = token.end;
    } else if (begin != kNone) {
      statements.push_back(sql.substr(begin, end - begin));
      begin = kNone;
    }
  }
  if (begin != kNone) statements.push_back(sql.substr(begin, end - begin));
  return statements;
}

std::string first_word(std::string_view sql) {
  Lexer lexer(sql);
  SqlToken token;
  return lexer.next(token) && token.kind == SqlToken::Kind::kWord ? token.text : std::string();
}

}  // namespace opsflux::store
