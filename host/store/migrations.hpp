// Numbered, checksummed changes of the schema: NNN_name.up.sql and NNN_name.down.sql.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/store/database.hpp"

namespace opsflux::store {

struct Migration {
  int number = 0;
  std::string name;     // "create" of 001_create.up.sql
  std::string up_file;  // names, for messages
  std::string down_file;
  std::string up_sql;
  std::string down_sql;
  std::string checksum;  // SHA-256 of up_sql, hex
};

// The migrations of one owner for one database, numbered 1, 2, 3 ... without a gap.
class MigrationSet {
 public:
  // `files`: file name -> bytes. NNN_name.postgresql.up.sql (.down.sql) replaces the plain one on PostgreSQL
  // (.sqlite. likewise). Refuses, naming the file: gaps, numbers twice, a missing down, names of another
  // shape, text that is not UTF-8. No files: an empty set.
  static Result<MigrationSet> from_files(const std::map<std::string, std::string>& files, Dialect dialect);
  // Reads *.sql of a folder; a folder that does not exist gives an empty set.
  static Result<MigrationSet> from_folder(const std::filesystem::path& folder, Dialect dialect);

  const std::vector<Migration>& all() const { return migrations_; }
  int latest() const { return static_cast<int>(migrations_.size()); }

 private:
  std::vector<Migration> migrations_;
};

struct AppliedMigration {
  int number = 0;
  std::string name;
  std::string checksum;
  std::string down_sql;    // as it was when applied, so that it can be undone without the files
  std::string applied_at;  // UTC text
};

// Whose tables a migration may touch.
struct MigrationOwner {
  std::string id;           // "core", or a module's id
  bool restricted = false;  // true: runs inside an OwnerScope and may leave only tables and indexes of `id`
};

// One applied or undone migration, told to the caller inside its transaction.
struct MigrationStep {
  int number = 0;
  std::string name;
  bool up = true;
};
// Runs in the same transaction as the migration and its row, for a journal; failing undoes the step.
using MigrationCallback = std::function<Result<void>(Transaction&, const MigrationStep&)>;

// Keeps core_migration(owner, number, name, checksum, down_sql, applied_at). Each migration is one
// transaction: a statement that fails leaves nothing of it. Two runners never apply the same number twice.
// Error codes: migration.gap, migration.duplicate, migration.missing_down, migration.bad_name,
// migration.changed (file), migration.newer (database from a newer version), migration.failed (file,
// statement number; detail has the database's words), migration.unknown.
class MigrationRunner {
 public:
  MigrationRunner(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // What is applied for the owner, by number; empty when the table does not exist yet.
  Result<std::vector<AppliedMigration>> applied(std::string_view owner);

  // Refuses files that changed after they were applied, and a database that knows more numbers than the set.
  Result<void> verify(std::string_view owner, const MigrationSet& set);

  // Verifies, then applies what is missing up to number `to` (-1: all). Returns how many were applied.
  Result<int> up(const MigrationOwner& owner, const MigrationSet& set, int to = -1,
                 const MigrationCallback& callback = {});

  // Undoes applied migrations above number `to`, newest first, with the down SQL kept in the database.
  Result<int> down(const MigrationOwner& owner, int to, const MigrationCallback& callback = {});

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace opsflux::store
