#include "host/entities/query.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/expression/expression.hpp"
#include "host/entities/query_conditions.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxExpansions = 5;

// Builds the statement's texts piece by piece; parameters are numbered as they are added.
class Builder {
 public:
  Builder(const QueryScope& scope, const ListQuery& query)
      : scope_(scope),
        entity_(scope.entity),
        definition_(*scope.entity.definition),
        access_(scope.entity.fields_for(scope.caller)),
        query_(query),
        dialect_(scope.dialect),
        conditions_(scope),
        joins_(conditions_.joins) {}

  Result<CompiledList> run(const Labels& labels) {
    TRY(check_page());
    TRY(fields());
    if (query_.id.empty())
      TRY(conditions_.add(query_.filter, query_.q, query_.deleted));
    else
      one_record();
    out_.filter_count = conditions_.owned.size();
    TRY(totals());
    const std::string from = " FROM " + definition_.table + " t";
    if (query_.count || !out_.totals.empty())
      out_.totals_sql =
          "SELECT count(*)" + totals_columns_ + from + joins_.sql() + " WHERE " + conditions_.where;
    out_.counted_tables = joins_.tables();
    select_labels(labels);
    TRY(sort());
    TRY(expand());
    std::string page_where = conditions_.where;
    if (!query_.cursor.empty()) TRY(cursor(page_where));
    out_.rows_sql = "SELECT " + entity_.select_columns + more_columns_ + from + joins_.sql() + " WHERE " +
                    page_where + " ORDER BY " + order_;
    if (!query_.unlimited) page();
    out_.tables = joins_.tables();
    out_.owned = std::move(conditions_.owned);
    return std::move(out_);
  }

 private:
  std::string parameter(expression::SqlValue value) { return conditions_.parameter(std::move(value)); }
  std::string integer(std::int64_t value) { return parameter(value); }

  Result<void> check_page() const {
    if (query_.page < 1 || query_.page > 1'000'000)
      return fail(bad_query("bad_page", "\"page\" is a number from 1 on.", "page"));
    if (query_.page_size < 1 || query_.page_size > kMaxPageSize)
      return fail(bad_query("bad_page_size",
                            "\"page_size\" is a number from 1 to " + std::to_string(kMaxPageSize) + ".",
                            "page_size")
                      .with("max", std::to_string(kMaxPageSize)));
    return {};
  }

  Error unknown_field(std::string_view name, std::string_view parameter_name) const {
    return bad_query("unknown_field",
                     "There is no field \"" + std::string(name) + "\" in " + definition_.name + ".",
                     parameter_name)
        .with("name", name)
        .with("entity", definition_.name);
  }

  void one_record() {
    conditions_.where = "t.id = " + parameter(query_.id);
    conditions_.add_policy();
  }

  Result<void> fields() {
    if (query_.fields.empty()) {
      out_.fields = access_.visible;
      return {};
    }
    for (const std::string& name : query_.fields) {
      if (is_system_column(name)) continue;
      const auto index = definition_.find(name);
      if (!index || access_.hidden[*index]) return fail(unknown_field(name, "fields"));
      out_.fields.push_back(*index);
    }
    std::sort(out_.fields.begin(), out_.fields.end());
    out_.fields.erase(std::unique(out_.fields.begin(), out_.fields.end()), out_.fields.end());
    return {};
  }

  // One row more than the page has tells whether there is a next one.
  void page() {
    out_.rows_sql += " LIMIT " + integer(query_.page_size + 1);
    if (query_.cursor.empty() && query_.page > 1)
      out_.rows_sql += " OFFSET " + integer((query_.page - 1) * query_.page_size);
  }

  void select(const std::string& column) {
    more_columns_ += ", " + column;
    ++selected_;
  }

  // The titles of what the record refers to, and the names of the people behind it; see write_labels.
  void select_labels(const Labels& labels) {
    const auto title = [&](const std::string& field, bool person) {
      if (const auto target = person ? joins_.follow_label(field) : joins_.follow(field))
        select(target->alias + "." + target->entity->definition->title);
    };
    for (const std::size_t index : labels.fields)
      if (std::binary_search(out_.fields.begin(), out_.fields.end(), index)) {
        out_.labels.fields.push_back(index);
        title(definition_.fields[index].name, definition_.fields[index].type == FieldType::kUser);
      }
    out_.labels.people = labels.people;
    if (labels.people && entity_.people != nullptr)
      for (const char* field : {"created_by", "updated_by"}) title(field, true);
  }

