#include "host/automation/lua_run.hpp"

#include "host/base/text.hpp"

namespace opsflux::automation {
namespace {

// Each look costs some 30 ns. The number is small because one instruction can take long: joining two texts of
// 8 MB, or comparing them.
constexpr int kInstructionsBetweenLooks = 100;

const char kHostErrorKey = 0;  // its address names the metatable of host errors in the registry

int host_error_text(lua_State* state) {
  lua_getfield(state, 1, "message");
  return 1;
}

// "triggers/review.lua:12: attempt to ..." -> 12.
std::string line_of(std::string_view message, std::string_view file) {
  if (!message.starts_with(file) || message.size() <= file.size() || message[file.size()] != ':') return "";
  const std::string_view rest = message.substr(file.size() + 1);
  const std::string_view digits = rest.substr(0, rest.find(':'));
  return parse_int(digits) ? std::string(digits) : "";
}

}  // namespace

void LuaRun::attach(lua_State* state) { *static_cast<LuaRun**>(lua_getextraspace(state)) = this; }

void LuaRun::watch(lua_State* state) {
  lua_sethook(state, &LuaRun::hook, LUA_MASKCOUNT | LUA_MASKCALL, kInstructionsBetweenLooks);
}

void* LuaRun::allocate(void* run, void* block, std::size_t old_size, std::size_t new_size) {
  auto& self = *static_cast<LuaRun*>(run);
  if (block == nullptr) old_size = 0;  // then it is the kind of the new object
  if (new_size == 0) {
    std::free(block);
    self.memory_ -= old_size;
    return nullptr;
  }
  // Lua relies on shrinking never to fail.
  if (new_size > old_size && self.memory_ - old_size + new_size > self.limits_.memory_bytes) return nullptr;
  void* fresh = std::realloc(block, new_size);
  if (fresh == nullptr) return new_size <= old_size ? block : nullptr;
  self.memory_ = self.memory_ - old_size + new_size;
  self.peak_memory_ = std::max(self.peak_memory_, self.memory_);
  return fresh;
}

void LuaRun::hook(lua_State* state, lua_Debug* event) {
  LuaRun& run = of(state);
  if (event->event == LUA_HOOKCOUNT) run.instructions_ += kInstructionsBetweenLooks;
  run.check(state);
}

void LuaRun::charge(lua_State* state, std::uint64_t steps) {
  instructions_ += steps;
  check(state);
}

void LuaRun::check(lua_State* state) {
  if (stopped_) luaL_error(state, "%s", stopped_->message.c_str());
  if (instructions_ > limits_.instructions)
    stop(state, "lua.instructions",
         "The script did more than " + std::to_string(limits_.instructions) + " instructions.");
  if (std::chrono::steady_clock::now() > deadline_)
    stop(state, "lua.time", "The script ran longer than " + std::to_string(limits_.time.count()) + " ms.");
}

void LuaRun::stop(lua_State* state, std::string_view code, std::string message) {
  stopped_ = Error::invalid(code, message);
  // From now on every instruction is an error, so that no pcall of the script goes on.
  lua_sethook(state, &LuaRun::hook, LUA_MASKCOUNT | LUA_MASKCALL, 1);
  luaL_error(state, "%s", stopped_->message.c_str());
  std::abort();  // luaL_error does not return
}

ScriptHost& LuaRun::host(lua_State* state) const {
  if (host_ == nullptr)
    luaL_error(state, "opsflux can only be used inside of a function of the returned table");
  return *host_;
}

void LuaRun::add_log(std::string_view level, std::string_view text) {
  if (log_.size() >= limits_.log_lines) {
    ++dropped_log_lines_;
    return;
  }
  std::string line(text.substr(0, limits_.log_line_bytes));
  while (!line.empty() && !is_utf8(line) && line.size() + 4 > limits_.log_line_bytes)
    line.pop_back();  // a cut character
  if (!is_utf8(line)) line = "(text that is not UTF-8)";
  std::replace(line.begin(), line.end(), '\0', ' ');
  log_.push_back({std::string(level), std::move(line)});
}

void LuaRun::raise(lua_State* state, Error error) {
  lua_createtable(state, 1, 3);
  const auto field = [&](const char* name, const std::string& value) {
    lua_pushlstring(state, value.data(), value.size());
    lua_setfield(state, -2, name);
  };
  field("code", error.code);
  field("message", error.message);
  if (!error.field.empty()) field("field", error.field);
  host_errors_.push_back(std::move(error));
  lua_pushinteger(state, static_cast<lua_Integer>(host_errors_.size()));
  lua_rawseti(state, -2, 1);
  if (lua_rawgetp(state, LUA_REGISTRYINDEX, &kHostErrorKey) != LUA_TTABLE) {
    lua_pop(state, 1);
    lua_createtable(state, 0, 2);
    lua_pushcfunction(state, host_error_text);
    lua_setfield(state, -2, "__tostring");
    lua_pushboolean(state, 0);
    lua_setfield(state, -2, "__metatable");
    lua_pushvalue(state, -1);
    lua_rawsetp(state, LUA_REGISTRYINDEX, &kHostErrorKey);
  }
  lua_setmetatable(state, -2);
  lua_error(state);
  std::abort();  // lua_error does not return
}

// Allocates nothing in Lua: it may run when memory is at its limit.
int LuaRun::on_error(lua_State* state) {
  LuaRun& run = of(state);
  if (lua_type(state, 1) == LUA_TSTRING) {
    std::size_t length = 0;
    const char* text = lua_tolstring(state, 1, &length);
    run.message_.assign(text, std::min<std::size_t>(length, 4'000));
  } else {
    run.message_ =
        std::string("The script failed with an error object that is a ") + luaL_typename(state, 1) + ".";
    if (lua_getmetatable(state, 1) != 0) {
      lua_rawgetp(state, LUA_REGISTRYINDEX, &kHostErrorKey);
      if (lua_rawequal(state, -1, -2) != 0) {
        lua_rawgeti(state, 1, 1);
        const auto index = static_cast<std::size_t>(lua_tointeger(state, -1)) - 1;
        if (index < run.host_errors_.size()) run.host_error_ = run.host_errors_[index];
      }
    }
  }
  lua_settop(state, 1);
  return 1;
}

Error LuaRun::error(int status, std::string_view file) const {
  if (stopped_) return Error(*stopped_).at(file).with("file", file);
  if (status == LUA_ERRMEM)
    return Error::invalid("lua.memory", "The script needs more than " +
                                            std::to_string(limits_.memory_bytes >> 20) + " MB of memory.")
        .at(file)
        .with("file", file);
  if (host_error_) return Error(*host_error_).with("file", file);
  if (message_.empty())
    return Error::internal("lua.failed", "The script could not be run.")
        .at(file)
        .because("lua_pcall gave " + std::to_string(status));
  const std::string message =
      is_utf8(message_) ? message_ : "The script failed with a message that is not UTF-8.";
  const std::string line = line_of(message, file);
  const bool global = !global_name.empty() && message == global_message;
  Error out = Error::invalid(global ? "lua.global" : "lua.error", message)
                  .at(file)
                  .with("file", file)
                  .with("line", line)
                  .with("message", message);
  if (global) out.params.emplace_back("name", global_name);
  return out;
}

ScriptRun LuaRun::finish(Result<Json> result) {
  const auto taken =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started_);
  return {.result = std::move(result),
          .log = std::move(log_),
          .dropped_log_lines = dropped_log_lines_,
          .instructions = instructions_,
          .peak_memory_bytes = peak_memory_,
          .duration = taken};
}

}  // namespace opsflux::automation
