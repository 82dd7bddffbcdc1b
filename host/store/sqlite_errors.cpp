#include "host/store/sqlite_errors.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <cerrno>

#include "host/base/text.hpp"

namespace opsflux::store {
namespace {

Error failed(std::string_view message) {
  return Error::internal("store.failed", "The database refused a statement.").because(message);
}

// "UNIQUE constraint failed: company.siret, company.country" and "... failed: index 'company_lower'" and
// "CHECK constraint failed: company_score_range".
Error constraint(int extended, std::string_view message) {
  const std::size_t colon = message.find(": ");
  const std::string_view subject = colon == std::string_view::npos ? "" : message.substr(colon + 2);
  std::string table;
  std::string columns;
  std::string name;
  if (subject.starts_with("index '")) {
    name = subject.substr(7, subject.size() - 8);
  } else if (extended == SQLITE_CONSTRAINT_CHECK) {
    name = subject;
  } else {
    for (std::string_view part : split(subject, ',')) {
      part = trim(part);
      const std::size_t dot = part.rfind('.');
      if (dot == std::string_view::npos) continue;
      table = part.substr(0, dot);
      columns += (columns.empty() ? "" : ",") + std::string(part.substr(dot + 1));
    }
  }
  Error error;
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      error = Error::conflict("store.unique", "A record with this value already exists.");
      break;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      error = Error::conflict("store.reference", "A reference points to a record that does not exist.");
      break;
    default:
      error = Error::invalid("store.constraint", "A value is not allowed here.");
  }
  if (!table.empty()) error.params.emplace_back("table", table);
  if (!columns.empty()) error.params.emplace_back("columns", columns);
  if (!name.empty()) error.params.emplace_back("constraint", name);
  error.detail = message;
  return error;
}

}  // namespace

Error sqlite_error(int extended, int system, std::string_view message, std::string_view sql) {
  std::string detail(message);
  detail += " (" + std::to_string(extended) + ")";
  if (system != 0) detail += " errno " + std::to_string(system);
  if (!sql.empty()) detail += " in: " + std::string(sql.substr(0, 400));
  if (system == ENOSPC || system == EDQUOT) extended = SQLITE_FULL;
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT: {
      Error error = constraint(extended, message);
      error.detail = detail;
      return error;
    }
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return Error::invalid("store.bad_value", "A value cannot be stored.").because(detail);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error::unavailable("store.busy", "The database is busy. Please try again.")
          .because(detail)
          .retry_after(1000);
    case SQLITE_INTERRUPT:
      return Error::make(ErrorKind::kTimeout, "store.timeout", "The database took too long to answer.")
          .because(detail);
    case SQLITE_FULL:
      return Error::unavailable("store.disk_full", "The disk that holds the database is full.")
          .because(detail)
          .retry_after(30'000);
    case SQLITE_READONLY:
      return Error::unavailable("store.read_only", "The database cannot be written to.").because(detail);
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
      return Error::unavailable("store.unreachable", "The database file cannot be read or written.")
          .because(detail)
          .retry_after(5000);
    case SQLITE_CORRUPT:
      return Error::internal("store.corrupt", "The database file is damaged.").because(detail);
    case SQLITE_NOTADB:
      return Error::internal("store.corrupt", "The file is not an SQLite database.").because(detail);
    default:
      return failed(detail);
  }
}

}  // namespace opsflux::store
