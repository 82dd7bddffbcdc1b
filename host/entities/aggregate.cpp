#include "host/entities/aggregate.hpp"

#include "host/base/text.hpp"
#include "host/entities/query_conditions.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxKeys = 3, kMaxMeasures = 10;
constexpr std::string_view kBuckets[] = {"day", "week", "month", "quarter", "year"};

// A date or time as the text of its bucket: "2026-11-25", "2026-11-23" (the week's Monday), "2026-11",
// "2026-Q4", "2026".
std::string bucket_sql(const std::string& column, bool time, std::string_view bucket,
                       store::Dialect dialect) {
  if (dialect == store::Dialect::kPostgresql) {
    const std::string day = time ? "(" + column + " AT TIME ZONE 'UTC')" : column;
    if (bucket == "week") return "to_char(date_trunc('week', " + day + "), 'YYYY-MM-DD')";
    const char* format = bucket == "day"       ? "YYYY-MM-DD"
                         : bucket == "month"   ? "YYYY-MM"
                         : bucket == "quarter" ? "YYYY-\"Q\"Q"
                                               : "YYYY";
    return "to_char(" + day + ", '" + format + "')";
  }
  // Stored as text whose beginning is the day.
  const auto head = [&](int length) { return "substr(" + column + ", 1, " + std::to_string(length) + ")"; };
  if (bucket == "day") return head(10);
  if (bucket == "month") return head(7);
  if (bucket == "year") return head(4);
  if (bucket == "week") return "date(" + head(10) + ", 'weekday 0', '-6 days')";
  return head(4) + " || '-Q' || ((CAST(substr(" + column + ", 6, 2) AS integer) + 2) / 3)";
}

bool groups_by(const Field& field) { return has_order(field.type) && field.type != FieldType::kLongText; }

class Builder {
 public:
  Builder(const QueryScope& scope, const AggregateQuery& query)
      : scope_(scope), query_(query), conditions_(scope) {}

  Result<CompiledAggregate> run() {
    if (query_.limit < 1 || query_.limit > kMaxGroups)
      return fail(bad_query("bad_limit",
                            "\"limit\" is a number from 1 to " + std::to_string(kMaxGroups) + ".", "limit")
                      .with("max", std::to_string(kMaxGroups)));
    TRY(conditions_.add(query_.filter, query_.q, query_.deleted));
    TRY(groups());
    TRY(measures());
    TRY(order());
    out_.sql = "SELECT " + columns_ + conditions_.from() + " WHERE " + conditions_.where +
               (group_by_.empty() ? "" : " GROUP BY " + group_by_) +
               (order_.empty() ? "" : " ORDER BY " + order_) + " LIMIT " +
               conditions_.parameter(query_.limit + 1);
    out_.owned = std::move(conditions_.owned);
    out_.tables = conditions_.joins.tables();
    return std::move(out_);
  }

 private:
  Error no_field(std::string_view name, std::string_view parameter) const {
    return bad_query(
               "unknown_field",
               "There is no field \"" + std::string(name) + "\" in " + scope_.entity.definition->name + ".",
               parameter)
        .with("name", name)
        .with("entity", scope_.entity.definition->name);
  }

  void add_column(const std::string& sql) { columns_ += (columns_.empty() ? "" : ", ") + sql; }
  void add_group(const std::string& sql) {
    add_column(sql);
    group_by_ += (group_by_.empty() ? "" : ", ") + sql;
  }

  Result<void> groups() {
    if (query_.group.size() > kMaxKeys)
      return fail(bad_query("too_many_groups", "Records are grouped by at most three fields.", "group"));
    for (const std::string& text : query_.group) {
      const auto colon = text.find(':');
      const std::string path = text.substr(0, colon);
      const auto column = conditions_.joins.column(path);
      if (!column) return fail(no_field(path, "group"));
      GroupKey key{text, column->sql, column->field, false};
      if (colon != std::string::npos) {
        TRY(bucket(key, *column, std::string_view(text).substr(colon + 1)));
      } else if (column->field != nullptr && !groups_by(*column->field)) {
        return fail(bad_query("not_groupable", "The field " + path + " cannot be grouped by.", "group")
                        .with("name", path));
      }
      add_group(key.sql);
      TRY(label(key, path, colon != std::string::npos));
      out_.groups.push_back(std::move(key));
    }
    return {};
  }

