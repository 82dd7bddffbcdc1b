// What tables are really there, told the same way on both databases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/store/session.hpp"

namespace opsflux::store {

struct ColumnInfo {
  std::string name;
  std::string type;  // as in migrations, lower case: "text", "bigint", "decimal(12,2)", "timestamptz", ...
  bool not_null = false;    // also for columns of the primary key
  std::string default_sql;  // empty: none
  int primary_key = 0;      // place in the primary key from 1; 0: not part of it
};

struct IndexInfo {
  std::string name;
  bool unique = false;  // the primary key's own index is not listed
  bool partial = false;
  std::vector<std::string> columns;  // "" for an expression
};

struct TableInfo {
  std::string name;
  std::vector<ColumnInfo> columns;  // in the order of the table
  std::vector<IndexInfo> indexes;   // by name

  const ColumnInfo* column(std::string_view column_name) const;
};

// The tables whose name starts with `prefix`, by name. "tiers_" gives the tables of module tiers.
Result<std::vector<TableInfo>> tables(Session& session, std::string_view prefix);

}  // namespace opsflux::store
