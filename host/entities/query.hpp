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
#include "host/store/database.hpp"

namespace opsflux::entities {

inline constexpr std::int64_t kMaxPageSize = 500;

struct ListQuery {
  std::string filter;               // expression; empty: all
  std::string q;                    // quick search over the definition's search fields
  std::string sort;                 // "-score,legal_name"; empty: the definition's, else newest first
  std::vector<std::string> fields;  // empty: all
  std::int64_t page = 1;
  std::int64_t page_size = 25;
  std::string cursor;               // next_cursor of the page before; excludes page
  std::vector<std::string> totals;  // "avg:score"
  bool deleted = false;             // the deleted ones instead of the living
  bool count = true;                // give meta.total
};

struct SortKey {
  std::string column;
  std::size_t column_index = 0;  // within select_columns
  bool descending = false;
  bool nullable = false;
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
  static Result<CompiledList> compile(const EntityEntry& entity, const ListQuery& query,
                                      store::Dialect dialect, const Clock& clock, const Labels& labels);

  std::string rows_sql;
  std::string totals_sql;  // count and totals over the filtered set
  std::vector<SortKey> sort;
  std::vector<Total> totals;
  std::vector<std::size_t> fields;  // which fields are written, in the order of the definition
  Labels labels;                    // stand after the selected columns

  // For the rows statement: `all`; for the totals statement: the first `filter_count`.
  std::vector<expression::SqlValue> owned;
  std::size_t filter_count = 0;
  std::vector<store::Value> params(std::size_t count) const;
};

// "SELECT <select_columns>, <label of each field>, <two names> FROM <table> t <joins>", to be followed by
// WHERE.
std::string select_with_labels(const EntityEntry& entity, const Labels& labels);

// The cursor that continues after a row, made of the sort keys' values.
std::string encode_cursor(const std::vector<SortKey>& sort, const store::Row& row);

}  // namespace opsflux::entities
