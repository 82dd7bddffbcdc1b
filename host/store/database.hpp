// The database: SQLite in one file, or PostgreSQL. Everything above speaks to both through this.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "host/base/error.hpp"
#include "host/base/function_ref.hpp"
#include "host/store/owner_scope.hpp"
#include "host/store/row.hpp"
#include "host/store/row_identity.hpp"
#include "host/store/session.hpp"
#include "host/store/table_versions.hpp"

namespace opsflux::store {

struct DatabaseOptions {
  // "sqlite:/absolute/path/file.db" (made when missing; its folder must exist) or
  // "postgresql://user@host/name".
  std::string url;
  std::size_t readers = 8;                  // sessions kept for reading; a read beyond waits
  std::size_t writers = 4;                  // PostgreSQL: writing sessions; SQLite always has one
  std::size_t cached_statements = 256;      // per session
  std::size_t max_waiting_writes = 10'000;  // beyond: Unavailable "store.busy"
  std::chrono::milliseconds statement_timeout{30'000};
  std::chrono::milliseconds read_wait{5'000};  // for a free session
  // SQLite: takes <file>.lock for the life of the object, so that two servers never share a file
  // (Unavailable "store.in_use"). False for a tool that only looks into the database of a running server.
  bool exclusive = true;
  // False: commits are not synced. For throw-away databases only.
  bool durable = true;
};

using ReadWork = function_ref<Result<void>(Session&)>;
using WriteWork = std::function<Result<void>(Transaction&)>;
using WriteDone = std::function<void(Result<void>)>;

// Safe from any thread.
class Database {
 public:
  // Opens or makes the database and checks that it can be used. Errors are complete sentences for the
  // administrator: store.bad_url, store.in_use, store.read_only, store.corrupt, store.unreachable,
  // store.refused (password, unknown database), file.*.
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options);
  ~Database();  // stop()
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Dialect dialect() const;
  bool embedded() const { return dialect() == Dialect::kSqlite; }
  const DatabaseOptions& options() const;

  // Runs `work` on this thread with a session that sees one snapshot from its first statement on and cannot
  // write. A read inside a read (of the same thread) gets another session, and so another snapshot.
  // When the server was lost before the first statement ran, a new connection is made without notice.
  Result<void> read(ReadWork work) { return read({}, work); }
  // The same for somebody; see row_identity.hpp.
  Result<void> read(RowIdentityPtr rows_for, ReadWork work);

  // Queues `work` and returns. It runs on a writer thread, alone on SQLite, isolated as if alone on
  // PostgreSQL (SERIALIZABLE); waiting writes share one durable commit on SQLite, and one that fails undoes
  // only itself. `work` may run more than once: when two transactions clashed, the loser is rolled back and
  // run again; so results it hands out are assigned, not added to. It may read, never write_now.
  // `done` is called once, after the commit is durable or the work was undone, on the store's completion
  // thread, in commit order; it should be short and not throw. Work that is not taken (queue full, stopped)
  // gets its `done` on the calling thread; it may be empty. Exceptions from work become Internal errors.
  void write(WriteWork work, WriteDone done);

  // The same, and waits. Not from inside the work of a write, nor from `done` or on_commit: an Internal
  // error.
  Result<void> write_now(WriteWork work);

  // Takes no more work, finishes queued writes and their callbacks, waits for reads that still run, closes
  // the sessions. Idempotent. Not from work or callbacks.
  void stop();

  // Looks through the whole database for damage (SQLite; slow on large files). For `doctor`.
  Result<void> check();

  // Counts what tables hold, for the database's choice of indexes; for all sessions, at once. Due after many
  // rows came or went. Takes some milliseconds on SQLite, whatever the size of the tables. A write; not
  // inside one.
  Result<void> analyze();
  // How often that was done through this object: the plans of statements may have changed with it.
  std::uint64_t analyses() const;

  // Whether the tables have policies that judge a RowIdentity; set by who made them. Until then statements
  // for somebody would find nothing, so nobody should make any.
  bool judges_rows() const;
  void set_judges_rows(bool judges);

  // Of the commits through this object; see there.
  const TableVersions& table_versions() const;

  // PostgreSQL: makes every session look again for modules' schemas, after modules were installed or removed
  // by something else than this object's migrations. Cheap; nothing on SQLite.
  void schemas_changed();

  struct Stats {
    std::uint64_t commits = 0;  // durable transactions
    std::uint64_t writes = 0;   // works committed; writes / commits is the size of a group
    std::uint64_t failed_writes = 0;
    std::uint64_t retries = 0;  // works run again after a clash
    std::size_t waiting_writes = 0;
    std::size_t open_sessions = 0;
  };
  Stats stats() const;

 private:
  class Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace opsflux::store
