// Which records a query is about: the part that lists, totals and aggregates share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/entities/joins.hpp"
#include "host/entities/query.hpp"

namespace opsflux::entities {

// Invalid "entity.<reason>" at a parameter of the query.
Error bad_query(std::string_view reason, std::string message, std::string_view field);
// Amounts of several currencies do not add up: `field` is asked for without its `currency`.
Error mixed_currencies(std::string_view field, std::string_view currency, std::string_view parameter);

// Collects a WHERE and its parameters, which are numbered as they are added.
class QueryConditions {
 public:
  explicit QueryConditions(const QueryScope& scope)
      : joins(scope.catalog, scope.entity, scope.caller, scope.dialect, scope.judged, owned), scope_(scope) {
    joins.on_search = [this](std::string_view words) { return found_by(words); };
  }
  QueryConditions(const QueryConditions&) = delete;
  QueryConditions& operator=(const QueryConditions&) = delete;

  // Living records, or the deleted ones; that the caller may see; that meet the filter; that hold every word
  // of `q` in a search field.
  Result<void> add(std::string_view filter, std::string_view q, bool deleted);
  // The policy alone, for a query that names its record.
  void add_policy();
  // " FROM …" with all that was joined so far.
  std::string from() const;
  std::string parameter(expression::SqlValue value);  // its place: "$3"

  std::vector<expression::SqlValue> owned;
  Joins joins;
  std::string where;
  // SQLite: the same without the use of indexes, for who has a better one; empty where there is nothing that
  // an index might serve.
  std::string unindexed;
  bool ranked = false;  // what the words of `q` find stands joined as "w", with "w.rank"

 private:
  struct Words {
    std::vector<std::size_t> fields;  // the search fields that the caller sees
    std::vector<std::string> words;   // empty: nothing that the index could find
  };
  Result<void> add_filter(std::string_view filter);
  Result<void> add_words(std::string_view q);
  Result<Words> words_of(std::string_view q) const;
  Result<std::string> found_by(std::string_view q);
  std::string in_columns(std::string_view q, const std::vector<std::size_t>& fields);

  const QueryScope& scope_;
  std::string found_;
};

}  // namespace opsflux::entities
