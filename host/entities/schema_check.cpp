// Whether the table that the migrations made can hold what the definition says.
#include "host/base/text.hpp"
#include "host/entities/definition.hpp"
#include "host/store/introspection.hpp"

namespace opsflux::entities {
namespace {

struct Wanted {
  std::string name, type;
  bool not_null = false;
};

std::vector<Wanted> system_columns() {
  return {{"id", "text", true},
          {"version", "bigint", true},
          {"created_at", "timestamptz", true},
          {"created_by", "text", false},
          {"updated_at", "timestamptz", true},
          {"updated_by", "text", false},
          {"deleted_at", "timestamptz", false}};
}

Error wrong(const Definition& definition, std::string_view column, std::string_view reason,
            const std::string& message) {
  return Error::invalid("definition." + std::string(reason), "Entity " + definition.name + ": " + message)
      .at(definition.table + "." + std::string(column))
      .with("entity", definition.name)
      .with("table", definition.table)
      .with("column", column);
}

}  // namespace

Result<void> Definition::check_table(const store::TableInfo& info) const {
  std::vector<Wanted> wanted = system_columns();
  for (const Field& field : fields) wanted.push_back({field.name, column_type(field), false});
  for (const Wanted& column : wanted) {
    const store::ColumnInfo* found = info.column(column.name);
    if (found == nullptr)
      return fail(wrong(*this, column.name, "missing_column",
                        "the table " + table + " has no column " + column.name + "; it needs \"" +
                            column.name + " " + column.type + "\"."));
    if (found->type != column.type)
      return fail(wrong(*this, column.name, "column_type",
                        "the column " + table + "." + column.name + " is " + found->type + " and must be " +
                            column.type + ".")
                      .with("is", found->type)
                      .with("must", column.type));
    if (column.not_null && !found->not_null)
      return fail(wrong(*this, column.name, "column_nullable",
                        "the column " + table + "." + column.name + " must be NOT NULL."));
  }
  for (const store::ColumnInfo& column : info.columns) {
    const bool known =
        std::any_of(wanted.begin(), wanted.end(), [&](const Wanted& w) { return w.name == column.name; });
    if (!known && column.not_null && column.default_sql.empty())
      return fail(wrong(*this, column.name, "unknown_required_column",
                        "the column " + table + "." + column.name +
                            " is NOT NULL without a default, and the entity does not fill it."));
  }
  return check_unique(info);
}

// "unique" in a definition promises what only a unique index can keep.
Result<void> Definition::check_unique(const store::TableInfo& info) const {
  std::vector<std::vector<std::string>> groups = unique_together;
  for (const Field& field : fields)
    if (field.unique) groups.push_back({field.name});
  for (const auto& group : groups) {
    const bool kept =
        std::any_of(info.indexes.begin(), info.indexes.end(),
                    [&](const store::IndexInfo& index) { return index.unique && index.columns == group; });
    if (!kept)
      return fail(wrong(*this, group.front(), "missing_unique",
                        "the table " + table + " needs a unique constraint or index on (" +
                            join(group, ", ") + "), because the definition says unique."));
  }
  return {};
}

}  // namespace opsflux::entities
