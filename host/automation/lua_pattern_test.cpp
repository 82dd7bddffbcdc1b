// Our string functions against Lua's own: the same results and the same errors.
#include <gtest/gtest.h>

#include <random>

#include "host/automation/lua_run.hpp"

namespace opsflux::automation {
namespace {

struct Lua {
  explicit Lua(bool bounded)
      : run(SandboxLimits{.instructions = 50'000'000, .time = std::chrono::seconds(60)}, nullptr) {
    state = luaL_newstate();
    luaL_openlibs(state);
    run.attach(state);
    if (!bounded) return;
    lua_getglobal(state, "string");
    add_string_functions(state);
    lua_pop(state, 1);
  }
  ~Lua() { lua_close(state); }
  Lua(const Lua&) = delete;
  Lua& operator=(const Lua&) = delete;

  // What `source` returns, as one text; errors too.
  std::string eval(const std::string& source) {
    const std::string wrapped =
        "local function show(...) local out = {} for i = 1, select('#', ...) do out[i] = type((select(i, "
        "...))) .. ':' .. tostring((select(i, ...))) end return table.concat(out, '|') end return "
        "show(pcall(function() " +
        source + " end))";
    if (luaL_dostring(state, wrapped.c_str()) != LUA_OK)
      return std::string("broken: ") + lua_tostring(state, -1);
    std::size_t length = 0;
    const char* text = lua_tolstring(state, -1, &length);
    std::string out(text, length);
    lua_settop(state, 0);
    return out;
  }

  LuaRun run;
  lua_State* state;
};

TEST(LuaPattern, GivesWhatLuaGives) {
  Lua own(false), bounded(true);
  for (const char* source :
       {"return ('hello world'):find('o w')",
        "return ('hello'):find('l+')",
        "return ('hello'):find('(l)(l)')",
        "return ('hello'):find('')",
        "return ('hello'):find('', 10)",
        "return ('hello'):find('', 6)",
        "return ('hello'):find('l', -2)",
        "return ('hello'):find('l', -100)",
        "return ('a.b'):find('.', 1, true)",
        "return ('a+b'):find('+', 1, true)",
        "return ('key = value'):match('^(%w+)%s*=%s*(%w+)$')",
        "return ('  trim '):match('^%s*(.-)%s*$')",
        "return ('2026-11-21'):match('(%d+)-(%d+)-(%d+)')",
        "return ('x'):match('()x()')",
        "return ('THE (quick) fox'):find('%((%a+)%)')",
        "return ('f(a(b)c)d'):match('%b()')",
        "return ('THE quick'):gsub('%f[%a]%a+', string.lower)",
        "return ('abc'):gsub('', '-')",
        "return ('abc'):gsub('.', {a = 1, b = true, c = false})",
        "return ('abc'):gsub('%w', '%0%0', 2)",
        "return ('hello world'):gsub('(%w+) (%w+)', '%2 %1')",
        "return ('abc'):gsub('b', '%%')",
        "return ('abc'):gsub('b', '%')",
        "return ('abc'):gsub('b', '%2')",
        "return ('abc'):gsub('(b', '')",
        "return ('abc'):gsub('b)', '')",
        "return ('abc'):find('[a')",
        "return ('abc'):find('%')",
        "return ('abc'):find('[%')",
        "return ('abc'):find('%b')",
        "return ('abc'):find('%f')",
        "return ('abc'):find('%1')",
        "return ('abc'):find('(a)%2')",
        "return ('aa bb'):match('(%a)%1')",
        "return ('a]b'):find('[]]')",
        "return ('a-b'):find('[a%-]', 2)",
        "return ('a^b'):find('[b^]')",
        "return ('x]'):find('[^]]')",
        "return ('a\\0b'):find('\\0')",
        "return ('a\\0b'):find('[\\0]')",
        "return ('a\\0b'):match('%z')",
        "return ('abc'):gsub('^a', 'x')",
        "return ('aaa'):gsub('^a', 'x')",
        "local t = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do t[#t+1] = k .. v end return "
        "table.concat(t, ';')",
        "local t = {} for w in ('one two'):gmatch('%a+') do t[#t+1] = w end return table.concat(t, ';')",
        "local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n",
        "local t = {} for w in ('^a^a'):gmatch('^a') do t[#t+1] = w end return table.concat(t, ';')",
        "local t = {} for p in ('abc'):gmatch('()', 2) do t[#t+1] = p end return table.concat(t, ';')",
        "return ('abc'):gsub('b', 5)",
        "return ('abc'):gsub('b', true)",
        "return ('abc'):gsub('b', function() return {} end)",
        "return ('abc'):gsub('(a)(b)', function(a, b) return b .. a end)",
        "return ('abc'):gsub('b', 'x', 0)",
        "return ('abc'):gsub('b', 'x', -1)",
        "return ('äöü'):find('ö')",
        "return ('abc'):find('$')",
        "return ('a$c'):find('$c')",
        "return ('abc'):match('.-')",
        "return ('abc'):match('.-$')",
        "return ('abc'):match('a?b?c?d?')",
        "return ('abc'):find(nil)",
        "return string.find()",
        "return ('a'):rep(40):find(('(a)'):rep(33))",
        "return ('abc'):gsub('()b', '%1')",
        "return ('abc'):match('(a(b(c)))')",
        "return ('ab'):match('((a)(b)')"})
    EXPECT_EQ(bounded.eval(source), own.eval(source)) << source;
}

TEST(LuaPattern, RandomPatternsGiveWhatLuaGives) {
  Lua own(false), bounded(true);
  std::mt19937 random(5);
  const char* pieces[] = {"a", "b", "%a", "%d", ".", "[ab]", "[^a]",  "[a-c%d]", "(", ")", "()", "*",  "+",
                          "-", "?", "%1", "^",  "$", "%b()", "%f[b]", "%.",      "1", "(", ")",  "%s", "x"};
  const char* letters = "ab1.() c";
  for (int round = 0; round < 20'000; ++round) {
    std::string pattern, subject;
    for (unsigned i = 0; i < 1 + random() % 6; ++i) pattern += pieces[random() % std::size(pieces)];
    for (unsigned i = 0; i < random() % 12; ++i) subject += letters[random() % 8];
    const char* calls[] = {"find", "match", "gsub"};
    const std::string call = calls[random() % 3];
    const std::string source = "return string." + call + "('" + subject + "', '" + pattern + "'" +
                               (call == "gsub" ? ", '<%0>'" : "") + ")";
    ASSERT_EQ(bounded.eval(source), own.eval(source)) << source;
  }
}

}  // namespace
}  // namespace opsflux::automation
