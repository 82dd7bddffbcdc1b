#include "host/automation/lua_pattern.hpp"

#include <cctype>

namespace opsflux::automation {
namespace {

constexpr char kEscape = '%';

int byte_of(const char* p) { return static_cast<unsigned char>(*p); }

bool in_class(int c, int cls) {
  bool result = false;
  switch (std::tolower(cls)) {
    case 'a':
      result = std::isalpha(c) != 0;
      break;
    case 'c':
      result = std::iscntrl(c) != 0;
      break;
    case 'd':
      result = std::isdigit(c) != 0;
      break;
    case 'g':
      result = std::isgraph(c) != 0;
      break;
    case 'l':
      result = std::islower(c) != 0;
      break;
    case 'p':
      result = std::ispunct(c) != 0;
      break;
    case 's':
      result = std::isspace(c) != 0;
      break;
    case 'u':
      result = std::isupper(c) != 0;
      break;
    case 'w':
      result = std::isalnum(c) != 0;
      break;
    case 'x':
      result = std::isxdigit(c) != 0;
      break;
    case 'z':
      result = c == 0;
      break;  // deprecated, and still there
    default:
      return cls == c;
  }
  return std::isupper(cls) != 0 ? !result : result;
}

// `p` is at '[', `last` at the closing ']'.
bool in_set(int c, const char* p, const char* last) {
  bool wanted = true;
  if (p[1] == '^') {
    wanted = false;
    ++p;
  }
  while (++p < last) {
    if (*p == kEscape) {
      ++p;
      if (in_class(c, byte_of(p))) return wanted;
    } else if (p[1] == '-' && p + 2 < last) {
      p += 2;
      if (byte_of(p - 2) <= c && c <= byte_of(p)) return wanted;
    } else if (byte_of(p) == c) {
      return wanted;
    }
  }
  return !wanted;
}

}  // namespace

LuaPattern::LuaPattern(lua_State* state, LuaRun& run, std::string_view subject, std::string_view pattern,
                       Anchor anchor)
    : state_(state),
      run_(run),
      begin_(subject.data()),
      end_(subject.data() + subject.size()),
      pattern_(pattern.data()),
      pattern_end_(pattern.data() + pattern.size()),
      anchored_(anchor == Anchor::kHeeded && pattern.starts_with('^')) {
  if (anchored_) ++pattern_;
}

void LuaPattern::pay() {
  run_.charge(state_, steps_);
  steps_ = 0;
}

const char* LuaPattern::match(const char* at) {
  level_ = 0;
  depth_ = 0;
  step();
  return match_from(at, pattern_);
}

const char* LuaPattern::match_from(const char* s, const char* p) {
  if (++depth_ > kMaxDepth) luaL_error(state_, "pattern too complex");
  while (s != nullptr && p != pattern_end_) {
    step();
    if (*p == '(' || *p == ')' || (*p == '$' && p + 1 == pattern_end_)) {
      s = match_item(s, p);
      break;
    }
    if (*p == kEscape && p + 1 < pattern_end_) {
      if (p[1] == 'b') {
        s = balanced(s, p + 2);
        p += 4;
        continue;
      }
      if (p[1] == 'f') {
        p += 2;
        s = frontier(p, s);
        continue;
      }
      if (std::isdigit(byte_of(p + 1)) != 0) {
        s = back_reference(s, byte_of(p + 1));
        p += 2;
        continue;
      }
    }
    const char* ep = class_end(p);
    const char suffix = ep < pattern_end_ ? *ep : '\0';
    if (suffix == '*' || suffix == '+' || suffix == '-' || suffix == '?') {
      s = match_repeated(s, p, ep);
      break;
    }
    s = single(s, p, ep) ? s + 1 : nullptr;
    p = ep;
  }
  --depth_;
  return s;
}

// A parenthesis or the final $, which decide about all the rest of the pattern.
const char* LuaPattern::match_item(const char* s, const char* p) {
  if (*p == '$') return s == end_ ? s : nullptr;
  if (*p == ')') return close_capture(s, p + 1);
  if (p + 1 < pattern_end_ && p[1] == ')') return open_capture(s, p + 2, kPosition);
  return open_capture(s, p + 1, kUnfinished);
}

const char* LuaPattern::match_repeated(const char* s, const char* p, const char* ep) {
  switch (*ep) {
    case '?':
      if (single(s, p, ep))
        if (const char* end = match_from(s + 1, ep + 1)) return end;
      return match_from(s, ep + 1);
    case '+':
      return single(s, p, ep) ? longest(s + 1, p, ep) : nullptr;
    case '*':
      return longest(s, p, ep);
    default:
      return shortest(s, p, ep);
  }
}

const char* LuaPattern::longest(const char* s, const char* p, const char* ep) {
  std::ptrdiff_t count = 0;
  for (; single(s + count, p, ep); ++count) step();
  for (; count >= 0; --count) {
    step();
    if (const char* end = match_from(s + count, ep + 1)) return end;
  }
  return nullptr;
}

const char* LuaPattern::shortest(const char* s, const char* p, const char* ep) {
  for (;; ++s) {
    step();
    if (const char* end = match_from(s, ep + 1)) return end;
    if (!single(s, p, ep)) return nullptr;
  }
}

const char* LuaPattern::balanced(const char* s, const char* p) {
  if (p + 1 >= pattern_end_) luaL_error(state_, "malformed pattern (missing arguments to '%%b')");
  if (s >= end_ || *s != *p) return nullptr;
  int open = 1;
  while (++s < end_) {
    step();
    if (*s == p[1]) {
      if (--open == 0) return s + 1;
    } else if (*s == *p) {
      ++open;
    }
  }
  return nullptr;
}

const char* LuaPattern::frontier(const char*& p, const char* s) {
  if (p >= pattern_end_ || *p != '[') luaL_error(state_, "missing '[' after '%%f' in pattern");
  const char* ep = class_end(p);
  const int before = s == begin_ ? 0 : byte_of(s - 1);
  const int here = s == end_ ? 0 : byte_of(s);
  const bool found = !in_set(before, p, ep - 1) && in_set(here, p, ep - 1);
  p = ep;
  return found ? s : nullptr;
}

const char* LuaPattern::open_capture(const char* s, const char* p, std::ptrdiff_t kind) {
  if (level_ >= kMaxCaptures) luaL_error(state_, "too many captures");
  captures_[level_] = {s, kind};
  ++level_;
  const char* end = match_from(s, p);
  if (end == nullptr) --level_;
  return end;
}

const char* LuaPattern::close_capture(const char* s, const char* p) {
  int open = level_ - 1;
  while (open >= 0 && captures_[open].length != kUnfinished) --open;
  if (open < 0) luaL_error(state_, "invalid pattern capture");
  captures_[open].length = s - captures_[open].start;
  const char* end = match_from(s, p);
  if (end == nullptr) captures_[open].length = kUnfinished;
  return end;
}

const char* LuaPattern::back_reference(const char* s, int digit) {
  const int index = digit - '1';
  if (index < 0 || index >= level_ || captures_[index].length == kUnfinished)
    luaL_error(state_, "invalid capture index %%%d", index + 1);
  const Capture& capture = captures_[index];
  const std::ptrdiff_t length = capture.length;
  if (length < 0) return nullptr;  // a position is no text
  steps_ += static_cast<std::uint64_t>(length) / 16;
  if (end_ - s < length || std::memcmp(capture.start, s, static_cast<std::size_t>(length)) != 0)
    return nullptr;
  return s + length;
}

// Where the single-character class that begins at `p` ends.
const char* LuaPattern::class_end(const char* p) {
  const char first = *p++;
  if (first == kEscape) {
    if (p == pattern_end_) luaL_error(state_, "malformed pattern (ends with '%%')");
    return p + 1;
  }
  if (first != '[') return p;
  if (p < pattern_end_ && *p == '^') ++p;
  for (bool first_of_set = true;; first_of_set = false) {
    step();
    if (p >= pattern_end_) luaL_error(state_, "malformed pattern (missing ']')");
    if (*p == ']' && !first_of_set) return p + 1;  // as the first character it stands for itself
    p += *p == kEscape ? 2 : 1;
  }
}

bool LuaPattern::single(const char* s, const char* p, const char* ep) const {
  if (s >= end_) return false;
  const int c = byte_of(s);
  switch (*p) {
    case '.':
      return true;
    case kEscape:
      return in_class(c, byte_of(p + 1));
    case '[':
      return in_set(c, p, ep - 1);
    default:
      return byte_of(p) == c;
  }
}

void LuaPattern::push_capture(int index, const char* start, const char* end) {
  if (index >= level_) {
    if (index != 0) luaL_error(state_, "invalid capture index %%%d", index + 1);
    lua_pushlstring(state_, start, static_cast<std::size_t>(end - start));
    return;
  }
  const Capture& capture = captures_[index];
  if (capture.length == kUnfinished) luaL_error(state_, "unfinished capture");
  if (capture.length == kPosition)
    lua_pushinteger(state_, capture.start - begin_ + 1);
  else
    lua_pushlstring(state_, capture.start, static_cast<std::size_t>(capture.length));
}

int LuaPattern::push_captures(const char* start, const char* end, bool whole_if_none) {
  const int count = level_ == 0 && whole_if_none ? 1 : level_;
  luaL_checkstack(state_, count, "too many captures");
  for (int i = 0; i < count; ++i) push_capture(i, start, end);
  return count;
}

}  // namespace opsflux::automation
