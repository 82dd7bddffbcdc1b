// Lua's patterns with a budget: Lua's own matcher runs inside one C call, where no hook can stop it, and four
// ".-" on 400 characters keep it busy for a minute.
//
// The language is exactly that of Lua 5.4 (reference manual, 6.4.1), after its lstrlib.c (MIT licence).
#pragma once

#include <string_view>

#include "host/automation/lua_run.hpp"

namespace opsflux::automation {

class LuaPattern {
 public:
  enum class Anchor : std::uint8_t {
    kHeeded,
    kIgnored
  };  // what a leading ^ is; gmatch takes it as a character

  // Both texts must outlive it. Steps are charged to `run`; wrong patterns are Lua errors.
  LuaPattern(lua_State* state, LuaRun& run, std::string_view subject, std::string_view pattern,
             Anchor anchor = Anchor::kHeeded);

  // Tries to match with the pattern's first character at `at`; gives the end of the match, or nullptr.
  const char* match(const char* at);
  // Pushes the captures of the last match: position captures as integers; without captures the whole match.
  int push_captures(const char* start, const char* end, bool whole_if_none);
  void push_capture(int index, const char* start, const char* end);
  int captures() const { return level_; }

  bool anchored() const { return anchored_; }
  const char* begin() const { return begin_; }
  const char* end() const { return end_; }

 private:
  static constexpr int kMaxCaptures = 32;
  static constexpr int kMaxDepth = 200;
  static constexpr std::ptrdiff_t kUnfinished = -1;
  static constexpr std::ptrdiff_t kPosition = -2;

  struct Capture {
    const char* start;
    std::ptrdiff_t length;
  };

  void step() {
    if (++steps_ >= kStepsBetweenCharges) pay();
  }
  void pay();

  const char* match_from(const char* s, const char* p);
  const char* match_item(const char* s, const char* p);
  const char* match_repeated(const char* s, const char* p, const char* ep);
  const char* longest(const char* s, const char* p, const char* ep);
  const char* shortest(const char* s, const char* p, const char* ep);
  const char* balanced(const char* s, const char* p);
  const char* frontier(const char*& p, const char* s);
  const char* open_capture(const char* s, const char* p, std::ptrdiff_t kind);
  const char* close_capture(const char* s, const char* p);
  const char* back_reference(const char* s, int digit);
  const char* class_end(const char* p);
  bool single(const char* s, const char* p, const char* ep) const;

  static constexpr std::uint64_t kStepsBetweenCharges = 4096;

  lua_State* const state_;
  LuaRun& run_;
  const char* const begin_;
  const char* const end_;
  const char* pattern_;
  const char* const pattern_end_;
  bool anchored_;
  int level_ = 0;
  int depth_ = 0;
  std::uint64_t steps_ = 0;
  Capture captures_[kMaxCaptures];
};

}  // namespace opsflux::automation
