// Tests only: the fixture of the conformance suite, whose cases (conformance_*.hpp) run on both databases:
// on SQLite in store_test, on PostgreSQL in store_db_test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/store/database.hpp"
#include "host/store/introspection.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

#define ASSERT_OK(...) ASSERT_TRUE(::opsflux::store::is_ok(__VA_ARGS__))
#define EXPECT_OK(...) EXPECT_TRUE(::opsflux::store::is_ok(__VA_ARGS__))

namespace opsflux::store {

template <class T>
testing::AssertionResult is_ok(const Result<T>& result) {
  return result ? testing::AssertionSuccess() : testing::AssertionFailure() << describe(result.error());
}

// A folder of its own, removed at the end.
class TestFolder {
 public:
  TestFolder()
      : path_(std::filesystem::temp_directory_path() / ("opsflux-store-" + to_hex(random_bytes(8)))) {
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  std::string url(const std::string& file = "test.db") const { return "sqlite:" + (path_ / file).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string postgresql_url() {
  const char* url = std::getenv("OPSFLUX_TEST_POSTGRESQL");
  return url ? url : "";
}

inline std::string code_of(const Result<void>& result) { return result ? "" : result.error().code; }
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "" : result.error().code;
}

inline std::string param(const Error& error, std::string_view key) {
  for (const auto& [name, value] : error.params) {
    if (name == key) return value;
  }
  return "";
}

// An empty database for each test.
class Conformance : public testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    DatabaseOptions server;
    server.readers = 1;
    server.writers = 1;
    if (GetParam() == Dialect::kSqlite) {
      server.url = folder_.url("beside.db");
      server.durable = false;
    } else {
      server.url = postgresql_url();
      ASSERT_NE(server.url, "") << "No PostgreSQL: run this through tools/with-postgres <command>.";
    }
    auto beside = Database::open(server);
    ASSERT_OK(beside);
    beside_ = std::move(*beside);
    auto scratch = ScratchDatabase::create(*beside_, folder_.path());
    ASSERT_OK(scratch);
    scratch_ = std::make_unique<ScratchDatabase>(std::move(*scratch));
    reopen([](DatabaseOptions&) {});
  }

  void TearDown() override {
    database_.reset();
    scratch_.reset();
    beside_.reset();
  }

  template <class Change>
  void reopen(Change change) {
    database_.reset();
    DatabaseOptions options;
    options.url = scratch_->url();
    options.durable = false;
    change(options);
    auto opened = Database::open(options);
    ASSERT_OK(opened);
    database_ = std::move(*opened);
  }

  Database& db() { return *database_; }
  Database& beside() { return *beside_; }
  bool sqlite() const { return GetParam() == Dialect::kSqlite; }
  const std::filesystem::path& folder() const { return folder_.path(); }

  Result<void> run(const std::string& sql) {
    return db().write_now([sql](Transaction& transaction) { return transaction.script(sql); });
  }
  Result<std::int64_t> execute(std::string_view sql, Params params = {}) {
    std::int64_t changed = 0;
    auto done = db().write_now([&](Transaction& transaction) -> Result<void> {
      TRY_ASSIGN(count, transaction.execute(sql, params));
      changed = count;
      return {};
    });
    if (!done) return fail(done.error());
    return changed;
  }
  // All rows as text, columns joined by "|", NULL as "~".
  Result<std::vector<std::string>> rows(std::string_view sql, Params params = {}) {
    std::vector<std::string> out;
    auto done = db().read([&](Session& session) {
      return session.query(sql, params, [&](const Row& row) {
        std::string line;
        for (int i = 0; i < row.columns(); ++i) {
          line += (i ? "|" : "") + (row.is_null(i) ? std::string("~") : row.string(i));
        }
        out.push_back(line);
        return true;
      });
    });
    if (!done) return fail(done.error());
    return out;
  }
  std::string one(std::string_view sql, Params params = {}) {
    auto found = rows(sql, params);
    if (!found) return "error: " + describe(found.error());
    return found->size() == 1 ? found->front() : std::to_string(found->size()) + " rows";
  }

 private:
  TestFolder folder_;
  std::unique_ptr<Database> beside_;
  std::unique_ptr<ScratchDatabase> scratch_;
  std::unique_ptr<Database> database_;
};

inline std::string dialect_name(const testing::TestParamInfo<Dialect>& info) {
  return info.param == Dialect::kSqlite ? "Sqlite" : "Postgresql";
}

}  // namespace opsflux::store
