#include "host/automation/sandbox.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux::automation {
namespace {

// Records in memory, with an entity that refuses.
class MemoryHost final : public ScriptHost {
 public:
  Result<Json> get(std::string_view entity, std::string_view id) override {
    const auto it = records.find(std::string(entity) + "/" + std::string(id));
    if (it == records.end()) return fail(Error::not_found("entity.not_found", "There is no such record."));
    return it->second;
  }
  Result<Json> list(std::string_view entity, const ScriptListQuery& query) override {
    return Json::array(
        {{{"entity", entity}, {"filter", query.filter}, {"sort", query.sort}, {"limit", query.limit}}});
  }
  Result<Json> create(std::string_view entity, const Json& values) override {
    if (values.value("name", "") == "")
      return fail(Error::invalid("entity.required", "The name is required.").at("name"));
    Json record = values;
    record["id"] = "new";
    records[std::string(entity) + "/new"] = record;
    return record;
  }
  Result<Json> update(std::string_view entity, std::string_view id, const Json& values) override {
    records[std::string(entity) + "/" + std::string(id)].update(values);
    return get(entity, id);
  }
  Result<void> remove(std::string_view entity, std::string_view id) override {
    records.erase(std::string(entity) + "/" + std::string(id));
    return {};
  }
  Result<Json> setting(std::string_view key) override {
    if (key == "throws") throw std::runtime_error("the host throws");
    return Json(90);
  }
  Result<bool> flag(std::string_view name) override { return name == "new_map"; }
  UtcNs now() override { return *parse_utc("2026-11-21T07:05:03.123456Z"); }

  std::map<std::string, Json> records;
};

class SandboxTest : public ::testing::Test {
 protected:
  // Runs `body` as the function "go" with the parameter `event`.
  ScriptRun run(const std::string& body, const Json& event = nullptr) {
    auto script =
        Script::compile("return { go = function(event)\n" + body + "\nend }", "triggers/t.lua", limits);
    if (!script) return {.result = fail(script.error()), .log = {}};
    return Sandbox(limits).run(*script, "go", event, host);
  }
  Json value(const std::string& body, const Json& event = nullptr) {
    const auto out = run(body, event);
    return out.result ? *out.result
                      : Json("ERROR " + out.result.error().code + ": " + out.result.error().message);
  }
  std::string code(const std::string& body, const Json& event = nullptr) {
    const auto out = run(body, event);
    return out.result ? "ok " + out.result->dump() : out.result.error().code;
  }
  std::string message(const std::string& body) {
    const auto out = run(body);
    return out.result ? "ok " + out.result->dump() : out.result.error().message;
  }
  // The run ends with `wanted`, after less than a second of this thread's own time, however busy the machine
  // is.
  void expect_stopped(const std::string& wanted, const std::string& body) {
    const double start = thread_seconds();
    const std::string got = code(body);
    EXPECT_LT(thread_seconds() - start, 1.0) << body;
    EXPECT_NE(("," + wanted + ",").find("," + got + ","), std::string::npos) << got << "\n" << body;
  }
  static double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  }

  SandboxLimits limits{.time = std::chrono::milliseconds(500)};
  MemoryHost host;
};

std::string param(const Error& error, std::string_view key) {
  for (const auto& [name, value] : error.params)
    if (name == key) return value;
  return "";
}

TEST_F(SandboxTest, CallsTheNamedFunctionWithTheEvent) {
  const auto script = Script::compile(R"(
    local count = 0
    local function helper(x) count = count + 1; return x * 2 + count end
    return { ["company.created"] = function(event) return helper(event.n) end, ["company.updated"] = function() end })",
                                      "triggers/a.lua");
  ASSERT_TRUE(script.has_value()) << script.error().message;
  EXPECT_EQ(script->functions(), (std::vector<std::string>{"company.created", "company.updated"}));
  const Sandbox sandbox;
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(*sandbox.run(*script, "company.created", {{"n", 20}}, host).result, 41)
        << "a state of its own each time";
  EXPECT_EQ(*sandbox.run(*script, "company.updated", nullptr, host).result, nullptr);
  EXPECT_EQ(sandbox.run(*script, "company.deleted", nullptr, host).result.error().code,
            "lua.unknown_function");
}

