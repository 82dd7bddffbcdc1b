#include "host/entities/table_fitting.hpp"

#include <algorithm>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/entities/catalog.hpp"
#include "host/store/database.hpp"
#include "host/store/fitted_indexes.hpp"
#include "host/store/introspection.hpp"

namespace opsflux::entities {
namespace {

using Columns = std::vector<std::string>;

struct WantedIndex {
  std::string name, sql;
};

// What people type or search the beginning of; codes from a short list are compared as a whole.
bool searched_by_beginning(const Field& field) {
  switch (field.type) {
    case FieldType::kText:
    case FieldType::kEmail:
    case FieldType::kPhone:
    case FieldType::kUrl:
    case FieldType::kSequence:
      return true;
    default:
      return false;
  }
}

class Fitting {
 public:
  Fitting(const Definition& definition, const store::TableInfo& table, store::Dialect dialect)
      : definition_(definition), table_(table), dialect_(dialect) {}

  std::vector<WantedIndex> run() {
    for (const Columns& columns : definition_.indexes) want(columns);
    for (const Field& field : definition_.fields)
      if (is_reference(field.type)) want({field.name});
    rights();
    default_order();
    if (dialect_ == store::Dialect::kPostgresql) by_code_points();
    return std::move(out_);
  }

 private:
  void rights() {
    const bool narrow = std::any_of(definition_.grants.begin(), definition_.grants.end(),
                                    [](const Grant& grant) { return grant.scope != Scope::kAll; });
    if (!narrow) return;
    for (const std::string* column : {&definition_.owner, &definition_.department, &definition_.company})
      if (!column->empty()) want({*column});
  }

  void default_order() {
    const std::string_view first = split(definition_.default_sort, ',').front();
    const std::string_view name = trim(first.starts_with('-') ? first.substr(1) : first);
    if (const auto field = definition_.find(name); field && has_order(definition_.fields[*field].type))
      want({std::string(name)});
  }

  void by_code_points() {
    for (const Field& field : definition_.fields) {
      if (!searched_by_beginning(field) || !leads({field.name})) continue;
      const std::string name = store::fitted_index_name(table_.name, field.name + "_text");
      add(name, "(" + field.name + " COLLATE \"C\")");
    }
  }

  // An index that begins with the columns, of the migrations or wanted already.
  bool leads(const Columns& columns) const {
    const auto begins = [&](const Columns& index) {
      return index.size() >= columns.size() && std::equal(columns.begin(), columns.end(), index.begin());
    };
    return columns == Columns{"id"} || std::any_of(made_.begin(), made_.end(), begins) ||
           std::any_of(table_.indexes.begin(), table_.indexes.end(), [&](const store::IndexInfo& index) {
             return !store::is_fitted_index(index.name) && begins(index.columns);
           });
  }

  void want(Columns columns) {
    const bool there = std::all_of(columns.begin(), columns.end(),
                                   [&](const auto& name) { return table_.column(name) != nullptr; });
    if (!there || leads(columns)) return;
    const std::string name = store::fitted_index_name(table_.name, join(columns, "_"));
    // The identifier ends every order.
    if (columns.back() != "id") columns.push_back("id");
    add(name, "(" + join(columns, ", ") + ")");
    made_.push_back(std::move(columns));
  }

  void add(const std::string& name, const std::string& columns) {
    out_.push_back({name, "CREATE INDEX " + name + " ON " + table_.name + " " + columns});
  }

  const Definition& definition_;
  const store::TableInfo& table_;
  const store::Dialect dialect_;
  std::vector<WantedIndex> out_;
  std::vector<Columns> made_;
};

// What to run for one table.
std::vector<std::string> steps(const store::TableInfo& table, const std::vector<WantedIndex>& wanted) {
  std::vector<std::string> out;
  for (const store::IndexInfo& index : table.indexes) {
    const bool due = std::any_of(wanted.begin(), wanted.end(),
                                 [&](const WantedIndex& one) { return one.name == index.name; });
    if (store::is_fitted_index(index.name) && !due) out.push_back("DROP INDEX " + index.name);
  }
  for (const WantedIndex& one : wanted) {
    const bool there = std::any_of(table.indexes.begin(), table.indexes.end(),
                                   [&](const store::IndexInfo& index) { return index.name == one.name; });
    if (!there) out.push_back(one.sql);
  }
  return out;
}

}  // namespace

Result<void> fit_tables(store::Database& database, const Catalog& catalog) {
  std::vector<std::string> due;
  TRY(database.read([&](store::Session& session) -> Result<void> {
    due.clear();
    TRY_ASSIGN(tables, store::tables(session, ""));
    for (const EntityEntry* entity : catalog.all()) {
      const auto table = std::find_if(tables.begin(), tables.end(), [&](const store::TableInfo& info) {
        return info.name == entity->definition->table;
      });
      if (table == tables.end()) continue;
      for (std::string& step : steps(*table, Fitting(*entity->definition, *table, session.dialect()).run()))
        due.push_back(std::move(step));
    }
    return {};
  }));
  if (due.empty()) return {};
  TRY(database.write_now([&](store::Transaction& transaction) -> Result<void> {
    for (const std::string& step : due) TRY(transaction.execute(step));
    return {};
  }));
  log::info("entity.tables_fitted", {{"steps", due.size()}});
  return database.analyze();
}

}  // namespace opsflux::entities
