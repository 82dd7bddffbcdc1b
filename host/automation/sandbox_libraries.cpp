// What a script finds: a choice of Lua's libraries, with what could run without end or reach outside left
// out.
#include "host/automation/lua_run.hpp"

namespace opsflux::automation {
namespace {

constexpr lua_Integer kMostMoved = 1'000'000;

int log_print(lua_State* state) {
  std::string line;
  for (int i = 1; i <= lua_gettop(state); ++i) {
    std::size_t length = 0;
    const char* text = luaL_tolstring(state, i, &length);
    if (i > 1) line += ' ';
    line.append(text, std::min<std::size_t>(length, LuaRun::of(state).limits().log_line_bytes));
    lua_pop(state, 1);
    if (line.size() > LuaRun::of(state).limits().log_line_bytes) break;
  }
  LuaRun::of(state).add_log("info", line);
  return 0;
}

// Upvalue: the script's handler. An error that a hook raised is handled with hooks off, where a handler could
// run without end: the run is over then, and the handler is not asked.
int handle_error(lua_State* state) {
  if (LuaRun::of(state).stopped()) return 1;
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  lua_call(state, 1, 1);
  return 1;
}

int call_with_handler(lua_State* state) {
  luaL_checktype(state, 2, LUA_TFUNCTION);
  const int arguments = lua_gettop(state) - 2;
  lua_pushvalue(state, 2);
  lua_pushcclosure(state, handle_error, 1);
  lua_replace(state, 2);
  lua_pushvalue(state, 1);
  lua_insert(state, 3);  // function, handler, function, arguments
  const int status = lua_pcall(state, arguments, LUA_MULTRET, 2);
  lua_pushboolean(state, status == LUA_OK ? 1 : 0);
  lua_replace(state, 2);
  return lua_gettop(state) - 1;
}

// Finalizers run where no hook does, so no table may get one.
int set_metatable(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  if (lua_type(state, 2) != LUA_TNIL) luaL_checktype(state, 2, LUA_TTABLE);
  if (luaL_getmetafield(state, 1, "__metatable") != LUA_TNIL)
    return luaL_error(state, "cannot change a protected metatable");
  if (lua_istable(state, 2)) {
    lua_pushliteral(state, "__gc");
    if (lua_rawget(state, 2) != LUA_TNIL) return luaL_error(state, "__gc is not offered");
  }
  lua_settop(state, 2);
  lua_setmetatable(state, 1);
  return 1;
}

// The functions of `table` loop in C up to a length that __len may invent, over elements that __index may
// invent: they are for plain tables here.
void check_plain(lua_State* state, int index) {
  luaL_checktype(state, index, LUA_TTABLE);
  for (const char* name : {"__len", "__index", "__newindex"})
    if (luaL_getmetafield(state, index, name) != LUA_TNIL)
      luaL_error(state, "this table has %s; functions of table work on plain tables", name);
}

// Upvalue: the library's own function.
int on_plain_table(lua_State* state) {
  check_plain(state, 1);
  const int arguments = lua_gettop(state);
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  lua_call(state, arguments, LUA_MULTRET);
  return lua_gettop(state);
}

int move_plain(lua_State* state) {
  const lua_Integer from = luaL_checkinteger(state, 2), to = luaL_checkinteger(state, 3);
  // As unsigned, so that the difference cannot overflow.
  if (to >= from &&
      static_cast<lua_Unsigned>(to) - static_cast<lua_Unsigned>(from) >= lua_Unsigned{kMostMoved})
    return luaL_error(state, "too many elements to move");
  if (lua_type(state, 5) != LUA_TNONE && lua_type(state, 5) != LUA_TNIL) check_plain(state, 5);
  return on_plain_table(state);
}

// Comparing long texts takes long, so even the plain order goes through a function that is counted.
int less(lua_State* state) {
  const lua_Unsigned size = std::min(lua_type(state, 1) == LUA_TSTRING ? lua_rawlen(state, 1) : 0,
                                     lua_type(state, 2) == LUA_TSTRING ? lua_rawlen(state, 2) : 0);
  LuaRun::of(state).charge(state, 1 + size / 16);
  lua_pushboolean(state, lua_compare(state, 1, 2, LUA_OPLT));
  return 1;
}

int sort_plain(lua_State* state) {
  lua_settop(state, 2);
  if (lua_isnil(state, 2)) {
    lua_pushcfunction(state, less);
    lua_replace(state, 2);
  }
  return on_plain_table(state);
}

void remove(lua_State* state, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    lua_pushnil(state);
    lua_setfield(state, -2, name);
  }
}

// Opens a library and leaves its table on the stack. The registry's table of loaded modules stays out of
// reach.
void open(lua_State* state, const char* name, lua_CFunction function) {
  luaL_requiref(state, name, function, 0);
}

// Upvalue: the table with everything.
int read_name(lua_State* state) {
  lua_pushvalue(state, 2);
  if (lua_rawget(state, lua_upvalueindex(1)) == LUA_TNIL) {
    const char* name = lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : "?";
    return luaL_error(state, "there is no \"%s\" here; declare it with local", name);
  }
  return 1;
}

int write_name(lua_State* state) {
  LuaRun& run = LuaRun::of(state);
  const char* name = lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : "?";
  luaL_where(state, 1);
  lua_pushfstring(state, "the global \"%s\" is assigned; declare it with local", name);
  lua_concat(state, 2);
  run.global_name = name;
  run.global_message = lua_tostring(state, -1);
  return lua_error(state);
}

// A proxy, so that every assignment of a global is seen, that of an existing name too.
void push_proxy(lua_State* state) {
  lua_createtable(state, 0, 0);
  lua_createtable(state, 0, 3);
  lua_pushvalue(state, -3);
  lua_pushcclosure(state, read_name, 1);
  lua_setfield(state, -2, "__index");
  lua_pushcfunction(state, write_name);
  lua_setfield(state, -2, "__newindex");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
}

void open_base(lua_State* state) {
  open(state, "_G", luaopen_base);
  remove(state,
         {"load", "loadfile", "dofile", "loadstring", "require", "collectgarbage", "rawset", "warn", "_G"});
  lua_pushcfunction(state, log_print);
  lua_setfield(state, -2, "print");
  lua_pushcfunction(state, call_with_handler);
  lua_setfield(state, -2, "xpcall");
  lua_pushcfunction(state, set_metatable);
  lua_setfield(state, -2, "setmetatable");
}

void open_string(lua_State* state) {
  open(state, "string", luaopen_string);
  remove(state, {"dump", "pack", "unpack", "packsize"});
  add_string_functions(state);
  // Texts share one metatable: nobody may take hold of it.
  lua_pushliteral(state, "");
  lua_getmetatable(state, -1);
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_pop(state, 2);
}

}  // namespace

void guard_table_functions(lua_State* state) {
  const auto guard = [&](const char* name, lua_CFunction function) {
    lua_getfield(state, -1, name);
    lua_pushcclosure(state, function, 1);
    lua_setfield(state, -2, name);
  };
  for (const char* name : {"concat", "insert", "remove", "unpack"}) guard(name, on_plain_table);
  guard("move", move_plain);
  guard("sort", sort_plain);
}

void push_environment(lua_State* state) {
  open_base(state);
  open_string(state);
  lua_setfield(state, -2, "string");
  open(state, "table", luaopen_table);
  guard_table_functions(state);
  lua_setfield(state, -2, "table");
  open(state, "math", luaopen_math);
  lua_setfield(state, -2, "math");
  open(state, "utf8", luaopen_utf8);
  lua_setfield(state, -2, "utf8");
  add_host_functions(state);
  push_proxy(state);
  lua_remove(state, -2);
}

}  // namespace opsflux::automation
