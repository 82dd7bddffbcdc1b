// An empty throw-away database beside the real one, of the same kind, for probing modules.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "host/base/error.hpp"
#include "host/store/database.hpp"

namespace opsflux::store {

// Dropped with everything in it, its roles too, when the object dies. Not durable.
class ScratchDatabase {
 public:
  // SQLite: a file in a new folder inside `temp_folder`. PostgreSQL: a database "probe<digest>_<random>" on
  // the same server; Forbidden "store.may_not_create_database" when the user lacks CREATEDB.
  static Result<ScratchDatabase> create(Database& beside, const std::filesystem::path& temp_folder);
  ScratchDatabase(ScratchDatabase&&) noexcept;
  ScratchDatabase& operator=(ScratchDatabase&&) noexcept;
  ~ScratchDatabase();

  // For opening it in this or another process. Holds the password, if any: not for logs.
  const std::string& url() const;
  // Options to open it with: few sessions, not durable.
  DatabaseOptions options() const;

  // Drops what a server that was killed left behind. PostgreSQL only; at start, before any probe runs.
  static Result<void> sweep(Database& beside);

 private:
  struct State;
  explicit ScratchDatabase(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace opsflux::store
