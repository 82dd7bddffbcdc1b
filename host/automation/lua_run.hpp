// One run of a script: its limits, what it used, and why it was stopped. Internal to this folder.
#pragma once

#include <chrono>
#include <lua5.4/lua.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/automation/sandbox.hpp"

namespace opsflux::automation {

class LuaRun {
 public:
  LuaRun(const SandboxLimits& limits, ScriptHost* host)
      : limits_(limits),
        host_(host),
        started_(std::chrono::steady_clock::now()),
        deadline_(started_ + limits.time) {}

  // The run that a state belongs to.
  static LuaRun& of(lua_State* state) { return **static_cast<LuaRun**>(lua_getextraspace(state)); }
  void attach(lua_State* state);
  void watch(lua_State* state);  // from here on instructions and time are counted

  // lua_Alloc; `run` is the LuaRun.
  static void* allocate(void* run, void* block, std::size_t old_size, std::size_t new_size);

  // Counts work done outside of Lua's machine. Throws a Lua error when a limit is passed.
  void charge(lua_State* state, std::uint64_t steps);
  bool stopped() const { return stopped_.has_value(); }
  // The host, or a Lua error while the file's own statements run.
  ScriptHost& host(lua_State* state) const;
  const SandboxLimits& limits() const { return limits_; }

  void add_log(std::string_view level, std::string_view text);
  // Throws `error` as a Lua error: a table with code, message, field, which tostring() turns into the
  // message.
  [[noreturn]] void raise(lua_State* state, Error error);
  // Why the script ended: called by lua_pcall with the error object on top, before the stack unwinds.
  static int on_error(lua_State* state);
  // The error after lua_pcall failed with `status`.
  Error error(int status, std::string_view file) const;

  std::string global_name;     // the global whose assignment was refused last
  std::string global_message;  // and the message then

  ScriptRun finish(Result<Json> result);

 private:
  static void hook(lua_State* state, lua_Debug* event);
  void check(lua_State* state);
  [[noreturn]] void stop(lua_State* state, std::string_view code, std::string message);

  const SandboxLimits limits_;
  ScriptHost* const host_;
  const std::chrono::steady_clock::time_point started_;
  const std::chrono::steady_clock::time_point deadline_;
  std::uint64_t instructions_ = 0;
  std::size_t memory_ = 0;
  std::size_t peak_memory_ = 0;
  std::vector<ScriptLogLine> log_;
  std::size_t dropped_log_lines_ = 0;
  std::optional<Error> stopped_;     // a limit that ends the run for good
  std::vector<Error> host_errors_;   // raised so far; the Lua table names its index
  std::optional<Error> host_error_;  // the one that ended the run
  std::string message_;              // of the error that ended the run
};

// The libraries of a script, and its globals table, left on the stack (sandbox_libraries.cpp).
void push_environment(lua_State* state);
void add_host_functions(lua_State* state);     // into the table on top, as `opsflux`
void add_string_functions(lua_State* state);   // into the table on top: find, match, gmatch, gsub
void guard_table_functions(lua_State* state);  // of the table on top

}  // namespace opsflux::automation
