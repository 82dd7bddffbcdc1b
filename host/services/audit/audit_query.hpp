// What may be asked of the audit trail, and the statements that answer it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/entities/expression/expression.hpp"
#include "host/http/request.hpp"
#include "host/store/database.hpp"

namespace opsflux::audit_service {

inline constexpr std::int64_t kMaxPageSize = 500;

struct AuditQuery {
  std::string filter{};  // expression over audit_fields(); empty: all
  std::string q{};       // words, each somewhere in what was changed, by whom, or on what
  std::int64_t page_size = 50;
  std::string cursor{};  // next_cursor of the page before
  bool count = true;     // give meta.total
};

// The parameters of a list. Errors are Malformed: "entity.unknown_parameter", "entity.bad_parameter".
Result<AuditQuery> audit_query(const http::Request& request);
Error bad_parameter(std::string_view name, std::string_view value, std::string_view expected);
Error unknown_parameter(std::string_view name, std::string_view known);

// Where the names of people are: a table whose ids are those of actors.
struct People {
  std::string table = "identity_user";
  std::string name = "name";
};

// FROM and WHERE of the rows that a query finds, with the parameters of the WHERE. Errors:
// those of the expression language at "filter", "entity.query_too_long" at "q", "entity.bad_cursor".
class AuditConditions {
 public:
  static Result<AuditConditions> compile(const AuditQuery& query, const People& people,
                                         store::Dialect dialect, const Clock& clock);
  std::string parameter(expression::SqlValue value);  // its place, "$3"
  std::vector<store::Value> params() const;           // views into this
  void add(std::string_view condition) { where += " AND " + std::string(condition); }
  Result<void> start_after(std::string_view cursor);

  std::string from;   // " FROM core_audit a LEFT JOIN …"
  std::string where;  // " WHERE …"

 private:
  void add_words(std::string_view q);
  std::vector<expression::SqlValue> owned_;
};

// The columns of a row as write_row and the export take them.
std::string audit_select(const People& people);
inline constexpr std::string_view kNewestFirst = " ORDER BY a.at DESC, a.id DESC";
std::string cursor_after(std::string_view at, std::string_view id);

}  // namespace opsflux::audit_service
