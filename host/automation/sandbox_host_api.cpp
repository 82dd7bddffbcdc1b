// The table `opsflux` of a script: ScriptHost, in Lua.
#include <nlohmann/json.hpp>

#include "host/automation/lua_json.hpp"
#include "host/automation/lua_run.hpp"
#include "host/base/text.hpp"
#include "host/entities/expression/types.hpp"

namespace opsflux::automation {
namespace {

constexpr std::int64_t kDefaultLimit = 100, kMostListed = 1000;

std::string text_argument(lua_State* state, int index) {
  std::size_t length = 0;
  const char* bytes = luaL_checklstring(state, index, &length);
  std::string text(bytes, length);
  if (!is_utf8(text)) luaL_argerror(state, index, "not UTF-8 text");
  return text;
}

Json table_argument(lua_State* state, int index) {
  luaL_checktype(state, index, LUA_TTABLE);
  Json value = to_json(state, index);
  if (!value.is_object()) luaL_argerror(state, index, "a table of field names and values is needed");
  return value;
}

int give(lua_State* state, Result<Json> result) {
  if (!result) LuaRun::of(state).raise(state, std::move(result).error());
  push_json(state, *result);
  return 1;
}

int api_get(lua_State* state) {
  return give(state, LuaRun::of(state).host(state).get(text_argument(state, 1), text_argument(state, 2)));
}

std::string optional_text(const Json& options, const char* key, lua_State* state) {
  const auto it = options.find(key);
  if (it == options.end() || it->is_null()) return "";
  if (!it->is_string()) luaL_error(state, "%s must be a text", key);
  return it->get<std::string>();
}

int api_list(lua_State* state) {
  const std::string entity = text_argument(state, 1);
  ScriptListQuery query;
  if (!lua_isnoneornil(state, 2)) {
    const Json options = table_argument(state, 2);
    for (const auto& [key, value] : options.items())
      if (key != "filter" && key != "sort" && key != "limit")
        luaL_error(state, "list has no option \"%s\"; there are filter, sort and limit", key.c_str());
    query.filter = optional_text(options, "filter", state);
    query.sort = optional_text(options, "sort", state);
    const Json limit = options.value("limit", Json(kDefaultLimit));
    if (!limit.is_number_integer() || limit.get<std::int64_t>() < 1 ||
        limit.get<std::int64_t>() > kMostListed)
      luaL_error(state, "limit must be a whole number from 1 to %d", static_cast<int>(kMostListed));
    query.limit = limit.get<std::int64_t>();
  }
  return give(state, LuaRun::of(state).host(state).list(entity, query));
}

int api_create(lua_State* state) {
  return give(state, LuaRun::of(state).host(state).create(text_argument(state, 1), table_argument(state, 2)));
}

int api_update(lua_State* state) {
  const std::string entity = text_argument(state, 1), id = text_argument(state, 2);
  return give(state, LuaRun::of(state).host(state).update(entity, id, table_argument(state, 3)));
}

int api_delete(lua_State* state) {
  auto result = LuaRun::of(state).host(state).remove(text_argument(state, 1), text_argument(state, 2));
  if (!result) LuaRun::of(state).raise(state, std::move(result).error());
  return 0;
}

int api_log(lua_State* state) {
  const std::string level = text_argument(state, 1);
  if (level != "debug" && level != "info" && level != "warn" && level != "error")
    return luaL_argerror(state, 1, "the level is debug, info, warn or error");
  std::size_t length = 0;
  const char* text = luaL_tolstring(state, 2, &length);
  LuaRun::of(state).add_log(level, {text, length});
  return 0;
}

int api_now(lua_State* state) {
  lua_pushstring(state, format_utc(LuaRun::of(state).host(state).now()).c_str());
  return 1;
}

int api_today(lua_State* state) {
  lua_pushstring(state, format_utc(LuaRun::of(state).host(state).now()).substr(0, 10).c_str());
  return 1;
}

int api_setting(lua_State* state) {
  return give(state, LuaRun::of(state).host(state).setting(text_argument(state, 1)));
}

int api_flag(lua_State* state) {
  auto on = LuaRun::of(state).host(state).flag(text_argument(state, 1));
  if (!on) LuaRun::of(state).raise(state, std::move(on).error());
  lua_pushboolean(state, *on ? 1 : 0);
  return 1;
}

int api_add_days(lua_State* state) {
  const auto day = expression::parse_days(text_argument(state, 1));
  if (!day) return luaL_argerror(state, 1, "not an existing date such as \"2026-01-31\"");
  const lua_Integer days = luaL_checkinteger(state, 2);
  constexpr lua_Integer kMost = 4'000'000;  // more than the calendar has
  const auto moved = days < -kMost || days > kMost ? std::nullopt : expression::days_text(*day + days);
  if (!moved) return luaL_argerror(state, 2, "the date leaves the years 1 to 9999");
  lua_pushstring(state, moved->c_str());
  return 1;
}

int api_days_between(lua_State* state) {
  const auto from = expression::parse_days(text_argument(state, 1)),
             to = expression::parse_days(text_argument(state, 2));
  if (!from) return luaL_argerror(state, 1, "not an existing date such as \"2026-01-31\"");
  if (!to) return luaL_argerror(state, 2, "not an existing date such as \"2026-01-31\"");
  lua_pushinteger(state, *to - *from);
  return 1;
}

int api_array(lua_State* state) {
  if (lua_isnoneornil(state, 1)) {
    lua_settop(state, 0);
    lua_createtable(state, 0, 0);
  }
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  mark_array(state);
  return 1;
}

int api_has(lua_State* state) {
  lua_pushboolean(state, lua_isnoneornil(state, 1) || is_null(state, 1) ? 0 : 1);
  return 1;
}

int null_text(lua_State* state) {
  lua_pushliteral(state, "null");
  return 1;
}

void push_null_with_text(lua_State* state) {
  push_null(state);
  lua_createtable(state, 0, 2);
  lua_pushcfunction(state, null_text);
  lua_setfield(state, -2, "__tostring");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
}

}  // namespace

void add_host_functions(lua_State* state) {
  const luaL_Reg functions[] = {
      {"get", api_get},       {"list", api_list},         {"create", api_create},
      {"update", api_update}, {"delete", api_delete},     {"log", api_log},
      {"now", api_now},       {"today", api_today},       {"setting", api_setting},
      {"flag", api_flag},     {"add_days", api_add_days}, {"days_between", api_days_between},
      {"array", api_array},   {"has", api_has},           {nullptr, nullptr}};
  luaL_newlib(state, functions);
  push_null_with_text(state);
  lua_setfield(state, -2, "null");
  lua_setfield(state, -2, "opsflux");
}

}  // namespace opsflux::automation
