#include "host/entities/row_security.hpp"

#include <map>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/entities/catalog.hpp"
#include "host/entities/row_policy.hpp"
#include "host/entities/search.hpp"
#include "host/store/database.hpp"
#include "host/store/table_policies.hpp"

namespace opsflux::entities {
namespace {

// One that is not set is NULL, and what is compared with it no match.
std::string setting(std::string_view name) {
  return "current_setting('opsflux." + std::string(name) + "', true)";
}

// As an array, made once a statement.
std::string items(std::string_view name) {
  return "ANY (ARRAY(SELECT unnest(string_to_array(" + setting(name) + ", chr(31)))))";
}

// "0" to "3", see Scope; "" without the right.
std::string scope_of(const Definition& definition) {
  return "(SELECT split_part(split_part(" + setting("scopes") + ", '|" + definition.name + "=', 2), '|', 1))";
}

// The same as RowPolicy says for viewing.
std::string condition(const EntityEntry& entity) {
  const Definition& definition = *entity.definition;
  // The policies of the whole's table hold here too.
  if (entity.whole != nullptr)
    return definition.fields[definition.part_of->field].name + " IN (SELECT whole.id FROM " +
           entity.whole->definition->table + " whole)";
  const std::string scope = scope_of(definition);
  std::string any = definition.owner + " = (SELECT " + setting("user") + ")";
  if (of_companies(entity))
    any = "(" + any + " AND (" + definition.company + " IS NULL OR " + definition.company + " = " +
          items("companies") + "))";
  if (!definition.department.empty())
    any += " OR (" + scope + " <= '2' AND " + definition.department + " = " + items("departments") + ")";
  if (!definition.company.empty())
    any += " OR (" + scope + " = '1' AND " + definition.company + " = " + items("companies") + ")";
  any += " OR id = ANY (ARRAY(SELECT s.record_id FROM public." + std::string(kShareTable) +
         " s WHERE s.entity = '" + definition.name + "' AND s.grantee = " + items("grantees") + "))";
  return scope + " = '0' OR (" + scope + " <> '' AND (" + any + "))";
}

std::string joined(std::vector<std::string> items) {
  return join(items, std::string(1, store::kItemSeparator));
}

}  // namespace

Result<void> secure_rows(store::Database& database, const Catalog& catalog) {
  if (database.embedded()) return {};
  std::vector<store::TablePolicy> wanted = {
      {std::string(kShareTable), "grantee = " + items("grantees"), std::nullopt},
      // Names and sizes, beside the records whose fields name them. To judge by the record would tie the
      // table to those of all modules, which their migrations could not drop any more.
      {"core_file", "record_id IS NOT NULL", std::nullopt},
      // The words of records, which lead to nothing but identifiers. A condition would have to be tried
      // before the words are looked up, and the index could not be used.
      {std::string(kSearchTable), "true", std::nullopt}};
  const EntityEntry* people = nullptr;
  for (const EntityEntry* entity : catalog.all()) {
    wanted.push_back({entity->definition->table, condition(*entity), std::nullopt});
    if (entity->people != nullptr) people = entity->people;
  }
  if (people != nullptr)
    wanted.push_back({people->definition->table, condition(*people),
                      store::NamesView{std::string(kPeopleView), people->definition->title}});
  auto done = store::put_policies(database, wanted);
  if (!done && done.error().code == "store.may_not_create_role") {
    log::warn("store.rows_not_judged", done.error());
    return {};
  }
  TRY(std::move(done));
  database.set_judges_rows(true);
  return {};
}

store::RowIdentityPtr row_identity(const store::Database& database, const Catalog& catalog,
                                   const Caller& caller) {
  if (!database.judges_rows() || caller.system || caller.administrator()) return nullptr;
  std::vector<std::string> grantees = caller.groups;
  grantees.push_back(caller.user_id);
  auto identity = std::make_shared<store::RowIdentity>();
  identity->settings = {{"user", caller.user_id},
                        {"scopes", catalog.view_scopes(caller)},
                        {"companies", joined(caller.companies)},
                        {"departments", joined(caller.departments)},
                        {"grantees", joined(std::move(grantees))}};
  return identity;
}

Result<void> warn_of_powers(store::Database& database) {
  if (database.embedded()) return {};
  return database.read([](store::Session& session) {
    return session.query(
        "SELECT rolname, rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user AND (rolsuper OR "
        "rolbypassrls)",
        {}, [](const store::Row& row) {
          log::warn("store.user_above_policies",
                    {{"user", row.text(0)},
                     {"has", row.boolean(1) ? "SUPERUSER" : "BYPASSRLS"},
                     {"advice",
                      "Let the server connect as a user that owns its database and has CREATEROLE and "
                      "CREATEDB, and nothing more."}});
          return true;
        });
  });
}

}  // namespace opsflux::entities
