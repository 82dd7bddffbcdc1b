// The reader behind Json::parse: recursive descent over RFC 8259, nothing more permissive.
#pragma once

#include "opsflux/json.hpp"

namespace opsflux::detail {

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  std::optional<Json> document() {
    Json value;
    if (!read(value, 0)) return std::nullopt;
    skip_space();
    if (at_ != text_.size()) return std::nullopt;
    return value;
  }

 private:
  static constexpr int kDepth = 64;

  bool read(Json& out, int depth) {
    skip_space();
    if (at_ >= text_.size() || depth > kDepth) return false;
    switch (text_[at_]) {
      case '{':
        return read_object(out, depth);
      case '[':
        return read_array(out, depth);
      case '"':
        return read_string(out);
      case 't':
        return word("true") && assign(out, true);
      case 'f':
        return word("false") && assign(out, false);
      case 'n':
        return word("null") && assign(out, nullptr);
      default:
        return read_number(out);
    }
  }

  template <class T>
  static bool assign(Json& out, T value) {
    out = Json(std::move(value));
    return true;
  }

  bool read_object(Json& out, int depth) {
    Json::Object members;
    ++at_;
    if (take('}')) return assign(out, std::move(members));
    do {
      skip_space();
      std::string name;
      Json value;
      if (!text(name) || !take(':') || !read(value, depth + 1)) return false;
      members.emplace_back(std::move(name), std::move(value));
    } while (take(','));
    return take('}') && assign(out, std::move(members));
  }

  bool read_array(Json& out, int depth) {
    Json::Array items;
    ++at_;
    if (take(']')) return assign(out, std::move(items));
    do {
      if (!read(items.emplace_back(), depth + 1)) return false;
    } while (take(','));
    return take(']') && assign(out, std::move(items));
  }

  bool read_string(Json& out) {
    std::string value;
    return text(value) && assign(out, std::move(value));
  }

  bool read_number(Json& out) {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    const bool leading_zero = peek() == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    bool integral = true;
    if (peek() == '.') {
      ++at_;
      integral = false;
      if (digits() == 0) return false;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      integral = false;
      if (peek() == '+' || peek() == '-') ++at_;
      if (digits() == 0) return false;
    }
    const char* first = text_.data() + start;
    const char* last = text_.data() + at_;
    std::int64_t integer = 0;
    if (integral && std::from_chars(first, last, integer).ec == std::errc()) return assign(out, integer);
    double number = 0;
    if (std::from_chars(first, last, number).ec != std::errc()) return false;
    return assign(out, number);
  }

  bool text(std::string& out) {
    if (peek() != '"') return false;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

  // At the backslash; leaves at the escape's last character.
  bool escape(std::string& out) {
    if (++at_ >= text_.size()) return false;
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    if (const auto known = kNames.find(text_[at_]); known != kNames.npos) {
      out += kValues[known];
      return true;
    }
    if (text_[at_] != 'u') return false;
    std::uint32_t code = 0;
    if (!hex4(code)) return false;
    if (code >= 0xDC00 && code <= 0xDFFF) return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
      std::uint32_t low = 0;
      if (text_.substr(at_ + 1, 2) != "\\u") return false;
      at_ += 2;
      if (!hex4(low) || low < 0xDC00 || low > 0xDFFF) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, code);
    return true;
  }

  // At the 'u'; leaves at the last of the four digits.
  bool hex4(std::uint32_t& code) {
    if (at_ + 4 >= text_.size()) return false;
    const char* first = text_.data() + at_ + 1;
    const auto [end, error] = std::from_chars(first, first + 4, code, 16);
    at_ += 4;
    return error == std::errc() && end == first + 4;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::size_t digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - start;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char wanted) {
    skip_space();
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view wanted) {
    if (text_.substr(at_, wanted.size()) != wanted) return false;
    at_ += wanted.size();
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace opsflux::detail

namespace opsflux {
inline std::optional<Json> Json::parse(std::string_view text) { return detail::JsonParser(text).document(); }
}  // namespace opsflux
