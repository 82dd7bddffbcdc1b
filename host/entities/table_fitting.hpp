// What the host adds to the tables of entities beyond what their migrations made: the indexes that the
// engine's own statements live on.
//
// An index is made where no index of the migrations begins with its columns:
//  - what the definition asks for under "indexes";
//  - references, which lists of a record, deletions and filters through them go by;
//  - the columns that rights look at, where a right is narrower than all records;
//  - the field that the list is sorted by when nobody says otherwise;
//  - on PostgreSQL, for each indexed text, one by code points: "startsWith", "<" and ">" compare so, whatever
//    the language of the database.
// They are named <table>_<columns>_fit. Those that nothing asks for any more are dropped. Before a migration
// drops a column of SQLite they go as well (see migrations.cpp), and come back with the next registry.
#pragma once

#include "host/base/error.hpp"

namespace opsflux::store {
class Database;
}

namespace opsflux::entities {

class Catalog;

// Makes and drops what is due for all entities whose tables are there; a write only if something is. Blocks;
// slow on large tables. Not inside a transaction.
Result<void> fit_tables(store::Database& database, const Catalog& catalog);

}  // namespace opsflux::entities
