#include "host/store/sqlite_authorizer.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include "host/base/text.hpp"
#include "host/store/sql_guard.hpp"

namespace opsflux::store {
namespace {

bool writes(int action) {
  switch (action) {
    case SQLITE_READ:
    case SQLITE_SELECT:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_PRAGMA:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return false;
    default:
      return true;
  }
}

// Pragmas that only tell about the schema; introspection reads them as tables.
bool telling_pragma(std::string_view name) {
  static const std::set<std::string_view> names{
      "table_info",  "table_xinfo",      "index_list", "index_info",
      "index_xinfo", "foreign_key_list", "table_list", "data_version"};  // asked by the full-text index
  return names.contains(name);
}

std::string_view view(const char* text) { return text ? std::string_view(text) : std::string_view(); }

}  // namespace

// A virtual table says what its columns are when a connection first uses it, which looks like the making of a
// table. No statement but DDL makes one, and query_only keeps the file from being written anyhow.
bool SqliteAuthorizer::declares(int action, std::string_view table) const {
  if (ddl_) return false;
  return action == SQLITE_CREATE_TABLE ||
         ((action == SQLITE_INSERT || action == SQLITE_UPDATE) && table == "sqlite_master");
}

bool SqliteAuthorizer::deny(Error error) {
  if (!denied_) denied_ = std::move(error);
  return false;
}

bool SqliteAuthorizer::allows(int action, const char* first, const char* second, const char* database) {
  if (internal_) return true;
  if (access_ == Access::kRead && writes(action) && !declares(action, view(first))) {
    return deny(Error::internal("store.failed", "The database cannot be changed here.")
                    .because("a statement that writes in a read session"));
  }
  if (!scope_ || scope_->host()) return host_allows(action, first);
  return owner_allows(action, view(first), view(second), view(database));
}

bool SqliteAuthorizer::host_allows(int action, const char* first) {
  const bool pragma = action == SQLITE_PRAGMA && !telling_pragma(view(first));
  if (!pragma && action != SQLITE_TRANSACTION && action != SQLITE_SAVEPOINT && action != SQLITE_ATTACH &&
      action != SQLITE_DETACH) {
    return true;
  }
  return deny(Error::internal("store.failed", "The database refused a statement.")
                  .because("transactions, pragmas and attached files belong to the store"));
}

bool SqliteAuthorizer::own_table(std::string_view table) {
  return is_owned_name(table, scope_->owner) || deny(foreign_table(scope_->owner, table));
}

bool SqliteAuthorizer::schema_table(std::string_view table) {
  return table == "sqlite_master" || table == "sqlite_temp_master" || table == "sqlite_sequence" ||
         table.starts_with("sqlite_stat");
}

bool SqliteAuthorizer::owner_allows(int action, std::string_view first, std::string_view second,
                                    std::string_view database) {
  const bool schema_change = ddl_ && scope_->rights == OwnerRights::kSchema;
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return true;
    case SQLITE_FUNCTION:
      // ALTER TABLE calls functions of its own, which SQLite refuses to anybody else.
      if (is_plain_function(to_lower_ascii(second)) || schema_change) return true;
      return deny(forbidden_sql(scope_->owner, second));
    case SQLITE_READ:
      if (first == "json_each" || first == "json_tree") return true;
      [[fallthrough]];
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      // A change of the schema writes the catalogue; SQLite itself refuses that to plain statements.
      if (schema_change && schema_table(first)) return true;
      return own_table(first);
    case SQLITE_CREATE_TABLE:
    case SQLITE_DROP_TABLE:
      if (schema_change && database == "main") return own_table(first);
      break;
    case SQLITE_CREATE_INDEX:
    case SQLITE_DROP_INDEX:
      if (schema_change && database == "main") {
        constexpr std::string_view kAutomatic = "sqlite_autoindex_";  // behind UNIQUE and PRIMARY KEY
        return own_table(second) && (first.starts_with(kAutomatic) || own_table(first));
      }
      break;
    case SQLITE_ALTER_TABLE:
      if (schema_change && first == "main") return own_table(second);
      break;
    case SQLITE_REINDEX:
      if (schema_change) return true;  // part of CREATE INDEX; the statement alone is no schema change
      break;
    default:
      break;
  }
  return deny(forbidden_sql(scope_->owner, first.empty() ? "a statement of this kind" : first));
}

}  // namespace opsflux::store
