// The second wall behind RowPolicy, on PostgreSQL: policies of the tables themselves, so that a statement of
// the engine that forgot its condition still gives only what its caller may see. See
// docs/decisions/row-security-as-second-wall.md.
//
// What it judges is reading: lists, totals, groups, exports, expansions, single records. Writes, and what the
// host looks up to check them (uniqueness, what refers to a record), run as the host.
#pragma once

#include "host/base/caller.hpp"
#include "host/base/error.hpp"
#include "host/store/row_identity.hpp"

namespace opsflux::store {
class Database;
}

namespace opsflux::entities {

class Catalog;

// Names and identifiers of people, for labels, which everybody sees beside the records that they made.
inline constexpr std::string_view kPeopleView = "core_people";

// Makes the reader's role and, for each entity whose table is there, the policy and the right to read; only
// what is not as it should be. Afterwards database.judges_rows(). A user of the database without the right to
// make roles is told so in the log, and there is no second wall. Nothing on SQLite. Not inside a transaction.
Result<void> secure_rows(store::Database& database, const Catalog& catalog);

// For whom the engine's reads are run; null for who sees everything by his role, and where nothing judges.
store::RowIdentityPtr row_identity(const store::Database& database, const Catalog& catalog,
                                   const Caller& caller);

// Tells in the log if the user that the server connects as is above the policies (a superuser, or BYPASSRLS):
// the wall stands all the same, as reads change their role, but such a user is more than the server needs.
Result<void> warn_of_powers(store::Database& database);

}  // namespace opsflux::entities
