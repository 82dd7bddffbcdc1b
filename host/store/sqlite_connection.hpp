// Internal: a connection to SQLite.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "host/store/connection.hpp"
#include "host/store/sqlite_authorizer.hpp"
#include "host/store/statement_cache.hpp"

namespace opsflux::store {

struct SqliteSettings {
  std::string file;
  Access access = Access::kRead;
  bool durable = true;
  std::size_t cached_statements = 256;
  std::chrono::milliseconds statement_timeout{30'000};
};

// The writer has to be opened first: it makes the file and sets WAL.
Result<std::unique_ptr<Connection>> open_sqlite(const SqliteSettings& settings);

// The process's SQLite without its global locks. Before the first connection; later calls do nothing.
void prepare_sqlite_library();

}  // namespace opsflux::store
