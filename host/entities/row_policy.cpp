#include "host/entities/row_policy.hpp"

#include <algorithm>

namespace opsflux::entities {
namespace {

std::string parameter(std::vector<expression::SqlValue>& owned, std::string value) {
  owned.emplace_back(std::move(value));
  return "$" + std::to_string(owned.size());
}

}  // namespace

std::vector<store::Value> as_params(const std::vector<expression::SqlValue>& owned, std::size_t count) {
  std::vector<store::Value> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(std::visit([](const auto& value) { return store::Value(value); }, owned[i]));
  return out;
}

bool of_companies(const EntityEntry& entity) {
  const auto field = entity.definition->find(entity.definition->company);
  const EntityEntry* target = field ? entity.references[*field] : nullptr;
  return target != nullptr && target->definition->company == "id";
}

std::optional<Scope> RowPolicy::scope_of(const EntityEntry& entity, const Catalog& catalog,
                                         const Caller& caller, std::size_t action) {
  const auto scope = catalog.permissions.scope(caller, entity.permission[action]);
  if (action == 0 || action == 1 || !scope) return scope;
  const auto seen = catalog.permissions.scope(caller, entity.permission[0]);
  return seen ? std::max(*scope, *seen) : seen;
}

std::string RowPolicy::among(const std::string& column, const std::vector<std::string>& ids,
                             std::vector<expression::SqlValue>& owned) const {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ", ") + parameter(owned, id);
  return " OR " + column + " IN (" + list + ")";
}

// As a list of identifiers, so that the index on them serves this part of the OR as well; PostgreSQL wants an
// array for that.
std::string RowPolicy::shared(std::string_view alias, std::vector<expression::SqlValue>& owned,
                              store::Dialect dialect) const {
  std::string who = parameter(owned, caller_.user_id);
  for (const std::string& group : caller_.groups) who += ", " + parameter(owned, group);
  const std::string records = "(SELECT s.record_id FROM " + std::string(kShareTable) +
                              " s WHERE s.grantee IN (" + who +
                              ") AND s.entity = " + parameter(owned, definition_.name) +
                              (action_ == 0 || action_ == kExport ? "" : " AND s.editable = TRUE") + ")";
  return " OR " + std::string(alias) + ".id" +
         (dialect == store::Dialect::kSqlite ? " IN " + records : " = ANY (ARRAY" + records + ")");
}

std::string RowPolicy::sql(std::string_view alias, std::vector<expression::SqlValue>& owned,
                           store::Dialect dialect) const {
  if (!scope_) return " AND 1 = 0";
  if (*scope_ == Scope::kAll) return {};
  if (entity_.whole != nullptr)
    return " AND " + std::string(alias) + "." + definition_.fields[definition_.part_of->field].name +
           " IN (SELECT whole.id FROM " + entity_.whole->definition->table + " whole WHERE TRUE" +
           RowPolicy(*entity_.whole, catalog_, caller_, action_of_whole(action_))
               .sql("whole", owned, dialect) +
           ")";
  const auto column = [&](const std::string& name) { return std::string(alias) + "." + name; };
  std::string any = column(definition_.owner) + " = " + parameter(owned, caller_.user_id);
  if (of_companies(entity_)) {
    const std::string company = column(definition_.company);
    any = "(" + any + " AND (" + company + " IS NULL" +
          (caller_.companies.empty() ? "" : among(company, caller_.companies, owned)) + "))";
  }
  if (*scope_ <= Scope::kDepartment && !definition_.department.empty() && !caller_.departments.empty())
    any += among(column(definition_.department), caller_.departments, owned);
  if (*scope_ == Scope::kCompany && !definition_.company.empty() && !caller_.companies.empty())
    any += among(column(definition_.company), caller_.companies, owned);
  // A deletion is nobody's but theirs who have the record in their scope.
  if (action_ != 3) any += shared(alias, owned, dialect);
  return " AND (" + any + ")";
}

bool RowPolicy::is_among(const std::string& column, const std::vector<std::string>& ids,
                         const Record& record) const {
  const auto index = definition_.find(column);
  if (!index && column != "id") return false;
  const auto* id = index ? std::get_if<std::string>(&record.values[*index]) : &record.id;
  return id != nullptr && std::find(ids.begin(), ids.end(), *id) != ids.end();
}

bool RowPolicy::covers(const Record& record) const {
  if (!scope_) return false;
  if (*scope_ == Scope::kAll) return true;
  // What names a company or department is of that one, whoever makes it.
  if (*scope_ == Scope::kCompany && names(definition_.company, record))
    return is_among(definition_.company, caller_.companies, record);
  if (*scope_ <= Scope::kDepartment && names(definition_.department, record))
    return is_among(definition_.department, caller_.departments, record);
  if (of_companies(entity_) && names(definition_.company, record) &&
      !is_among(definition_.company, caller_.companies, record))
    return false;
  return definition_.owner == "created_by" ? record.created_by == caller_.user_id
                                           : is_among(definition_.owner, {caller_.user_id}, record);
}

bool RowPolicy::names(const std::string& column, const Record& record) const {
  const auto index = definition_.find(column);
  return index && !is_empty(record.values[*index]);
}

bool RowPolicy::covers_move(const Record& record, const Record& before) const {
  const auto stays_or_mine = [&](const std::string& column, const std::vector<std::string>& ids) {
    const auto index = definition_.find(column);
    return !index || record.values[*index] == before.values[*index] || is_among(column, ids, record);
  };
  return scope_ == Scope::kAll || (stays_or_mine(definition_.company, caller_.companies) &&
                                   stays_or_mine(definition_.department, caller_.departments));
}

}  // namespace opsflux::entities