  // Where a column stands among the selected ones; one of another entity is selected to be there for the
  // cursor.
  std::size_t place_of(const JoinedColumn& column, std::string_view path) {
    if (path.find('.') != std::string_view::npos) {
      select(column.sql);
      return selected_ - 1;
    }
    if (column.field != nullptr) return kSystemFields + *definition_.find(path);
    return static_cast<std::size_t>(std::find(std::begin(kSystemColumns), std::end(kSystemColumns), path) -
                                    std::begin(kSystemColumns));
  }

  Result<void> expand() {
    if (query_.expand.size() > kMaxExpansions)
      return fail(bad_query("too_many_expansions",
                            "A list expands at most " + std::to_string(kMaxExpansions) + " references.",
                            "expand")
                      .with("max", std::to_string(kMaxExpansions)));
    for (const std::string& path : query_.expand) {
      const auto target = joins_.follow(path);
      if (!target || path.empty())
        return fail(bad_query("not_a_reference",
                              "\"" + path + "\" is not a reference of " + definition_.name +
                                  " to records that you may see.",
                              "expand")
                        .with("name", path)
                        .with("entity", definition_.name));
      out_.expansions.push_back(
          {path, target->entity, target->entity->fields_for(scope_.caller).visible, selected_});
      for (const std::string_view column : kSystemColumns) select(target->alias + "." + std::string(column));
      for (const Field& field : target->entity->definition->fields) select(target->alias + "." + field.name);
    }
    return {};
  }

  Result<void> sort() {
    const std::string text = !query_.sort.empty()                ? query_.sort
                             : !definition_.default_sort.empty() ? definition_.default_sort
                                                                 : "-id";
    bool ends_unique = false;
    for (std::string_view part : split(text, ',')) {
      part = trim(part);
      SortKey key;
      key.descending = part.starts_with('-');
      if (key.descending) part.remove_prefix(1);
      const auto column = joins_.column(part);
      if (!column) return fail(unknown_field(part, "sort"));
      if (column->field != nullptr && !has_order(column->field->type))
        return fail(bad_query("not_sortable",
                              "The field " + column->field->name + " has no order to sort by.", "sort")
                        .with("name", column->field->name));
      key.column = column->sql;
      key.column_index = place_of(*column, part);
      key.nullable = column->nullable;
      key.integer = column->field != nullptr ? integer_stored(*column->field) : column->name == "version";
      ends_unique = part == "id";
      out_.sort.push_back(key);
      if (ends_unique) break;
      if (out_.sort.size() > 5)
        return fail(bad_query("too_many_sorts", "A list is sorted by at most five fields.", "sort"));
    }
    // The identifier makes the order total, so that pages never overlap.
    if (!ends_unique) out_.sort.push_back({"t.id", 0, out_.sort.back().descending, false, false});
    for (const SortKey& key : out_.sort) {
      order_ += (order_.empty() ? "" : ", ") + key.column + (key.descending ? " DESC" : " ASC");
      // No value comes last in both directions. SQLite already does so when descending, and can then use an
      // index.
      if (key.nullable && !(key.descending && dialect_ == store::Dialect::kSqlite)) order_ += " NULLS LAST";
    }
    return {};
  }

  Result<void> totals() {
    for (const std::string& text : query_.totals) {
      const auto parts = split(text, ':');
      const auto index = parts.size() == 2 ? definition_.find(parts[1]) : std::nullopt;
      if (!index || access_.hidden[*index])
        return fail(bad_query("bad_total",
                              "A total is written as avg:score, with sum, avg, min or max and a field.",
                              "totals")
                        .with("value", text));
      const Field& field = definition_.fields[*index];
      const std::string op(parts[0]);
      if (!is_measure(field.type) || (op != "sum" && op != "avg" && op != "min" && op != "max"))
        return fail(bad_query("bad_total", "A total is sum, avg, min or max of a number field.", "totals")
                        .with("value", text));
      if (has_own_currency(field)) return fail(mixed_currencies(field.name, field.currency, "totals"));
      out_.totals.push_back({text, op, *index});
      totals_columns_ += ", " + op + "(t." + field.name + ")";
    }
    return {};
  }

