// Internal: PostgreSQL's SQLSTATEs as our errors.
#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "host/base/error.hpp"
#include "host/store/connection.hpp"

namespace opsflux::store {

// The error of a failed statement that ran for `scope`; `result` may be null when the connection was lost.
Error postgresql_error(PGconn* connection, const PGresult* result, std::string_view sql, const Scope& scope);

// The error of a connection that could not be made.
Error postgresql_refusal(std::string_view message);

}  // namespace opsflux::store
