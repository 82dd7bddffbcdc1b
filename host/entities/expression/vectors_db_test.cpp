#include <gtest/gtest.h>

#include "host/entities/expression/test_fuzz.hpp"
#include "host/entities/expression/test_vectors.hpp"
#include "host/store/database.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::expression::testing {
namespace {

void require(const Result<void>& result) {
  if (!result) throw std::runtime_error(opsflux::describe(result.error()));
}

// A table in a database of its own on the test server, through the store.
class PostgresqlTable final : public TestTable {
 public:
  PostgresqlTable() {
    const char* url = std::getenv("OPSFLUX_TEST_POSTGRESQL");
    if (url == nullptr)
      throw std::runtime_error("No PostgreSQL to test on: run tools/with-postgres <command>.");
    server_ = opened({.url = url, .readers = 1, .writers = 1});
    scratch_.emplace(
        std::move(store::ScratchDatabase::create(*server_, std::filesystem::temp_directory_path())).value());
    database_ = opened(scratch_->options());
  }
  ~PostgresqlTable() override { database_.reset(); }

  store::Dialect dialect() const override { return store::Dialect::kPostgresql; }

  void run(const std::string& sql, const std::vector<SqlValue>& params) override {
    const auto values = bound(params);
    require(database_->write_now([&](store::Transaction& tx) -> Result<void> {
      TRY(tx.execute(sql, values));
      return {};
    }));
  }

  std::set<std::int64_t> ids(const std::string& sql, const std::vector<SqlValue>& params) override {
    const auto values = bound(params);
    std::set<std::int64_t> out;
    require(database_->read([&](store::Session& session) {
      return session.query(sql, values, [&](const store::Row& row) {
        out.insert(row.i64(0));
        return true;
      });
    }));
    return out;
  }

 private:
  static std::unique_ptr<store::Database> opened(const store::DatabaseOptions& options) {
    auto database = store::Database::open(options);
    if (!database) throw std::runtime_error(opsflux::describe(database.error()));
    return std::move(*database);
  }

  static std::vector<store::Value> bound(const std::vector<SqlValue>& params) {
    std::vector<store::Value> values;
    for (const SqlValue& param : params)
      values.push_back(std::visit([](const auto& value) { return store::Value(value); }, param));
    return values;
  }

  std::unique_ptr<store::Database> server_;
  std::optional<store::ScratchDatabase> scratch_;
  std::unique_ptr<store::Database> database_;
};

}  // namespace

TEST(ExpressionVectorsDb, GiveTheSameOnPostgresql) {
  PostgresqlTable table;
  check_vectors(table);
}

TEST(ExpressionFuzzDb, RandomExpressionsAgreeWithPostgresql) {
  PostgresqlTable table;
  const char* rounds = std::getenv("OPSFLUX_FUZZ_ROUNDS");
  const int count = rounds != nullptr ? std::atoi(rounds) : 1'500;
  EXPECT_GT(fuzz(table, 11, count, 25), count / 2);
}

}  // namespace opsflux::expression::testing
