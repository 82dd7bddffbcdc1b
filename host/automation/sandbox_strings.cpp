// find, match, gmatch, gsub on the bounded matcher. Arguments and results are those of Lua 5.4.
#include "host/automation/lua_pattern.hpp"

namespace opsflux::automation {
namespace {

std::string_view text_argument(lua_State* state, int index) {
  std::size_t length = 0;
  const char* bytes = luaL_checklstring(state, index, &length);
  return {bytes, length};
}

// The offset, from 0, of a start position that may be negative; beyond the end gives size + 1.
std::size_t start_offset(lua_Integer position, std::size_t size) {
  if (position > 0) return std::min(static_cast<std::size_t>(position) - 1, size + 1);
  if (position == 0 || position < -static_cast<lua_Integer>(size)) return 0;
  return size - static_cast<std::size_t>(-position);
}

bool has_magic(std::string_view pattern) {
  return pattern.find_first_of("^$*+?.([%-") != std::string_view::npos;
}

int push_range(lua_State* state, std::size_t offset, std::size_t length) {
  lua_pushinteger(state, static_cast<lua_Integer>(offset + 1));
  lua_pushinteger(state, static_cast<lua_Integer>(offset + length));
  return 2;
}

int find_or_match(lua_State* state, bool find) {
  LuaRun& run = LuaRun::of(state);
  const std::string_view subject = text_argument(state, 1), pattern = text_argument(state, 2);
  const std::size_t from = start_offset(luaL_optinteger(state, 3, 1), subject.size());
  if (from > subject.size()) {
    luaL_pushfail(state);
    return 1;
  }
  if (find && (lua_toboolean(state, 4) != 0 || !has_magic(pattern))) {
    run.charge(state, subject.size() / 64);
    const void* hit = pattern.empty() ? subject.data() + from
                                      : memmem(subject.data() + from, subject.size() - from, pattern.data(),
                                               pattern.size());
    if (hit != nullptr)
      return push_range(state, static_cast<std::size_t>(static_cast<const char*>(hit) - subject.data()),
                        pattern.size());
    luaL_pushfail(state);
    return 1;
  }
  LuaPattern matcher(state, run, subject, pattern);
  for (const char* at = subject.data() + from; at <= matcher.end(); ++at) {
    if (const char* end = matcher.match(at)) {
      if (!find) return matcher.push_captures(at, end, true);
      push_range(state, static_cast<std::size_t>(at - subject.data()), static_cast<std::size_t>(end - at));
      return 2 + matcher.push_captures(at, end, false);
    }
    if (matcher.anchored()) break;
  }
  luaL_pushfail(state);
  return 1;
}

int string_find(lua_State* state) { return find_or_match(state, true); }
int string_match(lua_State* state) { return find_or_match(state, false); }

// Upvalues: subject, pattern, offset to go on from, end of the last match (-1: none yet).
int gmatch_next(lua_State* state) {
  const std::string_view subject = text_argument(state, lua_upvalueindex(1)),
                         pattern = text_argument(state, lua_upvalueindex(2));
  const auto from = static_cast<std::size_t>(lua_tointeger(state, lua_upvalueindex(3)));
  const lua_Integer last = lua_tointeger(state, lua_upvalueindex(4));
  LuaPattern matcher(state, LuaRun::of(state), subject, pattern, LuaPattern::Anchor::kIgnored);
  for (const char* at = subject.data() + std::min(from, subject.size() + 1); at <= matcher.end(); ++at) {
    const char* end = matcher.match(at);
    if (end == nullptr || end - subject.data() == last) continue;
    lua_pushinteger(state, end - subject.data());
    lua_pushvalue(state, -1);
    lua_replace(state, lua_upvalueindex(3));
    lua_replace(state, lua_upvalueindex(4));
    return matcher.push_captures(at, end, true);
  }
  lua_pushinteger(state, static_cast<lua_Integer>(subject.size() + 1));
  lua_replace(state, lua_upvalueindex(3));
  return 0;
}

int string_gmatch(lua_State* state) {
  const std::string_view subject = text_argument(state, 1);
  text_argument(state, 2);
  const std::size_t from = start_offset(luaL_optinteger(state, 3, 1), subject.size());
  lua_settop(state, 2);
  lua_pushinteger(state, static_cast<lua_Integer>(from));
  lua_pushinteger(state, -1);
  lua_pushcclosure(state, gmatch_next, 4);
  return 1;
}

// "%1 and %0" with the captures put in.
void append_template(lua_State* state, std::string& out, LuaPattern& matcher, const char* start,
                     const char* end) {
  const std::string_view text = text_argument(state, 3);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const char next = ++i < text.size() ? text[i] : '\0';
    if (next == '%') {
      out += '%';
    } else if (next == '0') {
      out.append(start, end);
    } else if (next >= '1' && next <= '9') {
      matcher.push_capture(next - '1', start, end);
      std::size_t length = 0;
      const char* bytes = luaL_tolstring(state, -1, &length);
      out.append(bytes, length);
      lua_pop(state, 2);
    } else {
      luaL_error(state, "invalid use of '%%' in replacement string");
    }
  }
}

// Appends what the match becomes; false when it stays.
bool append_replacement(lua_State* state, std::string& out, LuaPattern& matcher, const char* start,
                        const char* end) {
  switch (lua_type(state, 3)) {
    case LUA_TFUNCTION:
      lua_pushvalue(state, 3);
      lua_call(state, matcher.push_captures(start, end, true), 1);
      break;
    case LUA_TTABLE:
      matcher.push_capture(0, start, end);
      lua_gettable(state, 3);
      break;
    default:
      append_template(state, out, matcher, start, end);
      return true;
  }
  if (lua_toboolean(state, -1) == 0) {
    lua_pop(state, 1);
    out.append(start, end);
    return false;
  }
  if (lua_isstring(state, -1) == 0)
    luaL_error(state, "invalid replacement value (a %s)", luaL_typename(state, -1));
  std::size_t length = 0;
  const char* bytes = lua_tolstring(state, -1, &length);
  out.append(bytes, length);
  lua_pop(state, 1);
  return true;
}

int string_gsub(lua_State* state) {
  LuaRun& run = LuaRun::of(state);
  const std::string_view subject = text_argument(state, 1), pattern = text_argument(state, 2);
  const int type = lua_type(state, 3);
  if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TFUNCTION && type != LUA_TTABLE)
    return luaL_typeerror(state, 3, "string/function/table");
  const lua_Integer most = luaL_optinteger(state, 4, static_cast<lua_Integer>(subject.size()) + 1);
  LuaPattern matcher(state, run, subject, pattern);
  std::string out;
  const char* at = subject.data();
  const char* last = nullptr;
  lua_Integer count = 0;
  while (count < most) {
    const char* end = matcher.match(at);
    if (end != nullptr && end != last) {
      ++count;
      append_replacement(state, out, matcher, at, end);
      at = last = end;
    } else if (at < matcher.end()) {
      out += *at++;
    } else {
      break;
    }
    // This text is not in Lua's memory yet; asking for as much there gives Lua's own error.
    if (out.size() > run.limits().memory_bytes) lua_newuserdatauv(state, out.size(), 0);
    if (matcher.anchored()) break;
  }
  out.append(at, matcher.end());
  lua_pushlstring(state, out.data(), out.size());
  lua_pushinteger(state, count);
  return 2;
}

}  // namespace

void add_string_functions(lua_State* state) {
  const luaL_Reg functions[] = {{"find", string_find},
                                {"match", string_match},
                                {"gmatch", string_gmatch},
                                {"gsub", string_gsub},
                                {nullptr, nullptr}};
  luaL_setfuncs(state, functions, 0);
}

}  // namespace opsflux::automation
