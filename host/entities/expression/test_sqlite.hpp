// A table in SQLite in memory, through SQLite's own interface.
#pragma once

#include <sqlite3.h>

#include "host/entities/expression/test_table.hpp"

namespace opsflux::expression::testing {

class SqliteTable final : public TestTable {
 public:
  SqliteTable() { check(sqlite3_open(":memory:", &db_)); }
  ~SqliteTable() override { sqlite3_close(db_); }
  SqliteTable(const SqliteTable&) = delete;
  SqliteTable& operator=(const SqliteTable&) = delete;

  store::Dialect dialect() const override { return store::Dialect::kSqlite; }
  void run(const std::string& sql, const std::vector<SqlValue>& params) override {
    each(sql, params, [](sqlite3_stmt*) {});
  }

  std::set<std::int64_t> ids(const std::string& sql, const std::vector<SqlValue>& params) override {
    std::set<std::int64_t> out;
    each(sql, params, [&](sqlite3_stmt* row) { out.insert(sqlite3_column_int64(row, 0)); });
    return out;
  }

  std::string plan(const std::string& sql, const std::vector<SqlValue>& params) {
    std::string out;
    each("EXPLAIN QUERY PLAN " + sql, params, [&](sqlite3_stmt* row) {
      out.append(reinterpret_cast<const char*>(sqlite3_column_text(row, 3))).append("\n");
    });
    return out;
  }

 private:
  void check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
      throw std::runtime_error(sqlite3_errmsg(db_));
  }

  template <class OnRow>
  void each(const std::string& sql, const std::vector<SqlValue>& params, OnRow on_row) {
    sqlite3_stmt* raw = nullptr;
    check(sqlite3_prepare_v2(db_, sql.c_str(), -1, &raw, nullptr));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    for (std::size_t i = 0; i < params.size(); ++i)
      if (const int index = sqlite3_bind_parameter_index(raw, ("$" + std::to_string(i + 1)).c_str()))
        bind(raw, index, params[i]);
    int code = sqlite3_step(raw);
    for (; code == SQLITE_ROW; code = sqlite3_step(raw)) on_row(raw);
    check(code);
  }

  static void bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
    if (const auto* text = std::get_if<std::string>(&value))
      sqlite3_bind_text(statement, index, text->data(), static_cast<int>(text->size()), SQLITE_TRANSIENT);
    else if (const auto* number = std::get_if<std::int64_t>(&value))
      sqlite3_bind_int64(statement, index, *number);
    else if (const auto* real = std::get_if<double>(&value))
      sqlite3_bind_double(statement, index, *real);
    else if (const auto* flag = std::get_if<bool>(&value))
      sqlite3_bind_int(statement, index, *flag ? 1 : 0);
    else
      sqlite3_bind_null(statement, index);
  }

  sqlite3* db_ = nullptr;
};

}  // namespace opsflux::expression::testing
