// Modules that are wrong, each in one way: refused with its own code and a sentence, and nothing of them
// stays.
#include <gtest/gtest.h>

#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

struct Bad {
  const char* package;
  const char* stage;  // "upload": no plan is made; else the stage of the operation that fails
  const char* code;
  const char* says;  // part of the sentence
  const char* code_on_postgresql =
      nullptr;  // when it differs: the databases look at names at different moments
};

constexpr Bad kBad[] = {
    {"bad_abi", "upload", "package.abi_unsupported", "module interface 2.0"},
    {"bad_future", "upload", "package.host_version", ">=99.0.0"},
    {"bad_needs", "upload", "package.dependency_missing", "not_there"},
    {"bad_needs_service", "upload", "package.service_unknown", "opsflux.telepathy/1"},
    {"bad_table", "upload", "definition.column_type", "name"},
    {"bad_no_table", "upload", "definition.missing_table", "badnotable_thing"},
    {"bad_reference", "upload", "definition.unknown_target", "badreference.nobody"},
    {"bad_lua", "upload", "lua.syntax", "broken.lua"},
    {"bad_up", "upload", "migration.failed", "001_create"},
    {"bad_sql_core", "upload", "migration.failed", "core_module", "store.foreign_table"},
    {"bad_sql_read", "upload", "store.foreign_table", "core_migration"},
    {"bad_down", "probed", "probe.down_leaves", "baddown_thing"},
    {"bad_crash", "probed", "probe.crashed", "Segmentation fault"},
    {"bad_hang", "probed", "probe.hangs", "time"},
    {"bad_exit", "probed", "probe.ended", "by itself"},
    {"bad_throw", "probed", "module.threw", "thrown across the border"},
    {"bad_memory", "probed", "module.out_of_memory", "memory"},
    {"bad_unbound", "probed", "module.not_bound", "hello"},
    {"bad_undeclared", "probed", "module.not_declared", "hello"},
    {"bad_service", "probed", "module.failed", "start"},
    {"bad_query", "probed", "store.foreign_table", "core_migration"},
    {"bad_table_abi", "probed", "module.abi_mismatch", "2.0"},
    {"bad_late", "started", "module.failed", "start"},
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.package; }

class BadModule : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    instance_ = std::make_unique<Instance>();
    instance_->start();
    instance_->install("fleet_1_0");
  }
  static void TearDownTestSuite() { instance_.reset(); }
  static inline std::unique_ptr<Instance> instance_;
};
class EachBadModule : public BadModule, public ::testing::WithParamInterface<Bad> {};

TEST_P(EachBadModule, IsRefusedAndNothingOfItStays) {
  const Bad& bad = GetParam();
  if (on_postgresql() && std::string_view(bad.package) == "bad_hang")
    GTEST_SKIP() << "the probe waits half a minute for it, whatever the database";
  Instance& in = *instance_;
  const std::string before = in.picture();
  std::string id = bad.package;  // of the module: the folder's name without the lines
  std::erase(id, '_');
  const Answer plan = in.upload(bad.package);
  Json error;
  if (std::string_view(bad.stage) == "upload") {
    EXPECT_GE(plan.status, 400) << plan.text();
    EXPECT_LT(plan.status, 500) << plan.text();
    error = plan.json();
  } else {
    ASSERT_EQ(plan.status, 201) << plan.text();
    const std::string digest = get_string_or(plan.json(), "digest", "");
    const Json operation = in.finished(in.approve(digest));
    EXPECT_EQ(get_string_or(operation, "state", ""), "undone") << to_text(operation);
    EXPECT_EQ(get_string_or(operation, "stage", ""), bad.stage);
    error = operation.value("error", Json::object());
    EXPECT_EQ(in.request("DELETE", "/api/v1/modules/plans/" + digest).status, 204);
  }
  const char* code = on_postgresql() && bad.code_on_postgresql != nullptr ? bad.code_on_postgresql : bad.code;
  EXPECT_EQ(get_string_or(error, "code", ""), code) << to_text(error);
  // An operation's error also has the sentence of its makers, with the technical part.
  EXPECT_NE((get_string_or(error, "detail", "") + get_string_or(error, "message", "")).find(bad.says),
            std::string::npos)
      << to_text(error);
  EXPECT_EQ(in.picture(), before);
  EXPECT_EQ(in.get("/api/v1/" + id + "/things").status, 404);
  EXPECT_EQ(in.modules(), (std::vector<std::string>{"fleet 1.0.0 active"}));
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").status, 200);
}

// In the probe there is no such table, so that DROP TABLE IF EXISTS is found out on the real database only:
// SQLite refuses the name, PostgreSQL looks in the module's own schema and finds nothing.
TEST_F(BadModule, ThatDropsATableOfAnotherDropsNothing) {
  Instance& in = *instance_;
  const std::string table = on_postgresql() ? "m_fleet.fleet_vehicle" : "fleet_vehicle";
  const Answer plan = in.upload("bad_sql_other");
  ASSERT_EQ(plan.status, 201) << plan.text();
  const std::string digest = get_string_or(plan.json(), "digest", "");
  const Json operation = in.finished(in.approve(digest));
  if (on_postgresql()) {
    EXPECT_EQ(get_string_or(operation, "state", ""), "done") << to_text(operation);
    EXPECT_EQ(get_string_or(in.operation("uninstall", "badsqlother", {{"data", "purge"}}), "state", ""),
              "done");
  } else {
    EXPECT_EQ(get_string_or(operation, "state", ""), "undone") << to_text(operation);
    EXPECT_EQ(get_string_or(operation.value("error", Json::object()), "code", ""), "store.foreign_table")
        << to_text(operation);
    EXPECT_EQ(in.request("DELETE", "/api/v1/modules/plans/" + digest).status, 204);
  }
  EXPECT_EQ(in.sql("SELECT count(*) FROM " + table), "0\n");
  EXPECT_EQ(in.get("/api/v1/fleet/vehicles").status, 200);
  EXPECT_EQ(in.folders().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Modules, EachBadModule, ::testing::ValuesIn(kBad),
                         [](const auto& bad) { return std::string(bad.param.package); });

TEST(Module, ThatLeavesCursorsOpenIsSweptAndServes) {
  Instance in;
  in.start();
  in.install("leaves_cursor");
  EXPECT_EQ(in.get("/api/v1/leavescursor/things").status, 200);
}

}  // namespace
}  // namespace opsflux::system_test
