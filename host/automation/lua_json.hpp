// Values between JSON and Lua.
//
// null is the sentinel opsflux.null both ways (a table cannot hold nil). Integers stay integers, floats stay
// floats. A table is an array when its keys are 1..n; an empty one is an object, unless it came from a JSON
// array or was marked with opsflux.array(), which holds through changes.
#pragma once

#include <lua5.4/lua.hpp>

#include "host/base/json.hpp"

namespace opsflux::automation {

inline constexpr int kMaxLuaDepth = 32;
inline constexpr std::size_t kMaxLuaValues = 100'000;     // in one conversion
inline constexpr std::size_t kMaxLuaTextBytes = 8 << 20;  // of all texts that leave in one conversion

// Both throw a Lua error when the value is too deep or too large. Text need not be UTF-8 inside of Lua;
// to_json refuses what is not.
void push_json(lua_State* state, const Json& value);
Json to_json(lua_State* state, int index);

void push_null(lua_State* state);
bool is_null(lua_State* state, int index);
// Marks the table on top as an array.
void mark_array(lua_State* state);

}  // namespace opsflux::automation