  // Rows after the cursor: (k1, k2, …) beyond the values, written out as an OR of prefixes because the
  // keys may have different directions and may have no value (which sorts last).
  Result<void> cursor(std::string& where) {
    const auto bad = [] {
      return fail(bad_query("bad_cursor", "The cursor is not one that this list gave.", "cursor"));
    };
    const auto bytes = from_base64url(query_.cursor);
    if (!bytes) return bad();
    const auto values = parse_json(*bytes, {.max_depth = 2, .max_bytes = 8192});
    if (!values || !values->is_array() || values->size() != out_.sort.size()) return bad();
    std::string any, prefix;
    for (std::size_t i = 0; i < out_.sort.size(); ++i) {
      const SortKey& key = out_.sort[i];
      const Json& value = (*values)[i];
      if (!value.is_null() && !value.is_string()) return bad();
      if (value.is_null()) {
        prefix += key.column + " IS NULL AND ";
        continue;  // nothing comes after "no value"
      }
      const auto bound = typed(key, value.get<std::string>());
      if (!bound) return bad();
      const std::string place = parameter(*bound);
      std::string beyond = key.column + (key.descending ? " < " : " > ") + place;
      if (key.nullable) beyond = "(" + beyond + " OR " + key.column + " IS NULL)";
      any += (any.empty() ? "" : " OR ") + ("(" + prefix + beyond + ")");
      prefix += key.column + " = " + place + " AND ";
    }
    if (any.empty()) return bad();
    where += " AND (" + any + ")";
    return {};
  }

  std::optional<expression::SqlValue> typed(const SortKey& key, const std::string& text) const {
    if (!key.integer) return expression::SqlValue(text);
    const auto number = parse_int(text);
    if (!number) return std::nullopt;
    return expression::SqlValue(*number);
  }

  bool integer_stored(const Field& field) const {
    const Storage storage = storage_of(field.type);
    return storage == Storage::kInteger || storage == Storage::kMicroseconds ||
           storage == Storage::kBoolean ||
           (storage == Storage::kDecimal && dialect_ == store::Dialect::kSqlite);
  }

  const QueryScope& scope_;
  const EntityEntry& entity_;
  const Definition& definition_;
  const FieldAccess& access_;
  const ListQuery& query_;
  const store::Dialect dialect_;
  QueryConditions conditions_;
  Joins& joins_;
  CompiledList out_;
  std::string order_, totals_columns_;
  std::string more_columns_;  // after the entity's own
  std::size_t selected_ = kSystemFields + definition_.fields.size();
};

}  // namespace

std::string select_with_labels(const EntityEntry& entity, const Labels& labels) {
  std::string columns = entity.select_columns, joins;
  const auto join_title = [&](const Definition& target, const std::string& alias, const std::string& column) {
    columns += ", " + alias + "." + target.title;
    joins += " LEFT JOIN " + target.table + " " + alias + " ON " + alias + ".id = t." + column;
  };
  for (const std::size_t index : labels.fields)
    join_title(*entity.references[index]->definition, "r" + std::to_string(index),
               entity.definition->fields[index].name);
  if (labels.people && entity.people != nullptr)
    for (const char* column : {"created_by", "updated_by"})
      join_title(*entity.people->definition, column + std::string("_of"), column);
  return "SELECT " + columns + " FROM " + entity.definition->table + " t" + joins;
}

Result<CompiledList> CompiledList::compile(const QueryScope& scope, const ListQuery& query,
                                           const Labels& labels) {
  return Builder(scope, query).run(labels);
}

std::vector<store::Value> CompiledList::params(std::size_t count) const { return as_params(owned, count); }

std::string encode_cursor(const std::vector<SortKey>& sort, const store::Row& row) {
  Json values = Json::array();
  for (const SortKey& key : sort) {
    const int column = static_cast<int>(key.column_index);
    if (row.is_null(column))
      values.push_back(nullptr);
    else
      values.push_back(row.string(column));
  }
  return to_base64url(to_text(values));
}

}  // namespace opsflux::entities
