#include "host/store/migrations.hpp"

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/store/connection.hpp"
#include "host/store/fitted_indexes.hpp"
#include "host/store/introspection.hpp"
#include "host/store/owned_objects.hpp"
#include "host/store/table_policies.hpp"

namespace opsflux::store {
namespace {

constexpr std::string_view kTable =
    "CREATE TABLE IF NOT EXISTS core_migration ("
    "owner text NOT NULL, number bigint NOT NULL, name text NOT NULL, checksum text NOT NULL, "
    "down_sql text NOT NULL, applied_at timestamptz NOT NULL, "
    "CONSTRAINT core_migration_pk PRIMARY KEY (owner, number))";

Result<std::vector<AppliedMigration>> read_applied(Session& session, std::string_view owner) {
  std::vector<AppliedMigration> applied;
  TRY(
      session.query("SELECT number, name, checksum, down_sql, applied_at FROM core_migration WHERE owner = "
                    "$1 ORDER BY number",
                    {owner}, [&](const Row& row) {
                      applied.push_back({static_cast<int>(row.i64(0)), row.string(1), row.string(2),
                                         row.string(3), row.string(4)});
                      return true;
                    }));
  return applied;
}

// One runner at a time, and the one that waited sees what the other did: LOCK comes before the snapshot.
// On SQLite there is one writer anyway.
Result<void> lock_migrations(Transaction& transaction) {
  if (transaction.dialect() == Dialect::kSqlite) return {};
  TRY(transaction.execute("LOCK TABLE core_migration IN EXCLUSIVE MODE"));
  return {};
}

// Other sessions hold plans for tables that are another shape now.
void announce(Transaction& transaction) {
  if (auto schemas = SessionAccess::connection(transaction).schemas()) {
    transaction.on_commit([schemas] { schemas->fetch_add(1); });
  }
}

Error failed_in(Error error, std::string_view owner, std::string_view file) {
  error.field = file;
  if (error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kForbidden ||
      error.code == "store.corrupt" || error.code == "store.bad_owner" ||
      error.code == "migration.foreign_object") {
    return error;
  }
  std::string statement = "1";
  for (const auto& [key, value] : error.params) {
    if (key == "statement") statement = value;
  }
  // What the database said is about the author's SQL, and of use to nobody but the author.
  const std::string reason =
      error.detail.empty() ? error.message : error.detail.substr(0, error.detail.find(" in: "));
  return Error::invalid("migration.failed", "The migration " + std::string(file) + " of " +
                                                std::string(owner) + " fails at statement " + statement +
                                                ": " + reason + ".")
      .at(file)
      .with("owner", owner)
      .with("file", file)
      .with("statement", statement)
      .with("reason", reason)
      .because(error.detail);
}

Result<void> run_statements(Transaction& transaction, const MigrationOwner& owner, std::string_view sql) {
  if (!owner.restricted) return transaction.script(sql);
  TRY(ensure_owner(transaction, owner.id));
  TRY_ASSIGN(foreign_before, foreign_objects(transaction, owner.id));
  {
    const OwnerScope scope(transaction, owner.id, OwnerRights::kSchema);
    TRY(transaction.script(sql));
  }
  return check_owned_objects(transaction, owner.id, foreign_before);
}

Result<void> run_sql(Transaction& transaction, const MigrationOwner& owner, std::string_view sql,
                     std::string_view file) {
  const auto run = [&]() -> Result<void> {
    TRY(drop_fitted_indexes(transaction, sql));
    TRY_ASSIGN(policies, take_policies(transaction, sql));
    TRY(run_statements(transaction, owner, sql));
    return return_policies(transaction, policies);
  };
  auto done = run();
  // A clash is for the writer, which runs all of it again.
  if (!done && done.error().code != kClash) return fail(failed_in(done.error(), owner.id, file));
  return done;
}

Unexpected changed(std::string_view owner, std::string_view file) {
  return fail(Error::conflict("migration.changed",
                              "The migration " + std::string(file) + " of " + std::string(owner) +
                                  " was changed after it had been applied. Released migrations "
                                  "are never edited; add a new one.")
                  .at(file)
                  .with("owner", owner)
                  .with("file", file));
}

Result<void> compare(std::string_view owner, const std::vector<AppliedMigration>& applied,
                     const MigrationSet& set) {
  if (!applied.empty() && applied.back().number > set.latest()) {
    return fail(Error::conflict("migration.newer",
                                "The database comes from a newer version of " + std::string(owner) +
                                    ": it has migration " + std::to_string(applied.back().number) +
                                    ", this version knows " + std::to_string(set.latest()) + ".")
                    .with("owner", owner)
                    .with("database", std::to_string(applied.back().number))
                    .with("known", std::to_string(set.latest())));
  }
  for (const AppliedMigration& row : applied) {
    const Migration& migration = set.all()[static_cast<std::size_t>(row.number - 1)];
    if (row.checksum != migration.checksum || row.name != migration.name)
      return changed(owner, migration.up_file);
    if (row.down_sql != migration.down_sql) return changed(owner, migration.down_file);
  }
  return {};
}

bool is_applied(const std::vector<AppliedMigration>& applied, int number) {
  return std::any_of(applied.begin(), applied.end(), [&](const auto& row) { return row.number == number; });
}

}  // namespace

Result<std::vector<AppliedMigration>> MigrationRunner::applied(std::string_view owner) {
  std::vector<AppliedMigration> applied;
  const auto look = [&](Session& session) -> Result<void> {
    TRY_ASSIGN(table, tables(session, "core_migration"));
    if (table.empty()) return {};
    TRY_ASSIGN(rows, read_applied(session, owner));
    applied = std::move(rows);
    return {};
  };
  TRY(database_.read(look));
  return applied;
}

Result<void> MigrationRunner::verify(std::string_view owner, const MigrationSet& set) {
  TRY_ASSIGN(rows, applied(owner));
  return compare(owner, rows, set);
}

Result<int> MigrationRunner::up(const MigrationOwner& owner, const MigrationSet& set, int to,
                                const MigrationCallback& callback) {
  if (to < 0) to = set.latest();
  if (to > set.latest()) {
    return fail(Error::invalid("migration.unknown",
                               "There is no migration " + std::to_string(to) + " of " + owner.id + ".")
                    .with("owner", owner.id));
  }
  if (owner.restricted) TRY(check_owner(owner.id));
  TRY(verify(owner.id, set));
  const auto make_table = [](Transaction& transaction) -> Result<void> {
    // IF NOT EXISTS does not hold against somebody who makes it at the same moment. The number is arbitrary.
    if (transaction.dialect() == Dialect::kPostgresql) {
      TRY(transaction.query("SELECT pg_advisory_xact_lock(7239412)", {}, [](const Row&) { return true; }));
    }
    TRY(transaction.execute(kTable));
    return {};
  };
  TRY(database_.write_now(make_table));
  int count = 0;
  for (int number = 1; number <= to; ++number) {
    const Migration& migration = set.all()[static_cast<std::size_t>(number - 1)];
    bool ran = false;
    const auto step = [&](Transaction& transaction) -> Result<void> {
      ran = false;
      TRY(lock_migrations(transaction));
      TRY_ASSIGN(rows, read_applied(transaction, owner.id));
      TRY(compare(owner.id, rows, set));
      if (is_applied(rows, number)) return {};
      TRY(run_sql(transaction, owner, migration.up_sql, migration.up_file));
      TRY(transaction.execute(
          "INSERT INTO core_migration (owner, number, name, checksum, down_sql, applied_at) "
          "VALUES ($1, $2, $3, $4, $5, $6)",
          {owner.id, std::int64_t{number}, migration.name, migration.checksum, migration.down_sql,
           format_utc(clock_.now())}));
      announce(transaction);
      ran = true;
      return callback ? callback(transaction, {number, migration.name, true}) : Result<void>();
    };
    TRY(database_.write_now(step));
    if (!ran) continue;
    ++count;
    log::info("migration.applied", {{"owner", owner.id}, {"file", migration.up_file}});
  }
  return count;
}

Result<int> MigrationRunner::down(const MigrationOwner& owner, int to, const MigrationCallback& callback) {
  if (owner.restricted) TRY(check_owner(owner.id));
  TRY_ASSIGN(rows, applied(owner.id));
  int count = 0;
  while (!rows.empty() && rows.back().number > to) {
    const AppliedMigration row = std::move(rows.back());
    rows.pop_back();
    bool ran = false;
    const auto step = [&](Transaction& transaction) -> Result<void> {
      ran = false;
      TRY(lock_migrations(transaction));
      TRY_ASSIGN(current, read_applied(transaction, owner.id));
      if (!is_applied(current, row.number)) return {};
      TRY(run_sql(transaction, owner, row.down_sql, "the undoing of " + row.name));
      TRY(transaction.execute("DELETE FROM core_migration WHERE owner = $1 AND number = $2",
                              {owner.id, std::int64_t{row.number}}));
      announce(transaction);
      ran = true;
      return callback ? callback(transaction, {row.number, row.name, false}) : Result<void>();
    };
    TRY(database_.write_now(step));
    if (!ran) continue;
    ++count;
    log::info("migration.undone", {{"owner", owner.id}, {"number", row.number}, {"name", row.name}});
  }
  return count;
}

}  // namespace opsflux::store
