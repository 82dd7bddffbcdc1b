// Runs Lua 5.4 that may be wrong or hostile, and always comes back.
//
// A script file returns a table of functions; a run calls one of them with one value:
//
//   return {
//     ["company.created"] = function(event)
//       if event.record.score < 50 then
//         opsflux.update("tiers.company", event.record.id, { status = "evaluation" })
//       end
//     end,
//   }
//
// What a script has: the base functions without load, dofile, require, rawset and collectgarbage; string
// (without dump and pack), table, math, utf8; and `opsflux`, described in README.md. No files, sockets,
// processes, coroutines or debug library, no bytecode. Reading a name that does not exist and assigning a
// global are errors.
//
// Limits: memory by the allocator; instructions by a count hook and by the pattern matcher, which is our own;
// time by both. A script that hit the instruction or time limit is ended, whatever it catches with pcall.
// Every run has a state of its own, so that nothing of one run is seen by the next.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/automation/script_host.hpp"

namespace opsflux::automation {

struct SandboxLimits {
  std::size_t memory_bytes = 16 << 20;
  std::uint64_t instructions = 20'000'000;  // of Lua's machine; a step of the pattern matcher counts as one
  std::chrono::milliseconds time{5'000};    // on the wall; looked at every few instructions and at every call
  std::size_t log_lines = 200;              // further ones are counted, not kept
  std::size_t log_line_bytes = 2'000;       // longer ones are cut
};

// A script whose text was compiled once to see that it is right. Cheap to copy, immutable.
class Script {
 public:
  // `name` stands in messages: "triggers/review.lua". Runs the file's own statements without a host, to learn
  // its functions. Errors (kInvalid, `field` is the name, params hold file and line): lua.syntax, lua.shape
  // (does not return a table of functions), and those of a run.
  static Result<Script> compile(std::string_view text, std::string_view name,
                                const SandboxLimits& limits = {});

  const std::string& name() const { return state_->name; }
  const std::vector<std::string>& functions() const { return state_->functions; }  // sorted
  bool has(std::string_view function) const;

 private:
  friend class Sandbox;
  struct State {
    std::string text;
    std::string name;
    std::vector<std::string> functions;
  };
  explicit Script(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

struct ScriptLogLine {
  std::string level;  // "debug", "info", "warn", "error"
  std::string text;
};

// What a run did, also when it failed.
struct ScriptRun {
  // What the function returned (null for nothing), or why it ended. Codes: lua.error, lua.global {name},
  // lua.memory, lua.instructions, lua.time, lua.unknown_function, lua.failed (Internal); an error of the host
  // that the script did not catch keeps its own code and field. Params: file, line.
  Result<Json> result;
  std::vector<ScriptLogLine> log;
  std::size_t dropped_log_lines = 0;
  std::uint64_t instructions = 0;
  std::size_t peak_memory_bytes = 0;
  std::chrono::microseconds duration{0};
};

// Stateless but for its limits; safe to use from several threads.
class Sandbox {
 public:
  explicit Sandbox(SandboxLimits limits = {}) : limits_(limits) {}

  // Calls `function` of the script with `argument`. Does not throw.
  ScriptRun run(const Script& script, std::string_view function, const Json& argument,
                ScriptHost& host) const;

 private:
  SandboxLimits limits_;
};

}  // namespace opsflux::automation
