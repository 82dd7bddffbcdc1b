#include "host/entities/query_conditions.hpp"

#include "host/base/text.hpp"
#include "host/entities/expression/expression.hpp"

namespace opsflux::entities {
namespace {

std::string escape_like(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Error bad_query(std::string_view reason, std::string message, std::string_view field) {
  return Error::invalid("entity." + std::string(reason), message).at(field);
}

std::string QueryConditions::parameter(expression::SqlValue value) {
  owned.push_back(std::move(value));
  return "$" + std::to_string(owned.size());
}

Result<void> QueryConditions::add(std::string_view filter, std::string_view q, bool deleted) {
  where = deleted ? "t.deleted_at IS NOT NULL" : "t.deleted_at IS NULL";
  TRY(add_filter(filter));
  return add_words(q);
}

Result<void> QueryConditions::add_filter(std::string_view filter) {
  if (filter.empty()) return {};
  const int first = static_cast<int>(owned.size()) + 1;
  TRY_ASSIGN(fragment, expression::compile_filter(filter, joins, scope_.dialect, first,
                                                  expression::Context::at(scope_.clock.now())));
  where += " AND " + fragment.sql;
  for (auto& value : fragment.params) owned.push_back(std::move(value));
  return {};
}

// Every word must be in one of the search fields; case does not matter (on SQLite for the letters of
// ASCII, which is what its lower() knows).
Result<void> QueryConditions::add_words(std::string_view q) {
  const Definition& definition = *scope_.entity.definition;
  if (q.empty()) return {};
  if (utf8_length(q) > 200)
    return fail(bad_query("query_too_long", "\"q\" has at most 200 characters.", "q"));
  if (definition.search.empty())
    return fail(bad_query("no_search", "The entity " + definition.name + " has no search fields.", "q"));
  for (const std::string_view word : split(q, ' ')) {
    if (trim(word).empty()) continue;
    const std::string place = parameter("%" + escape_like(trim(word)) + "%");
    std::string any;
    for (const std::size_t index : definition.search)
      any += (any.empty() ? "" : " OR ") +
             ("lower(t." + definition.fields[index].name + ") LIKE lower(" + place + ") ESCAPE '\\'");
    where += " AND (" + any + ")";
  }
  return {};
}

}  // namespace opsflux::entities
