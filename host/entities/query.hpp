// A list query and its translation into one prepared statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/entities/catalog.hpp"
#include "host/entities/expression/sql.hpp"
#include "host/entities/row_policy.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {

inline constexpr std::int64_t kMaxPageSize = 500;
// So many records are faster found by walking the order than by finding and sorting all of them.
inline constexpr std::int64_t kMany = 4000;
// So few that to read the whole table is quicker than to walk it in an order, where no index finds them.
inline constexpr std::int64_t kFew = 100;

struct ListQuery {
  std::string filter = {};               // expression; empty: all
  std::string q = {};                    // quick search over the definition's search fields
  std::string sort = {};                 // "-score,legal_name"; empty: the definition's, else newest first
  std::vector<std::string> fields = {};  // empty: all
  std::int64_t page = 1;
  std::int64_t page_size = 25;
  std::string cursor = {};               // next_cursor of the page before; excludes page
  std::vector<std::string> totals = {};  // "avg:score"
  std::string id = {};  // only this record, living or deleted; excludes filter, q, page and cursor
  std::vector<std::string> expand =
      {};                  // paths of references whose records are given as well: "company.parent"
  bool deleted = false;    // the deleted ones instead of the living
  bool unlimited = false;  // all at once, for who takes them one by one
  bool count = true;       // give meta.total
  std::size_t action = 0;  // what is done with them, see kActions; they are viewed, in any case
};

struct SortKey {
  std::string column;
  std::size_t column_index = 0;  // within the selected columns
  bool descending = false;
  bool nullable = false;
  bool integer = false;  // stored as a whole number
};

// A record that a reference points to, selected beside the one that refers to it.
struct Expansion {
  std::string path;  // "company.parent"
  const EntityEntry* entity = nullptr;
  std::vector<std::size_t> fields;  // those that the caller may see
  std::size_t first_column = 0;     // its system columns, then its fields
};

// Who asks, and about what. References hold for the call.
struct QueryScope {
  const Catalog& catalog;
  const EntityEntry& entity;
  const Caller& caller;
  store::Dialect dialect;
  const Clock& clock;
  bool judged = false;     // the statement will run for a store::RowIdentity
  std::size_t action = 0;  // see ListQuery
};

struct Total {
  std::string name;  // as asked for
  std::string op;    // sum, avg, min, max
  std::size_t field = 0;
};

// Statement texts with their parameters. Values own their text; `params()` gives views.
class CompiledList {
 public:
  // `labels`: what may be selected besides; of the reference fields only those that the query asks for are.
  static Result<CompiledList> compile(const QueryScope& scope, const ListQuery& query, const Labels& labels);

  std::string rows_sql;
  // A page sorted by a field that may have no value comes in two parts, so that an index serves both: records
  // with a value, and then, where those are too few, the rest. Empty: rows_sql gives all.
  std::string rest_sql;
  std::string totals_sql;  // count and totals over the filtered set
  // SQLite, which does not know how many records meet a condition, is told what to do; see query_plans.hpp.
  // All give the rows of rows_sql: `ordered_sql` keeps the planner from the indexes of the conditions, so
  // that it walks that of the order; `found_sql` from that of the order, so that it sorts what the conditions
  // find. `probe_sql` counts up to kMany that meet the conditions. Empty: no choice.
  std::string ordered_sql, found_sql, probe_sql;
  std::vector<SortKey> sort;
  std::vector<Total> totals;
  std::vector<std::size_t> fields;               // which fields are written, in the order of the definition
  Labels labels;                                 // stand after the entity's own columns, files last
  std::vector<Expansion> expansions;             // stand after them, and after what is only sorted by
  std::vector<std::string_view> tables;          // that the rows come from
  std::vector<std::string_view> counted_tables;  // that the totals come from

  // For the rows statement: `all`; for the totals statement: the first `filter_count`.
  std::vector<expression::SqlValue> owned;
  std::size_t filter_count = 0;
  std::vector<expression::SqlValue> rest_owned;  // of rest_sql
  std::vector<store::Value> params(std::size_t count) const;
};

// An expression for what is known of the files that a field of "t" names: the JSON of an object, or of a list
// of them; NULL where there are none.
std::string described_files(const Field& field, store::Dialect dialect);

// "SELECT <select_columns>, <label of each field>, <two names> FROM <table> t <joins>", to be followed by
// WHERE.
std::string select_with_labels(const EntityEntry& entity, const Labels& labels);

// The cursor that continues after a row, made of the sort keys' values.
std::string encode_cursor(const std::vector<SortKey>& sort, const store::Row& row);

}  // namespace opsflux::entities