TEST_F(SandboxTest, CompileErrorsNameFileAndLine) {
  const auto script = Script::compile("return {\n  a = function()\n    x = = 1\n  end }", "triggers/bad.lua");
  ASSERT_FALSE(script.has_value());
  EXPECT_EQ(script.error().code, "lua.syntax");
  EXPECT_EQ(script.error().field, "triggers/bad.lua");
  EXPECT_EQ(param(script.error(), "line"), "3");
  EXPECT_EQ(script.error().message, "triggers/bad.lua:3: unexpected symbol near '='");
}

TEST_F(SandboxTest, AFileMustReturnATableOfFunctions) {
  for (const char* text : {"", "return 1", "return {}", "return { 1 }", "return { a = 1 }",
                           "return { function() end }", "local x = 1"}) {
    const auto script = Script::compile(text, "t.lua");
    ASSERT_FALSE(script.has_value()) << text;
    EXPECT_EQ(script.error().code, "lua.shape") << text << script.error().message;
  }
  EXPECT_EQ(Script::compile("opsflux.get('a', 'b') return { a = function() end }", "t.lua").error().code,
            "lua.error")
      << "no host while loading";
  EXPECT_EQ(Script::compile("while true do end", "t.lua", {.instructions = 100'000}).error().code,
            "lua.instructions");
  EXPECT_EQ(Script::compile(std::string(200'000, '('), "t.lua").error().code, "lua.syntax");
  EXPECT_EQ(Script::compile("return \xff", "t.lua").error().code, "lua.syntax");
  EXPECT_EQ(Script::compile(std::string(300'000, ' '), "t.lua").error().code, "lua.syntax");
}

TEST_F(SandboxTest, BytecodeIsRefusedAndCannotBeMade) {
  EXPECT_EQ(Script::compile("\x1bLua\x54", "t.lua").error().code, "lua.syntax");
  EXPECT_EQ(value("return string.dump == nil"), true);
  EXPECT_EQ(value("return ('').dump == nil"), true);
}

TEST_F(SandboxTest, GlobalsAreErrorsThatNameThem) {
  const auto out = run("count = 1");
  ASSERT_FALSE(out.result.has_value());
  EXPECT_EQ(out.result.error().code, "lua.global");
  EXPECT_EQ(param(out.result.error(), "name"), "count");
  EXPECT_EQ(out.result.error().message,
            "triggers/t.lua:2: the global \"count\" is assigned; declare it with local");
  EXPECT_EQ(code("string = 1"), "lua.global");
  EXPECT_EQ(code("function f() end"), "lua.global");
  EXPECT_EQ(code("_ENV.x = 1"), "lua.global");
  EXPECT_EQ(message("return contry"), "triggers/t.lua:2: there is no \"contry\" here; declare it with local");
}

TEST_F(SandboxTest, NothingReachesOutside) {
  for (const char* name : {"os", "io", "debug", "package", "require", "dofile", "loadfile", "load",
                           "loadstring", "coroutine", "collectgarbage", "rawset", "_G", "warn"})
    EXPECT_EQ(code(std::string("return ") + name), "lua.error") << name;
  EXPECT_EQ(value("return getmetatable(_ENV)"), false);
  EXPECT_EQ(value("return getmetatable('')"), false);
  EXPECT_EQ(value("return getmetatable(opsflux.null)"), false);
  EXPECT_EQ(code("setmetatable(_ENV, nil)"), "lua.error");
}

TEST_F(SandboxTest, MetatablesOfTextCannotBePoisoned) {
  EXPECT_EQ(code("getmetatable('').__index = nil"), "lua.error");
  EXPECT_EQ(code("setmetatable('', {})"), "lua.error");
  EXPECT_EQ(code("string.upper = function() return 'poisoned' end return ('a'):upper()"), "ok \"poisoned\"")
      << "its own run only";
  EXPECT_EQ(value("return ('a'):upper()"), "A");
  EXPECT_EQ(code("setmetatable({}, { __gc = function() while true do end end })"), "lua.error");
  EXPECT_EQ(
      code("local m = {} local t = setmetatable({}, m) m.__gc = function() while true do end end t = nil"),
      "ok null");
}

TEST_F(SandboxTest, EndlessLoopsAreStoppedEvenInsidePcall) {
  const std::string stopped = "lua.instructions,lua.time";
  expect_stopped(stopped, "while true do end");
  expect_stopped(stopped, "while true do pcall(function() while true do end end) end");
  expect_stopped(stopped, "local function f() pcall(f) while true do end end f()");
  expect_stopped(stopped, "while true do xpcall(error, function() while true do end end) end");
  expect_stopped(stopped, "xpcall(function() while true do end end, function() while true do end end)");
  expect_stopped(stopped, "for i = 1, math.huge do end");
  expect_stopped(stopped,
                 "repeat local ok <close> = setmetatable({}, { __close = function() while true do end end }) "
                 "until false");
  expect_stopped(stopped,
                 "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] end }) while true do "
                 "pcall(function() return t[1] end) end");
  expect_stopped(stopped,
                 "local t = setmetatable({}, { __pairs = function() return function() return 1 end end }) "
                 "for _ in pairs(t) do end");
  expect_stopped(stopped, "while true do local t = setmetatable({}, { __close = 1 }) end");
  expect_stopped(stopped, "goto a ::a:: goto a");
}

TEST_F(SandboxTest, ErrorHandlersWorkAsInLua) {
  EXPECT_EQ(value("return { xpcall(function(a, b) return a + b, 'x' end, print, 1, 2) }"),
            (Json{true, 3, "x"}));
  EXPECT_EQ(value("return { xpcall(error, function(e) return e .. '!' end, 'a') }"), (Json{false, "a!"}));
  EXPECT_EQ(code("xpcall(error)"), "lua.error");
}

TEST_F(SandboxTest, MemoryBombsAreStopped) {
  const std::string stopped = "lua.memory,lua.time,lua.instructions";
  expect_stopped(stopped, "local t = {} while true do t[#t + 1] = {} end");
  expect_stopped(stopped, "local s = 'x' while true do s = s .. s end");
  expect_stopped(stopped, "return ('x'):rep(1e9)");
  expect_stopped(stopped + ",lua.error", "return ('x'):rep(1e18)");
  expect_stopped(stopped + ",lua.error", "return ('x'):rep(1e6, ('y'):rep(1e6))");
  expect_stopped(stopped, "return table.concat({ ('x'):rep(5e6), ('x'):rep(5e6), ('x'):rep(5e6) })");
  expect_stopped(stopped,
                 "local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(1e6) .. #t end) end");
  expect_stopped(stopped, "return ('x'):rep(4e6):gsub('x', 'yyyyyyyy')");
  expect_stopped(stopped + ",lua.error", "return string.format(('%099d'):rep(1e5), 1)");
  expect_stopped(stopped + ",lua.error", "return table.unpack({}, 1, 1e7)");
  expect_stopped(stopped + ",lua.error", "return (utf8.char(table.unpack({}, 1, 1e6)))");
}

TEST_F(SandboxTest, AMemoryErrorCanBeCaughtAndTheScriptGoesOn) {
  EXPECT_EQ(value("local ok, e = pcall(string.rep, 'x', 1e9) return { ok, tostring(e) }"),
            (Json{false, "not enough memory"}));
}

TEST_F(SandboxTest, DeepRecursionIsAnErrorOfTheScript) {
  const std::string ended = "lua.error,lua.memory,lua.instructions,lua.time";
  expect_stopped(ended, "local function f() return 1 + f() end f()");
  expect_stopped(
      ended, "local t = {} setmetatable(t, { __index = function(s, k) return s[k .. 'x'] end }) return t.a");
  expect_stopped(
      ended,
      "local t = setmetatable({}, { __tostring = function(s) return tostring(s) end }) return tostring(t)");
  expect_stopped(ended, "local function f(s) return s:gsub('.', f) end f('a')");
  expect_stopped(ended,
                 "local f = function(s) return s end for i = 1, 1e6 do local g = f f = function(s) return "
                 "g(s) .. 'x' end end f('a')");
  expect_stopped(ended, "local t = {} for i = 1, 1e5 do t = { t } end return t");
  expect_stopped(ended, "local t = {} t.t = t return t");
}

TEST_F(SandboxTest, PatternBombsAreStopped) {
  const std::string stopped = "lua.instructions,lua.time,lua.error";
  expect_stopped(stopped, "return string.find(('a'):rep(400), '.-.-.-.-b')");
  expect_stopped(stopped, "return string.find(('a'):rep(2000), '.*.*.*.*.*b')");
  expect_stopped(stopped, "return ('a'):rep(30000):match('(.*)(.*)(.*)b')");
  expect_stopped(stopped, "for _ in ('a'):rep(400):gmatch('.-.-.-.-b') do end");
  expect_stopped(stopped, "return ('a'):rep(400):gsub('.-.-.-.-b', '')");
  expect_stopped(stopped, "return ('('):rep(100000):find('%b()')");
  expect_stopped(stopped, "return ('a'):rep(5000):find(('a?'):rep(5000) .. 'b')");
  expect_stopped(stopped, "while true do pcall(string.find, ('a'):rep(400), '.-.-.-.-b') end");
  expect_stopped(stopped,
                 "return ('a'):rep(1000):find('[' .. ('%a'):rep(1000) .. ']-[' .. ('%d'):rep(1e5) .. ']-b')");
  expect_stopped(stopped, "return ('ab'):rep(1e5):find('(.-)%1%1%1b%1c')");
}

TEST_F(SandboxTest, LoopsInsideOfTheTableLibraryAreStopped) {
  const std::string ended = "lua.instructions,lua.time,lua.error,lua.memory";
  expect_stopped(ended, "table.move({}, 1, math.maxinteger - 1, 2)");
  expect_stopped(ended, "table.move({}, math.mininteger, math.maxinteger, 2)");
  expect_stopped(ended, "table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 2)");
  expect_stopped(ended, "table.remove(setmetatable({}, { __len = function() return 1 << 60 end }), 1)");
  expect_stopped(ended,
                 "table.sort(setmetatable({}, { __len = function() return (1 << 31) - 2 end }), rawequal)");
  expect_stopped(ended, "table.concat(setmetatable({}, { __index = tostring }), '', 1, 1 << 60)");
  expect_stopped(ended,
                 "local t = {} for i = 1, 3e5 do t[i] = 'x' end while true do table.insert(t, 1, 'y') "
                 "table.remove(t, 1) end");
  expect_stopped(ended,
                 "local t, s = {}, ('x'):rep(1e6) for i = 1, 1e5 do t[i] = s end t[7] = s .. 'y' while true "
                 "do table.sort(t) end");
  expect_stopped(ended,
                 "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t, function() return "
                 "true end) end");
  expect_stopped(ended,
                 "local a, b = ('x'):rep(4e6), ('x'):rep(4e6) .. 'y' while true do local c = a < b end");
  expect_stopped(ended, "local a = ('x'):rep(3e6) while true do local c = a .. 'y' end");
  EXPECT_EQ(value("local t = { 3, 1, 2 } table.sort(t) table.insert(t, 9) return t"), (Json{1, 2, 3, 9}));
  EXPECT_EQ(value("local t = { 'b', 'a' } table.sort(t, function(a, b) return a > b end) return "
                  "table.concat(t, ',')"),
            "b,a");
  EXPECT_EQ(value("return table.move({ 1, 2, 3 }, 2, 3, 1)"), (Json{2, 3, 3}));
  EXPECT_EQ(value("return select('#', table.unpack({ 1, 2, 3 }))"), 3);
}

TEST_F(SandboxTest, ErrorObjectsOfAnyKindAreReported) {
  EXPECT_EQ(message("error('plain')"), "triggers/t.lua:2: plain");
  EXPECT_EQ(message("error({})"), "The script failed with an error object that is a table.");
  EXPECT_EQ(message("error()"), "The script failed with an error object that is a nil.");
  EXPECT_EQ(message("error(function() end)"), "The script failed with an error object that is a function.");
  EXPECT_EQ(message("error(setmetatable({}, { __tostring = function() while true do end end }))"),
            "The script failed with an error object that is a table.");
  EXPECT_EQ(message("error('\\xff')"), "The script failed with a message that is not UTF-8.");
  EXPECT_EQ(code("error(opsflux.null)"), "lua.error");
  EXPECT_EQ(message("local x = nil; return x.y"),
            "triggers/t.lua:2: attempt to index a nil value (local 'x')");
}

TEST_F(SandboxTest, ValuesKeepTheirKindsBothWays) {
  const Json event = Json::parse(
      R"({"i": 9223372036854775807, "f": 0.5, "one": 1.0, "s": "é\u0000\"", "b": false, "n": null, "a": [1, [], {}, null], "e": [], "o": {}})");
  const Json back = value("return event", event);
  EXPECT_EQ(back, event);
  EXPECT_TRUE(back.at("i").is_number_integer());
  EXPECT_TRUE(back.at("one").is_number_float());
  EXPECT_TRUE(back.at("e").is_array());
  EXPECT_EQ(value("return event.n == opsflux.null and not opsflux.has(event.n) and tostring(event.n)", event),
            "null");
  EXPECT_EQ(value("return { tags = opsflux.array(), list = opsflux.array({}) }"),
            Json::parse(R"({"tags": [], "list": []})"));
}

TEST_F(SandboxTest, WhatJsonCannotHoldCannotLeave) {
  for (const char* body :
       {"return 0/0", "return math.huge", "return print", "return { [1] = 1, x = 2 }", "return { [1.5] = 1 }",
        "return { 1, nil, 3 }", "return '\\xff'", "return { ['\\xff'] = 1 }",
        "local s = ('x'):rep(1e6) local t = {} for i = 1, 50 do t[i] = s end return t",
        "local t = {} for i = 1, 2e5 do t[i] = 1 end return t"})
    EXPECT_EQ(code(body), "lua.error") << body;
}

TEST_F(SandboxTest, TheHostIsReachedAndItsErrorsCanBeCaught) {
  host.records["tiers.company/1"] = {{"id", "1"}, {"score", 40}};
  EXPECT_EQ(value("return opsflux.get('tiers.company', '1').score"), 40);
  EXPECT_EQ(value("return opsflux.update('tiers.company', '1', { score = 50, note = opsflux.null })"),
            Json::parse(R"({"id":"1","score":50,"note":null})"));
  EXPECT_EQ(value("return opsflux.create('tiers.contact', { name = 'Zoé' }).id"), "new");
  EXPECT_EQ(value("opsflux.delete('tiers.company', '1')"), nullptr);
  EXPECT_EQ(
      value("return opsflux.list('tiers.company', { filter = 'score > 3', sort = '-score', limit = 5 })"),
      Json::parse(R"([{"entity":"tiers.company","filter":"score > 3","sort":"-score","limit":5}])"));
  EXPECT_EQ(value("return { opsflux.now(), opsflux.today(), opsflux.setting('review_days'), "
                  "opsflux.add_days('2026-02-27', 2), opsflux.days_between('2026-02-27', '2026-03-01') }"),
            (Json{"2026-11-21T07:05:03.123456Z", "2026-11-21", 90, "2026-03-01", 2}));
  EXPECT_EQ(value("return { opsflux.flag('new_map'), opsflux.flag('other') }"), (Json{true, false}));
  EXPECT_EQ(value("local ok, e = pcall(opsflux.create, 'tiers.contact', {}) return { ok, e.code, e.field, "
                  "tostring(e) }"),
            (Json{false, "entity.required", "name", "The name is required."}));
  const auto uncaught = run("opsflux.create('tiers.contact', {})");
  EXPECT_EQ(uncaught.result.error().code, "entity.required");
  EXPECT_EQ(uncaught.result.error().field, "name");
  EXPECT_EQ(code("opsflux.get('tiers.company', 'none')"), "entity.not_found");
  EXPECT_EQ(code("local ok, e = pcall(opsflux.get, 'a', 'b') e[1] = 99 error(e)"), "lua.error")
      << "a host error that was tampered with";
}

TEST_F(SandboxTest, WrongArgumentsOfTheHostAreErrorsOfTheScript) {
  for (const char* body : {"opsflux.get()", "opsflux.get('a')", "opsflux.get({}, 1)",
                           "opsflux.create('a', 1)", "opsflux.create('a', { 1, 2 })",
                           "opsflux.list('a', { limit = 0 })", "opsflux.list('a', { limit = 1001 })",
                           "opsflux.list('a', { fliter = '' })", "opsflux.log('loud', 'x')", "opsflux.flag()",
                           "opsflux.add_days('2026-02-30', 1)", "opsflux.add_days('2026-02-28', 1 << 60)",
                           "opsflux.add_days('9999-12-31', 1)", "opsflux.get('\\xff', 'x')",
                           "opsflux.create('a', { x = print })", "opsflux.list('a', { filter = 3 })"})
    EXPECT_EQ(code(body), "lua.error") << body;
  EXPECT_NE(code("opsflux.setting('throws')").find("lua."), std::string::npos);
  EXPECT_EQ(value("return pcall(opsflux.setting, 'throws')"), false) << "and the state is still usable";
}

TEST_F(SandboxTest, LogLinesAreKeptWithinLimits) {
  limits.log_lines = 3;
  limits.log_line_bytes = 10;
  const auto out = run(
      "opsflux.log('warn', 'a') print('b', 1, nil) opsflux.log('info', ('é'):rep(20)) print('x') print('y')");
  ASSERT_TRUE(out.result.has_value());
  ASSERT_EQ(out.log.size(), 3u);
  EXPECT_EQ(out.log[0].level + out.log[0].text, "warna");
  EXPECT_EQ(out.log[1].text, "b 1 nil");
  EXPECT_EQ(out.log[2].text, "ééééé");
  EXPECT_EQ(out.dropped_log_lines, 2u);
}

TEST_F(SandboxTest, TellsWhatARunUsed) {
  const auto out = run("for i = 1, 1e5 do local t = {} end");
  EXPECT_GT(out.instructions, 100'000u);
  EXPECT_LT(out.instructions, 1'000'000u);
  EXPECT_GT(out.peak_memory_bytes, 10'000u);
  EXPECT_LT(out.peak_memory_bytes, limits.memory_bytes);
  EXPECT_GT(out.duration.count(), 0);
}

TEST_F(SandboxTest, RunsOnSeveralThreadsAtOnce) {
  const auto script = Script::compile(
      "return { go = function(e) local t = {} for i = 1, 1000 do t[i] = ('x'):rep(i % 7):gsub('x', 'y') end "
      "return #t + e end }",
      "t.lua");
  const Sandbox sandbox;
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      MemoryHost own;
      for (int i = 0; i < 50; ++i)
        if (*sandbox.run(*script, "go", t, own).result == 1000 + t) ++right;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 200);
}

}  // namespace
}  // namespace opsflux::automation