  Result<void> bucket(GroupKey& key, const JoinedColumn& column, std::string_view name) const {
    const bool time =
        column.field != nullptr ? column.field->type == FieldType::kDatetime : column.name.ends_with("_at");
    const bool date = column.field != nullptr && column.field->type == FieldType::kDate;
    if ((!time && !date) || std::find(std::begin(kBuckets), std::end(kBuckets), name) == std::end(kBuckets))
      return fail(
          bad_query("bad_bucket",
                    "A date or time is grouped as created_at:month, by day, week, month, quarter or year.",
                    "group")
              .with("name", key.name));
    key.sql = bucket_sql(column.sql, time, name, scope_.dialect);
    key.field = nullptr;
    return {};
  }

  // The title of the record that a group's reference points to, where the caller may see it.
  Result<void> label(GroupKey& key, const std::string& path, bool bucketed) {
    const bool reference = key.field != nullptr && is_reference(key.field->type);
    const bool person = key.field == nullptr && path.ends_with("_by");
    if (bucketed || (!reference && !person)) return {};
    const auto target = person ? conditions_.joins.follow_label(path) : conditions_.joins.follow(path);
    if (!target) return {};
    const Definition& titled = *target->entity->definition;
    const auto title = titled.find(titled.title);
    if (!person && title && target->entity->fields_for(scope_.caller).hidden[*title]) return {};
    key.label = true;
    add_group(target->alias + "." + target->entity->definition->title);
    return {};
  }

  Result<void> measures() {
    add_column("count(*)");
    if (query_.measures.size() > kMaxMeasures)
      return fail(bad_query("too_many_measures", "At most ten measures are given at once.", "measures"));
    for (const std::string& text : query_.measures) {
      if (text == "count") continue;
      const auto colon = text.find(':');
      const std::string op = text.substr(0, colon),
                        path = colon == std::string::npos ? "" : text.substr(colon + 1);
      const auto column = conditions_.joins.column(path);
      const bool number = column && column->field != nullptr && is_measure(column->field->type);
      if (!number || (op != "sum" && op != "avg" && op != "min" && op != "max"))
        return fail(bad_query("bad_total", "A measure is sum, avg, min or max of a number field: sum:amount.",
                              "measures")
                        .with("value", text));
      if (has_own_currency(*column->field)) {
        const std::string currency = path.substr(0, path.rfind('.') + 1) + column->field->currency;
        if (std::find(query_.group.begin(), query_.group.end(), currency) == query_.group.end())
          return fail(mixed_currencies(path, currency, "measures"));
      }
      add_column(op + "(" + column->sql + ")");
      out_.measures.push_back({text, op, column->field});
    }
    return {};
  }

  Result<void> order() {
    std::string_view by = query_.sort;
    const bool descending = by.starts_with('-');
    if (descending) by.remove_prefix(1);
    if (!by.empty()) {
      const std::string place = place_of(by);
      if (place.empty())
        return fail(bad_query("bad_aggregate_sort",
                              "Groups are sorted by count, by a measure or by what they are grouped by.",
                              "sort")
                        .with("value", by));
      order_ = place + (descending ? " DESC" : " ASC") + " NULLS LAST";
    }
    // The groups make the order total.
    int column = 1;
    for (const GroupKey& key : out_.groups) {
      order_ += (order_.empty() ? "" : ", ") + std::to_string(column) + " ASC NULLS LAST";
      column += key.label ? 2 : 1;
    }
    return {};
  }

  // The number of a column of the answer, as ORDER BY takes it.
  std::string place_of(std::string_view name) const {
    int column = 1;
    for (const GroupKey& key : out_.groups) {
      if (key.name == name) return std::to_string(column);
      column += key.label ? 2 : 1;
    }
    if (name == "count") return std::to_string(column);
    for (const Measure& measure : out_.measures)
      if (++column; measure.name == name) return std::to_string(column);
    return {};
  }

  const QueryScope& scope_;
  const AggregateQuery& query_;
  QueryConditions conditions_;
  CompiledAggregate out_;
  std::string columns_, group_by_, order_;
};

}  // namespace

Result<CompiledAggregate> CompiledAggregate::compile(const QueryScope& scope, const AggregateQuery& query) {
  return Builder(scope, query).run();
}

}  // namespace opsflux::entities
