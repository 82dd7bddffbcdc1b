// Internal: which SQL a module may write at all. The databases' own means (authorizer, role) decide about
// tables; this decides about what they cannot hold back: leaving the role, functions that reach outside.
#pragma once

#include <string_view>

#include "host/base/error.hpp"
#include "host/store/connection.hpp"

namespace opsflux::store {

// Checks one statement that runs for scope.owner. The same on both databases, so that a module that works on
// one is not refused on the other.
Result<void> check_module_sql(std::string_view sql, const Scope& scope);

// Functions that only compute. `name` in lower case.
bool is_plain_function(std::string_view name);

// Whether a table or index of this name belongs to the owner. Names are compared without case.
bool is_owned_name(std::string_view name, std::string_view owner);

Error foreign_table(std::string_view owner, std::string_view table);
Error forbidden_sql(std::string_view owner, std::string_view what);

}  // namespace opsflux::store
