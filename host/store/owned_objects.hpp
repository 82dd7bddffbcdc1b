// Internal: what a module's migration has really made, looked at before it is committed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/store/session.hpp"

namespace opsflux::store {

// Everything in the schema that is not the owner's, as text to compare. Only SQLite, where all tables stand
// side by side; PostgreSQL keeps a module in its own schema, so there it is empty.
Result<std::vector<std::string>> foreign_objects(Session& session, std::string_view owner);

// Refuses (Forbidden "migration.foreign_object", naming it) what the databases let through: a table renamed
// out of the owner's names, other objects changed, views and triggers, references to other owners' tables.
Result<void> check_owned_objects(Session& session, std::string_view owner,
                                 const std::vector<std::string>& foreign_before);

}  // namespace opsflux::store
