#include "host/entities/query_conditions.hpp"

#include "host/base/fold.hpp"
#include "host/base/text.hpp"
#include "host/entities/record_expression.hpp"
#include "host/entities/search.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxSearchLength = 200;  // code points

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

Error mixed_currencies(std::string_view field, std::string_view currency, std::string_view parameter) {
  return bad_query("mixed_currencies",
                   "The amounts of " + std::string(field) + " may be of several currencies: group them by " +
                       std::string(currency) + ".",
                   parameter)
      .with("name", field)
      .with("currency", currency);
}

std::string QueryConditions::parameter(expression::SqlValue value) {
  owned.push_back(std::move(value));
  return "$" + std::to_string(owned.size());
}

void QueryConditions::add_policy() {
  const RowPolicy policy(scope_.entity, scope_.catalog, scope_.caller, scope_.action);
  auto again = owned;
  where += policy.sql("t", owned, scope_.dialect);
  // A column under a plus is nothing that SQLite looks for in an index.
  unindexed += policy.sql("+t", again, scope_.dialect);
  if (!policy.every_record()) joins.use_shares();
}

Result<void> QueryConditions::add(std::string_view filter, std::string_view q, bool deleted) {
  where = unindexed = deleted ? "t.deleted_at IS NOT NULL" : "t.deleted_at IS NULL";
  const std::string alone = where;
  add_policy();
  TRY(add_filter(filter));
  if (unindexed == alone || scope_.dialect != store::Dialect::kSqlite) unindexed.clear();
  return add_words(q);
}

Result<void> QueryConditions::add_filter(std::string_view filter) {
  if (filter.empty()) return {};
  // The names first: they join what they need, with parameters of their own.
  TRY_ASSIGN(compiled, expression::Expression::compile_condition(filter, joins));
  const auto context = expression::Context::at(scope_.clock.now(), [this](const expression::FieldInfo& info) {
    return caller_value(info.name, scope_.caller);
  });
  TRY_ASSIGN(fragment, compiled.to_sql(scope_.dialect, static_cast<int>(owned.size()) + 1, context));
  where += " AND " + fragment.sql;
  if (scope_.dialect == store::Dialect::kSqlite) {
    TRY_ASSIGN(plain, compiled.to_sql(scope_.dialect, static_cast<int>(owned.size()) + 1, context, true));
    unindexed += " AND " + plain.sql;
  }
  for (auto& value : fragment.params) owned.push_back(std::move(value));
  return {};
}

Result<QueryConditions::Words> QueryConditions::words_of(std::string_view q) const {
  const Definition& definition = *scope_.entity.definition;
  const FieldAccess& access = scope_.entity.fields_for(scope_.caller);
  Words out;
  for (const std::size_t index : definition.search)
    if (!access.hidden[index]) out.fields.push_back(index);
  if (utf8_length(q) > kMaxSearchLength)
    return fail(bad_query("query_too_long",
                          "\"q\" has at most " + std::to_string(kMaxSearchLength) + " characters.", "q"));
  if (out.fields.empty())
    return fail(bad_query("no_search", "The entity " + definition.name + " has no search fields.", "q"));
  if (scope_.entity.searchable) out.words = terms(q);
  return out;
}

// Every word must begin a word of one of the search fields; best matches can come first.
Result<void> QueryConditions::add_words(std::string_view q) {
  if (q.empty()) return {};
  TRY_ASSIGN(asked, words_of(q));
  if (asked.words.empty()) {
    const std::string condition = in_columns(q, asked.fields);
    where += condition;
    if (!unindexed.empty()) unindexed += condition;
    return {};
  }
  const Definition& definition = *scope_.entity.definition;
  const std::string place = parameter(search_text(definition, asked.fields, asked.words, scope_.dialect));
  found_ = search_select(definition, place, true, scope_.dialect);
  unindexed.clear();  // there is no better way
  ranked = true;
  return {};
}

// What the words find stands first and stays there: SQLite keeps the order of a CROSS JOIN, and would
// otherwise read the whole table once for each record found.
std::string QueryConditions::from() const {
  const std::string table = scope_.entity.definition->table + " t";
  if (!ranked) return " FROM " + table + joins.sql();
  const char* join = scope_.dialect == store::Dialect::kSqlite ? ") w CROSS JOIN " : ") w JOIN ";
  return " FROM (" + found_ + join + table + " ON w.id = t.id" + joins.sql();
}

Result<std::string> QueryConditions::found_by(std::string_view q) {
  TRY_ASSIGN(asked, words_of(q));
  if (asked.words.empty()) return "(1 = 1" + in_columns(q, asked.fields) + ")";
  const Definition& definition = *scope_.entity.definition;
  const std::string place = parameter(search_text(definition, asked.fields, asked.words, scope_.dialect));
  return "(t.id IN (" + search_select(definition, place, false, scope_.dialect) + "))";
}

// Without an index, and for what has no words: every part between blanks must stand somewhere in one of the
// fields; case does not matter (on SQLite for the letters of ASCII, which is what its lower() knows).
std::string QueryConditions::in_columns(std::string_view q, const std::vector<std::size_t>& fields) {
  std::string out;
  for (const std::string_view word : split(q, ' ')) {
    if (trim(word).empty()) continue;
    const std::string place = parameter("%" + escape_like(trim(word)) + "%");
    std::string any;
    for (const std::size_t index : fields)
      any += (any.empty() ? "" : " OR ") + ("lower(t." + scope_.entity.definition->fields[index].name +
                                            ") LIKE lower(" + place + ") ESCAPE '\\'");
    out += " AND (" + any + ")";
  }
  return out;
}

}  // namespace opsflux::entities
