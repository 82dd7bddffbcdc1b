#include "host/store/postgresql_errors.hpp"

#include "host/base/text.hpp"
#include "host/store/sql_guard.hpp"

namespace opsflux::store {
namespace {

std::string_view part(const PGresult* result, int code) {
  const char* text = result ? PQresultErrorField(result, code) : nullptr;
  return text ? std::string_view(text) : std::string_view();
}

void add(Error& error, std::string_view key, std::string_view value) {
  if (!value.empty()) error.params.emplace_back(key, value);
}

// "Key (siret, country)=(1, FR) already exists."; the words around differ by the server's language.
std::string key_columns(std::string_view detail) {
  const std::size_t end = detail.find(")=(");
  const std::size_t begin = detail.find('(');
  if (end == std::string_view::npos || begin >= end) return {};
  std::string columns;
  for (std::string_view column : split(detail.substr(begin + 1, end - begin - 1), ',')) {
    columns += (columns.empty() ? "" : ",") + std::string(trim(column));
  }
  return columns;
}

Error constraint(const PGresult* result, std::string_view state) {
  Error error;
  std::string columns;
  if (state == "23505") {
    error = Error::conflict("store.unique", "A record with this value already exists.");
    columns = key_columns(part(result, PG_DIAG_MESSAGE_DETAIL));
  } else if (state == "23503") {
    error = Error::conflict("store.reference", "A reference points to a record that does not exist.");
  } else {
    error = Error::invalid("store.constraint", "A value is not allowed here.");
    columns = part(result, PG_DIAG_COLUMN_NAME);
  }
  add(error, "table", part(result, PG_DIAG_TABLE_NAME));
  add(error, "columns", columns);
  add(error, "constraint", part(result, PG_DIAG_CONSTRAINT_NAME));
  return error;
}

// The name between the first pair of quotes, in whatever language; else the last word:
// `relation "x" does not exist`, `permission denied for table x`.
std::string named_in(std::string_view message) {
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"\"", "\""}, {"«", "»"}, {"„", "“"}}) {
    const std::size_t begin = message.find(open);
    if (begin == std::string_view::npos) continue;
    const std::size_t end = message.find(close, begin + open.size());
    if (end != std::string_view::npos) {
      return std::string(trim(message.substr(begin + open.size(), end - begin - open.size())));
    }
  }
  const std::size_t space = message.rfind(' ');
  return std::string(space == std::string_view::npos ? message : message.substr(space + 1));
}

Error unreachable() {
  return Error::unavailable("store.unreachable", "The database cannot be reached. Please try again.")
      .retry_after(2000);
}

Error by_state(const PGresult* result, std::string_view state, const Scope& scope) {
  const std::string_view message = part(result, PG_DIAG_MESSAGE_PRIMARY);
  const auto starts = [&](std::string_view prefix) { return state.starts_with(prefix); };
  if (starts("23")) return constraint(result, state);
  if (starts("22")) return Error::invalid("store.bad_value", "A value cannot be stored.");
  if (state == "40001" || state == "40P01")
    return Error::unavailable(kClash, "The database is busy. Please try again.");
  if (state == "57014")
    return Error::make(ErrorKind::kTimeout, "store.timeout", "The database took too long to answer.");
  if (state == "55P03" || state == "55006" || (starts("53") && state != "53100")) {
    return Error::unavailable("store.busy", "The database is busy. Please try again.").retry_after(1000);
  }
  if (state == "53100") {
    return Error::unavailable("store.disk_full", "The disk that holds the database is full.")
        .retry_after(30'000);
  }
  // 08P01 is a wrong number of parameters, the caller's mistake.
  if ((starts("08") && state != "08P01") || starts("57P")) return unreachable();
  if (state == "XX001" || state == "XX002")
    return Error::internal("store.corrupt", "The database is damaged.");
  if (state == "25006") return Error::unavailable("store.read_only", "The database cannot be written to.");
  if (!scope.host()) {
    if (state == "42501") return foreign_table(scope.owner, named_in(message));
    // The search path of a module ends at its own schema: a table of somebody else is not found.
    if (state == "42P01" || state == "42704" || state == "3F000") {
      if (const std::string table = named_in(message); !is_owned_name(table, scope.owner)) {
        return foreign_table(scope.owner, table);
      }
    }
  }
  return Error::internal("store.failed", "The database refused a statement.");
}

}  // namespace

Error postgresql_error(PGconn* connection, const PGresult* result, std::string_view sql, const Scope& scope) {
  const std::string_view state = part(result, PG_DIAG_SQLSTATE);
  Error error = PQstatus(connection) == CONNECTION_BAD || state.empty() ? unreachable()
                                                                        : by_state(result, state, scope);
  error.detail = trim(PQstatus(connection) == CONNECTION_BAD ? PQerrorMessage(connection)
                                                             : (result ? PQresultErrorMessage(result) : ""));
  if (!state.empty()) error.detail += " [" + std::string(state) + "]";
  if (!sql.empty()) error.detail += " in: " + std::string(sql.substr(0, 400));
  return error;
}

Error postgresql_refusal(std::string_view message) {
  // The connection is not there, so there is no SQLSTATE; libpq's words are for the administrator.
  const auto has = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  const bool away = has("Connection refused") || has("could not connect") || has("timeout") ||
                    has("starting up") || has("shutting down") || has("No such file") ||
                    has("server closed") || has("recovery mode") || has("could not translate") ||
                    has("not yet accepting") || has("Network") || has("No route");
  // SOCI's own sentence first, then libpq's, on lines of their own.
  std::string words(trim(message.substr(message.find('\n') + 1)));
  std::replace(words.begin(), words.end(), '\n', ' ');
  Error error = away ? unreachable()
                     : Error::unavailable("store.refused",
                                          "The database server refused the connection: " + words + ".");
  error.detail = trim(message);
  return error;
}

}  // namespace opsflux::store
