#include "host/automation/lua_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux::automation {
namespace {

const char kNullKey = 0;   // its address is the sentinel
const char kArrayKey = 0;  // names the metatable of arrays in the registry

void push_value(lua_State* state, const Json& value, int depth);

void push_text(lua_State* state, const std::string& text) {
  lua_pushlstring(state, text.data(), text.size());
}

void push_array(lua_State* state, const Json& array, int depth) {
  lua_createtable(state, static_cast<int>(std::min<std::size_t>(array.size(), kMaxLuaValues)), 0);
  lua_Integer index = 0;
  for (const Json& item : array) {
    push_value(state, item, depth + 1);
    lua_rawseti(state, -2, ++index);
  }
  mark_array(state);
}

void push_object(lua_State* state, const Json& object, int depth) {
  lua_createtable(state, 0, static_cast<int>(std::min<std::size_t>(object.size(), kMaxLuaValues)));
  for (const auto& [key, item] : object.items()) {
    push_text(state, key);
    push_value(state, item, depth + 1);
    lua_rawset(state, -3);
  }
}

void push_value(lua_State* state, const Json& value, int depth) {
  if (depth > kMaxLuaDepth) luaL_error(state, "the value is nested too deeply for a script");
  luaL_checkstack(state, 4, "value");
  switch (value.type()) {
    case Json::value_t::boolean:
      return lua_pushboolean(state, value.get<bool>() ? 1 : 0);
    case Json::value_t::number_integer:
      return lua_pushinteger(state, value.get<lua_Integer>());
    case Json::value_t::number_unsigned:
      if (value.get<std::uint64_t>() > std::uint64_t{INT64_MAX})
        return lua_pushnumber(state, value.get<double>());
      return lua_pushinteger(state, value.get<lua_Integer>());
    case Json::value_t::number_float:
      return lua_pushnumber(state, value.get<double>());
    case Json::value_t::string:
      return push_text(state, value.get_ref<const std::string&>());
    case Json::value_t::array:
      return push_array(state, value, depth);
    case Json::value_t::object:
      return push_object(state, value, depth);
    default:
      return push_null(state);
  }
}

class Reader {
 public:
  explicit Reader(lua_State* state) : state_(state) {}

  Json read(int index, int depth) {
    if (depth > kMaxLuaDepth) luaL_error(state_, "the value is nested too deeply, or contains itself");
    if (++count_ > kMaxLuaValues) luaL_error(state_, "the value has too many parts");
    luaL_checkstack(state_, 4, "value");
    switch (lua_type(state_, index)) {
      case LUA_TNIL:
        return nullptr;
      case LUA_TBOOLEAN:
        return lua_toboolean(state_, index) != 0;
      case LUA_TSTRING:
        return text(index);
      case LUA_TNUMBER:
        return number(index);
      case LUA_TTABLE:
        return is_array(index) ? array(index, depth) : object(index, depth);
      case LUA_TLIGHTUSERDATA:
        if (is_null(state_, index)) return nullptr;
        [[fallthrough]];
      default:
        luaL_error(state_, "a %s cannot leave the script", luaL_typename(state_, index));
    }
    return nullptr;
  }

 private:
  std::string text(int index) {
    std::size_t length = 0;
    const char* bytes = lua_tolstring(state_, index, &length);
    bytes_ += length;
    if (bytes_ > kMaxLuaTextBytes) luaL_error(state_, "the value is too large to leave the script");
    std::string out(bytes, length);
    if (!is_utf8(out)) luaL_error(state_, "a text that is not UTF-8 cannot leave the script");
    return out;
  }

  Json number(int index) {
    if (lua_isinteger(state_, index) != 0) return static_cast<std::int64_t>(lua_tointeger(state_, index));
    const double value = lua_tonumber(state_, index);
    if (!std::isfinite(value)) luaL_error(state_, "a number that is not finite cannot leave the script");
    return value;
  }

  bool is_array(int index) {
    const lua_Unsigned length = lua_rawlen(state_, index);
    if (length > 0) return true;  // other keys are then an error
    if (lua_getmetatable(state_, index) == 0) return false;
    lua_rawgetp(state_, LUA_REGISTRYINDEX, &kArrayKey);
    const bool marked = lua_rawequal(state_, -1, -2) != 0;
    lua_pop(state_, 2);
    return marked;
  }

  Json array(int index, int depth) {
    index = lua_absindex(state_, index);
    const auto length = static_cast<lua_Integer>(lua_rawlen(state_, index));
    lua_Integer keys = 0;
    for (lua_pushnil(state_); lua_next(state_, index) != 0; lua_pop(state_, 1))
      if (++keys > length)
        luaL_error(state_, "a table must be an array or an object, not both (or its numbers have gaps)");
    if (keys != length) luaL_error(state_, "an array must not have gaps");
    Json out = Json::array();
    for (lua_Integer i = 1; i <= length; ++i) {
      lua_rawgeti(state_, index, i);
      out.push_back(read(-1, depth + 1));
      lua_pop(state_, 1);
    }
    return out;
  }

  Json object(int index, int depth) {
    index = lua_absindex(state_, index);
    Json out = Json::object();
    for (lua_pushnil(state_); lua_next(state_, index) != 0; lua_pop(state_, 1)) {
      if (lua_type(state_, -2) != LUA_TSTRING)
        luaL_error(state_, "the keys of an object must be texts, not a %s", luaL_typename(state_, -2));
      const std::string key = text(-2);
      out[key] = read(-1, depth + 1);
    }
    return out;
  }

  lua_State* state_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

void push_json(lua_State* state, const Json& value) { push_value(state, value, 1); }

Json to_json(lua_State* state, int index) { return Reader(state).read(lua_absindex(state, index), 1); }

void push_null(lua_State* state) { lua_pushlightuserdata(state, const_cast<char*>(&kNullKey)); }

bool is_null(lua_State* state, int index) { return lua_touserdata(state, index) == &kNullKey; }

void mark_array(lua_State* state) {
  if (lua_rawgetp(state, LUA_REGISTRYINDEX, &kArrayKey) != LUA_TTABLE) {
    lua_pop(state, 1);
    lua_createtable(state, 0, 1);
    lua_pushboolean(state, 0);
    lua_setfield(state, -2, "__metatable");
    lua_pushvalue(state, -1);
    lua_rawsetp(state, LUA_REGISTRYINDEX, &kArrayKey);
  }
  lua_setmetatable(state, -2);
}

}  // namespace opsflux::automation
