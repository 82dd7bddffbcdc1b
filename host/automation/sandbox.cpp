#include "host/automation/sandbox.hpp"

#include <nlohmann/json.hpp>

#include "host/automation/lua_json.hpp"
#include "host/automation/lua_run.hpp"
#include "host/base/text.hpp"

namespace opsflux::automation {
namespace {

constexpr std::size_t kMaxScriptBytes = 256 << 10;

// What goes into the protected call and comes out of it.
struct Call {
  std::string_view text;
  const std::string& name;
  std::string_view function = {};  // empty: only learn what functions there are
  const Json* argument = nullptr;
  std::vector<std::string> functions = {};
  Json result = {};
  bool compiled = false;
};

// Compiles the file and runs its own statements; leaves what it returns on the stack.
void load_file(lua_State* state, Call& call) {
  const std::string chunk = "=" + call.name;
  const int status = luaL_loadbufferx(state, call.text.data(), call.text.size(), chunk.c_str(), "t");
  if (status != LUA_OK) lua_error(state);
  call.compiled = true;
  push_environment(state);
  lua_setupvalue(state, -2, 1);
  LuaRun::of(state).watch(state);
  lua_call(state, 0, 1);
}

void collect_functions(lua_State* state, Call& call) {
  if (!lua_istable(state, -1))
    luaL_error(state, "%s: the file must return a table of functions named after events", call.name.c_str());
  for (lua_pushnil(state); lua_next(state, -2) != 0; lua_pop(state, 1)) {
    if (lua_type(state, -2) != LUA_TSTRING || !lua_isfunction(state, -1))
      luaL_error(state, "%s: the returned table may only hold functions named after events",
                 call.name.c_str());
    std::size_t length = 0;
    const char* name = lua_tolstring(state, -2, &length);
    call.functions.emplace_back(name, length);
    if (!is_utf8(call.functions.back()))
      luaL_error(state, "%s: the name of a function is not UTF-8", call.name.c_str());
  }
  std::sort(call.functions.begin(), call.functions.end());
}

int protected_call(lua_State* state) {
  auto& call = *static_cast<Call*>(lua_touserdata(state, 1));
  load_file(state, call);
  if (call.function.empty()) {
    collect_functions(state, call);
    return 0;
  }
  lua_pushlstring(state, call.function.data(), call.function.size());
  lua_rawget(state, -2);
  push_json(state, *call.argument);
  lua_call(state, 1, 1);
  call.result = to_json(state, -1);
  return 0;
}

// LUA_OK, or what lua_pcall gave; the state is closed either way.
int execute(LuaRun& run, Call& call) {
  const std::unique_ptr<lua_State, void (*)(lua_State*)> state(lua_newstate(&LuaRun::allocate, &run),
                                                               lua_close);
  if (state == nullptr) return LUA_ERRMEM;
  run.attach(state.get());
  lua_pushcfunction(state.get(), &LuaRun::on_error);
  lua_pushcfunction(state.get(), protected_call);
  lua_pushlightuserdata(state.get(), &call);
  return lua_pcall(state.get(), 1, 0, 1);
}

}  // namespace

bool Script::has(std::string_view function) const {
  return std::binary_search(state_->functions.begin(), state_->functions.end(), function);
}

Result<Script> Script::compile(std::string_view text, std::string_view name, const SandboxLimits& limits) {
  auto state = std::make_shared<State>();
  state->text = text;
  state->name = name;
  if (text.size() > kMaxScriptBytes)
    return fail(
        Error::invalid("lua.syntax", "The script is longer than 256 KB.").at(name).with("file", name));
  if (text.starts_with('\x1b'))
    return fail(Error::invalid("lua.syntax", "Only source text is taken, no compiled script.")
                    .at(name)
                    .with("file", name));
  if (!is_utf8(text))
    return fail(Error::invalid("lua.syntax", "The script is not UTF-8 text.").at(name).with("file", name));
  LuaRun run(limits, nullptr);
  Call call{.text = state->text, .name = state->name};
  if (const int status = execute(run, call); status != LUA_OK) {
    Error error = run.error(status, name);
    if (!call.compiled && error.code == "lua.error") error.code = "lua.syntax";
    if (error.message.starts_with(state->name + ": the ")) error.code = "lua.shape";
    return fail(std::move(error));
  }
  if (call.functions.empty())
    return fail(Error::invalid("lua.shape", "The script returns no function.").at(name).with("file", name));
  state->functions = std::move(call.functions);
  return Script(std::move(state));
}

ScriptRun Sandbox::run(const Script& script, std::string_view function, const Json& argument,
                       ScriptHost& host) const {
  LuaRun run(limits_, &host);
  if (!script.has(function))
    return run.finish(fail(Error::invalid("lua.unknown_function",
                                          "The script has no function \"" + std::string(function) + "\".")
                               .at(script.name())
                               .with("name", function)));
  Call call{.text = script.state_->text, .name = script.name(), .function = function, .argument = &argument};
  const int status = execute(run, call);
  if (status != LUA_OK) return run.finish(fail(run.error(status, script.name())));
  return run.finish(std::move(call.result));
}

}  // namespace opsflux::automation
