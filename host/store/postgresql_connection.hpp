// Internal: a connection to PostgreSQL.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "host/store/connection.hpp"

namespace opsflux::store {

struct PostgresqlSettings {
  std::string url;
  Access access = Access::kRead;
  bool durable = true;
  std::size_t cached_statements = 256;
  std::chrono::milliseconds statement_timeout{30'000};
  std::shared_ptr<Generation> schemas;  // raised when modules' schemas come or go
};

Result<std::unique_ptr<Connection>> open_postgresql(const PostgresqlSettings& settings);

// The same server and user, another database.
Result<std::string> postgresql_url_for(std::string_view url, std::string_view database);

// The role that owns a module's schema. Roles belong to the whole cluster, so the name holds the database's;
// names too long for PostgreSQL are shortened by a digest.
std::string module_role(std::string_view database, std::string_view owner);
std::string quote_name(std::string_view name);

}  // namespace opsflux::store
