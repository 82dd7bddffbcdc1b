// A connection inside a transaction: the one thing that runs SQL.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/function_ref.hpp"
#include "host/store/row.hpp"

namespace opsflux::store {

enum class Dialect : std::uint8_t { kSqlite, kPostgresql };

class Connection;  // internal

// Given to the work of Database::read and, as Transaction, of Database::write; valid until that work
// returns, used by one thread at a time.
//
// SQL is written once for both databases. Parameters are $1, $2, ...; each may stand several times.
// Prepared statements are kept by text, so SQL should not be glued together with values. A statement may
// run inside the callback of another one.
//
// The same on both: LIKE tells upper from lower case, "double quotes" are names, a read cannot write.
// Not the same: PostgreSQL refuses text in a bigint column, SQLite keeps it; so values are checked above the
// store.
//
// After a statement failed, the transaction can only be rolled back, on both databases: further statements
// answer with the first error, and so does the work as a whole, even when it returns success. Work that
// wants to go on after a failure wraps it in Transaction::savepoint.
//
// Errors:
//   Conflict    store.unique        {table, columns, constraint}   where the database tells them
//   Conflict    store.reference     {table, constraint}
//   Invalid     store.constraint    {table, columns, constraint}   not null, check
//   Invalid     store.bad_value                                    does not fit the column or cannot be
//   stored Forbidden   store.foreign_table {owner, table}                 inside an OwnerScope Forbidden
//   store.forbidden_sql {owner, what}                  inside an OwnerScope Unavailable store.busy |
//   store.unreachable | store.disk_full | store.read_only | store.stopped Timeout     store.timeout beyond
//   DatabaseOptions::statement_timeout Internal    store.corrupt | store.failed                       detail
//   says what
class Session {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Dialect dialect() const;

  // Runs one statement that gives no rows. Returns how many rows it inserted, updated or deleted.
  Result<std::int64_t> execute(std::string_view sql, Params params = {});

  // The same for one whose count nobody asks for, and which may well run later, though in its order: before
  // the next statement, or with the commit. PostgreSQL then saves a round trip; an error is that of whatever
  // comes next, also outside of a savepoint it was given in. So it is for rows that cannot fail by what
  // people enter.
  Result<void> post(std::string_view sql, Params params = {});

  // Runs one statement and calls `on_row` for each row until it returns false. Also for INSERT ... RETURNING.
  Result<void> query(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row);

  // The same for a SELECT of any number of rows, of which few are held in memory at a time: on PostgreSQL
  // they come through a cursor, a batch of about a megabyte each, so that a query of few rows is better off
  // with query(). Each batch (on SQLite every thousand rows)
  // has the statement timeout for itself. Refuses statements that change anything
  // (Internal store.failed).
  Result<void> stream(std::string_view sql, Params params, function_ref<bool(const Row&)> on_row);

  // Calls `on_row` with the first row; false when there is none.
  Result<bool> query_one(std::string_view sql, Params params, function_ref<void(const Row&)> on_row);

  // Runs many statements without parameters, split as the database itself splits them. An error has the
  // number of the statement, from 1, as param "statement".
  Result<void> script(std::string_view sql);

 protected:
  explicit Session(Connection& connection) : connection_(connection) {}
  ~Session() = default;

  // Remembers the first failure; answers with it from then on.
  template <class T>
  Result<T> keep(Result<T> result);

  Connection& connection_;
  std::optional<Error> failed_;

  friend class OwnerScope;
  friend class SessionAccess;
};

// A session that may write. All of it is committed, or nothing.
class Transaction : public Session {
 public:
  // Runs after the commit is durable, in commit order, before the write's `done`. Dropped when the write, or
  // the savepoint it was registered in, is rolled back. On the store's own thread: must be short and not
  // throw.
  void on_commit(std::function<void()> callback);

  // Runs `work`; when it fails, undoes what it did, and the transaction goes on. Returns work's result.
  Result<void> savepoint(function_ref<Result<void>()> work);

 private:
  explicit Transaction(Connection& connection) : Session(connection) {}

  std::vector<std::function<void()>> on_commit_;

  friend class SessionAccess;
};

}  // namespace opsflux::store
