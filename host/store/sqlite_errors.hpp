// Internal: SQLite's result codes as our errors.
#pragma once

#include <string>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux::store {

// `extended`: the extended result code; `system`: errno of the failed system call or 0.
Error sqlite_error(int extended, int system, std::string_view message, std::string_view sql);

}  // namespace opsflux::store
