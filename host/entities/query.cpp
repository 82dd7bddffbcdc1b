#include "host/entities/query.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/expression/expression.hpp"
#include "host/entities/query_conditions.hpp"
#include "host/entities/search.hpp"

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
    // What labels, orders and expansions join later has parameters that are none of the conditions.
    const std::string from = conditions_.from();
    TRY(totals());
    if (query_.count || !out_.totals.empty())
      out_.totals_sql = "SELECT count(*)" + totals_columns_ + from + " WHERE " + conditions_.where;
    out_.counted_tables = joins_.tables();
    select_labels(labels);
    TRY(sort());
    TRY(expand());
    TRY(rows("SELECT " + entity_.select_columns + more_columns_ + conditions_.from() + " WHERE "));
    if (!out_.ordered_sql.empty())
      out_.probe_sql = "SELECT count(*) FROM (SELECT 1" + from + " WHERE " + conditions_.where + " LIMIT " +
                       std::to_string(kMany) + ")";
    out_.tables = joins_.tables();
    // How well a record fits depends on all others that have its words.
    if (conditions_.ranked) out_.tables.push_back(kSearchTable);
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
    for (const std::size_t index : labels.files)
      if (std::binary_search(out_.fields.begin(), out_.fields.end(), index)) {
        out_.labels.files.push_back(index);
        select(described_files(definition_.fields[index], dialect_));
      }
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
    // Words without an order that was asked for: what fits them best.
    const bool by_rank = conditions_.ranked && query_.sort.empty();
    if (by_rank) {
      select("w.rank");
      out_.sort.push_back({"w.rank", selected_ - 1, true, false, true});
    }
    for (std::string_view part : by_rank ? std::vector<std::string_view>() : split(text, ',')) {
      part = trim(part);
      SortKey key;
      key.descending = part.starts_with('-');
      if (key.descending) part.remove_prefix(1);
      const auto column = joins_.column(part);
      // The list's own order does without what the caller may not see.
      if (!column && query_.sort.empty()) continue;
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
    if (out_.sort.empty()) {
      out_.sort.push_back({"t.id", 0, true, false, false});
      return {};
    }
    // The identifier makes the order total, so that pages never overlap.
    if (!ends_unique) out_.sort.push_back({"t.id", 0, out_.sort.back().descending, false, false});
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

  // The statement of the page, or of all. One row more than the page has tells whether there is a next one.
  Result<void> rows(const std::string& select) {
    const bool offset = query_.cursor.empty() && query_.page > 1;
    const bool split = out_.sort[0].nullable && !query_.unlimited && !offset && query_.id.empty();
    std::vector<std::optional<expression::SqlValue>> cursor;
    if (!query_.cursor.empty()) {
      TRY_ASSIGN(read, read_cursor());
      if (!query_.unlimited) cursor = std::move(read);
    }
    const bool in_rest = split && !cursor.empty() && !cursor[0];
    const auto before = conditions_.owned;
    const auto tail = [&](std::string_view plus) {
      conditions_.owned = before;
      plus_ = plus;
      std::string out = in_rest ? rest_of(cursor) : "";
      if (!in_rest && split) out = " AND " + with_value(out_.sort[0]);
      if (!in_rest && !cursor.empty()) out = " AND " + beyond(cursor, 0);
      out += " ORDER BY " + order(in_rest ? 1 : 0, split && !in_rest);
      if (!query_.unlimited) out += " LIMIT " + integer(query_.page_size + 1);
      if (!query_.unlimited && offset) out += " OFFSET " + integer((query_.page - 1) * query_.page_size);
      return out;
    };
    if (!query_.unlimited && !conditions_.unindexed.empty()) {
      out_.found_sql = select + conditions_.where + tail("+");
      out_.ordered_sql = select + conditions_.unindexed + tail("");
    }
    out_.rows_sql = select + conditions_.where + tail("");
    if (!split || in_rest) return {};
    const auto owned = std::exchange(conditions_.owned, before);
    out_.rest_sql = select + conditions_.where + rest_of({}) + " ORDER BY " + order(1, false) + " LIMIT " +
                    integer(query_.page_size + 1);
    out_.rest_owned = std::exchange(conditions_.owned, owned);
    return {};
  }

  // No value comes last in both directions. SQLite already does so when descending, and can then use an
  // index; as do both where there is always a value.
  std::string order(std::size_t from, bool first_has_value) const {
    std::string out;
    for (std::size_t i = from; i < out_.sort.size(); ++i) {
      const SortKey& key = out_.sort[i];
      out += (out.empty() ? "" : ", ") + plus_ + key.column + (key.descending ? " DESC" : " ASC");
      const bool may_lack = key.nullable && !(i == 0 && first_has_value);
      if (may_lack && !(key.descending && dialect_ == store::Dialect::kSqlite)) out += " NULLS LAST";
    }
    return out;
  }

  // SQLite does not look for IS NOT NULL in an index, but for a range; texts are greater than numbers there.
  std::string with_value(const SortKey& key) const {
    if (dialect_ == store::Dialect::kPostgresql) return key.column + " IS NOT NULL";
    return plus_ + key.column + (key.integer ? " >= -9223372036854775808" : " >= ''");
  }

  std::string rest_of(const std::vector<std::optional<expression::SqlValue>>& cursor) {
    const std::string rest = " AND " + plus_ + out_.sort[0].column + " IS NULL";
    return cursor.empty() ? rest : rest + " AND " + beyond(cursor, 1);
  }

  Result<std::vector<std::optional<expression::SqlValue>>> read_cursor() const {
    const auto bad = [] {
      return fail(bad_query("bad_cursor", "The cursor is not one that this list gave.", "cursor"));
    };
    const auto bytes = from_base64url(query_.cursor);
    if (!bytes) return bad();
    const auto values = parse_json(*bytes, {.max_depth = 2, .max_bytes = 8192});
    if (!values || !values->is_array() || values->size() != out_.sort.size()) return bad();
    std::vector<std::optional<expression::SqlValue>> out;
    for (std::size_t i = 0; i < out_.sort.size(); ++i) {
      const Json& value = (*values)[i];
      if (!value.is_null() && !value.is_string()) return bad();
      out.emplace_back();
      if (value.is_null()) continue;
      out.back() = typed(out_.sort[i], value.get<std::string>());
      if (!out.back()) return bad();
    }
    if (!out.back()) return bad();  // every record has an identifier
    return out;
  }

  // Rows after the cursor: (k1, k2, …) beyond the values, from key number `from` on. As a comparison of rows
  // where that says it, which an index serves to the last key.
  std::string beyond(const std::vector<std::optional<expression::SqlValue>>& values, std::size_t from) {
    const auto& sort = out_.sort;
    std::vector<std::string> places(sort.size());
    for (std::size_t i = from; i < sort.size(); ++i)
      if (values[i]) places[i] = parameter(*values[i]);
    bool alike = true;
    std::string columns, bounds;
    for (std::size_t i = from; i < sort.size(); ++i) {
      alike =
          alike && values[i] && sort[i].descending == sort[from].descending && (i == 0 || !sort[i].nullable);
      columns += (i == from ? "" : ", ") + plus_ + sort[i].column;
      bounds += (i == from ? "" : ", ") + places[i];
    }
    if (alike) return "(" + columns + ")" + (sort[from].descending ? " < (" : " > (") + bounds + ")";
    return any_beyond(values, places, from);
  }

  // The same as an OR of prefixes, for keys of different directions or without a value (which sorts last);
  // within a range of the first key.
  std::string any_beyond(const std::vector<std::optional<expression::SqlValue>>& values,
                         const std::vector<std::string>& places, std::size_t from) const {
    std::string any, prefix;
    for (std::size_t i = from; i < out_.sort.size(); ++i) {
      const SortKey& key = out_.sort[i];
      const std::string column = plus_ + key.column;
      if (!values[i]) {
        prefix += column + " IS NULL AND ";
        continue;  // nothing comes after "no value"
      }
      std::string after = column + (key.descending ? " < " : " > ") + places[i];
      if (key.nullable && i != 0) after = "(" + after + " OR " + column + " IS NULL)";
      any += (any.empty() ? "" : " OR ") + ("(" + prefix + after + ")");
      prefix += column + " = " + places[i] + " AND ";
    }
    any = "(" + any + ")";
    const SortKey& first = out_.sort[from];
    if (!values[from] || (first.nullable && from != 0)) return any;
    return plus_ + first.column + (first.descending ? " <= " : " >= ") + places[from] + " AND " + any;
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
  std::string totals_columns_;
  std::string plus_;          // before a column, so that SQLite looks for it in no index
  std::string more_columns_;  // after the entity's own
  std::size_t selected_ = kSystemFields + definition_.fields.size();
};

}  // namespace

std::string described_files(const Field& field, store::Dialect dialect) {
  const bool sqlite = dialect == store::Dialect::kSqlite;
  std::string members;
  for (const auto& [key, column] : {std::pair{"id", "id"},
                                    {"name", "name"},
                                    {"type", "media_type"},
                                    {"size", "size"},
                                    {"width", "width"},
                                    {"height", "height"}})
    members += (members.empty() ? "'" : ", '") + std::string(key) + "', f." + column;
  const std::string object = (sqlite ? "json_object(" : "json_build_object(") + members + ")";
  const std::string column = "t." + field.name;
  if (field.type != FieldType::kFiles)
    return "(SELECT " + object + " FROM core_file f WHERE f.id = " + column + ")";
  // In the order of the list, which json_group_array keeps of an ordered subquery.
  if (sqlite)
    return "(SELECT NULLIF(json_group_array(json(o)), '[]') FROM (SELECT " + object +
           " AS o FROM json_each(" + column + ") e JOIN core_file f ON f.id = e.value ORDER BY e.key))";
  return "(SELECT json_agg(" + object + " ORDER BY e.at) FROM jsonb_array_elements_text(" + column +
         ") WITH ORDINALITY AS e(id, at) JOIN core_file f ON f.id = e.id)";
}

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
