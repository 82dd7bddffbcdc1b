#include "host/store/owned_objects.hpp"

#include <algorithm>

#include "host/store/sql_guard.hpp"

namespace opsflux::store {
namespace {

Unexpected refuse(std::string_view owner, std::string_view object) {
  return fail(Error::forbidden("migration.foreign_object",
                               "A migration of " + std::string(owner) +
                                   " may leave only tables and indexes named " + std::string(owner) +
                                   "_... that refer to one another; " + std::string(object) + " is not.")
                  .with("owner", owner)
                  .with("object", object));
}

Result<void> check_sqlite(Session& session, std::string_view owner,
                          const std::vector<std::string>& foreign_before) {
  std::string offender;
  TRY(session.query("SELECT name, type, tbl_name FROM sqlite_schema", {}, [&](const Row& row) {
    const std::string_view type = row.text(1);
    if (is_owned_name(row.text(2), owner) && type != "table" && type != "index") offender = row.string(0);
    return offender.empty();
  }));
  if (!offender.empty()) return refuse(owner, offender);
  TRY(
      session.query("SELECT m.name, f.\"table\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f "
                    "WHERE m.type = 'table'",
                    {}, [&](const Row& row) {
                      if (is_owned_name(row.text(0), owner) && !is_owned_name(row.text(1), owner)) {
                        offender = row.string(0) + " -> " + row.string(1);
                      }
                      return offender.empty();
                    }));
  if (!offender.empty()) return refuse(owner, offender);
  TRY_ASSIGN(foreign_after, foreign_objects(session, owner));
  std::vector<std::string> difference;
  std::set_symmetric_difference(foreign_before.begin(), foreign_before.end(), foreign_after.begin(),
                                foreign_after.end(), std::back_inserter(difference));
  if (!difference.empty()) return refuse(owner, difference.front().substr(0, difference.front().find(' ')));
  return {};
}

Result<void> check_postgresql(Session& session, std::string_view owner) {
  std::string offender;
  // Indexes behind constraints have the constraint's name, which on SQLite is a name inside the table.
  TRY(
      session.query("SELECT c.relname, c.relkind::text FROM pg_catalog.pg_class c "
                    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                    "WHERE n.nspname = $1 AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE "
                    "k.conindid = c.oid "
                    "AND k.contype IN ('p', 'u', 'x'))",
                    {"m_" + std::string(owner)}, [&](const Row& row) {
                      const std::string_view kind = row.text(1);
                      if ((kind != "r" && kind != "i" && kind != "S") || !is_owned_name(row.text(0), owner)) {
                        offender = row.string(0);
                      }
                      return offender.empty();
                    }));
  if (!offender.empty()) return refuse(owner, offender);
  return {};
}

}  // namespace

Result<std::vector<std::string>> foreign_objects(Session& session, std::string_view owner) {
  std::vector<std::string> objects;
  if (session.dialect() != Dialect::kSqlite) return objects;
  TRY(session.query(
      "SELECT name, type, tbl_name, coalesce(sql, '') FROM sqlite_schema", {}, [&](const Row& row) {
        if (!is_owned_name(row.text(2), owner)) {
          objects.push_back(row.string(0) + " " + row.string(1) + " " + row.string(2) + " " + row.string(3));
        }
        return true;
      }));
  std::sort(objects.begin(), objects.end());
  return objects;
}

Result<void> check_owned_objects(Session& session, std::string_view owner,
                                 const std::vector<std::string>& foreign_before) {
  if (session.dialect() == Dialect::kSqlite) return check_sqlite(session, owner, foreign_before);
  return check_postgresql(session, owner);
}

}  // namespace opsflux::store
