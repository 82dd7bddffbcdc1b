#include "host/services/identity/rights/directory.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/base/json.hpp"

namespace opsflux::identity {
namespace {

// Which group stands in which, and the roles of both.
Result<std::unordered_map<std::string, std::string>> load_groups(store::Session& session, Directory& out) {
  std::unordered_map<std::string, std::string> parents;  // of living groups; "" of those at the top
  TRY(session.query("SELECT id, parent, role FROM identity_group WHERE deleted_at IS NULL", {},
                    [&](const store::Row& row) {
                      parents[row.string(0)] = row.is_null(1) ? std::string() : row.string(1);
                      if (!row.is_null(2)) out.role_of_group[row.string(0)] = row.string(2);
                      return true;
                    }));
  return parents;
}

Result<void> load_members(store::Session& session, Directory& out) {
  TRY_ASSIGN(parents, load_groups(session, out));
  TRY(session.query("SELECT person, in_group FROM identity_membership WHERE deleted_at IS NULL", {},
                    [&](const store::Row& row) {
                      std::vector<std::string>& groups = out.groups_of[row.string(0)];
                      auto at = parents.find(row.string(1));
                      // What is listed already has led on before; that ends a circle as well.
                      while (at != parents.end() &&
                             std::find(groups.begin(), groups.end(), at->first) == groups.end()) {
                        groups.push_back(at->first);
                        at = parents.find(at->second);
                      }
                      return true;
                    }));
  for (auto& [person, groups] : out.groups_of) std::sort(groups.begin(), groups.end());
  return {};
}

Result<void> load_people(store::Session& session, Directory& out) {
  const auto text = [](const store::Row& row, int column) {
    return row.is_null(column) ? std::string() : row.string(column);
  };
  TRY(session.query(
      "SELECT id, role, company, department FROM identity_user WHERE active = $1 AND deleted_at IS NULL",
      {true}, [&](const store::Row& row) {
        out.people[row.string(0)] = {row.string(1), text(row, 2), text(row, 3)};
        return true;
      }));
  return session.query(
      "SELECT a.person, a.company, a.department, a.role FROM identity_assignment a "
      "JOIN identity_company c ON c.id = a.company WHERE a.deleted_at IS NULL AND c.deleted_at IS NULL "
      "AND c.active = $1 AND (a.until IS NULL OR a.until >= $2) ORDER BY c.name, c.id, a.id",
      {true, std::string_view(out.day)}, [&](const store::Row& row) {
        out.assignments_of[row.string(0)].push_back({row.string(1), text(row, 2), row.string(3)});
        return true;
      });
}

Result<void> load_places(store::Session& session, Directory& out) {
  TRY(session.query("SELECT id, parent FROM identity_company WHERE deleted_at IS NULL", {},
                    [&](const store::Row& row) {
                      if (!row.is_null(1)) out.companies_below[row.string(1)].push_back(row.string(0));
                      return true;
                    }));
  return session.query("SELECT id, parent, company FROM identity_department WHERE deleted_at IS NULL", {},
                       [&](const store::Row& row) {
                         if (!row.is_null(1)) out.departments_below[row.string(1)].push_back(row.string(0));
                         out.company_of[row.string(0)] = row.string(2);
                         return true;
                       });
}

Result<void> load_roles(store::Session& session, Directory& out) {
  std::unordered_map<std::string, std::size_t> places;
  TRY(session.query("SELECT id, key, inherits FROM identity_role WHERE deleted_at IS NULL ORDER BY id", {},
                    [&](const store::Row& row) {
                      entities::RoleRow role{row.string(0), row.string(1), {}, {}};
                      if (const auto list = parse_json(row.is_null(2) ? "[]" : row.text(2));
                          list && list->is_array())
                        for (const Json& one : *list)
                          if (one.is_string()) role.inherits.push_back(one.get<std::string>());
                      places[role.id] = out.roles.size();
                      out.roles.push_back(std::move(role));
                      return true;
                    }));
  return session.query(
      "SELECT role, permission, scope FROM identity_grant WHERE deleted_at IS NULL ORDER BY id", {},
      [&](const store::Row& row) {
        if (const auto role = places.find(row.string(0)); role != places.end())
          out.roles[role->second].grants.emplace_back(row.string(1), scope_named(row.text(2)));
        return true;
      });
}

}  // namespace

std::optional<entities::Scope> scope_named(std::string_view name) {
  if (name == "all") return entities::Scope::kAll;
  if (name == "company") return entities::Scope::kCompany;
  if (name == "department") return entities::Scope::kDepartment;
  if (name == "own") return entities::Scope::kOwn;
  return std::nullopt;
}

const std::vector<std::string>& Directory::groups(const std::string& person) const {
  static const std::vector<std::string> kNone;
  const auto found = groups_of.find(person);
  return found == groups_of.end() ? kNone : found->second;
}

const std::vector<Assignment>& Directory::assignments(const std::string& person) const {
  static const std::vector<Assignment> kNone;
  const auto found = assignments_of.find(person);
  return found == assignments_of.end() ? kNone : found->second;
}

// What is there already has led on before; that ends a circle as well.
std::vector<std::string> with_all_below(const Tree& tree, std::vector<std::string> ids) {
  std::set<std::string> out;
  while (!ids.empty()) {
    std::string id = std::move(ids.back());
    ids.pop_back();
    if (!out.insert(id).second) continue;
    if (const auto below = tree.find(id); below != tree.end())
      ids.insert(ids.end(), below->second.begin(), below->second.end());
  }
  return {out.begin(), out.end()};
}

std::set<std::string> roles_named(const entities::Catalog& catalog) {
  std::set<std::string> out;
  const auto add = [&](const std::vector<std::string>& roles) { out.insert(roles.begin(), roles.end()); };
  add(catalog.permissions.roles_with_defaults());
  for (const entities::EntityEntry* entity : catalog.all()) {
    for (const entities::Field& field : entity->definition->fields) {
      add(field.view_roles);
      add(field.edit_roles);
    }
    for (const entities::Transition& step : entity->definition->transitions) add(step.roles);
  }
  return out;
}

Result<void> make_missing_roles(store::Transaction& transaction, const std::set<std::string>& keys,
                                UtcNs now) {
  std::set<std::string> there;
  TRY(transaction.query("SELECT id, key, name FROM identity_role", {}, [&](const store::Row& row) {
    for (int i = 0; i < 3; ++i) there.insert(row.string(i));
    return true;
  }));
  const std::string at = format_utc(now);
  for (const std::string& key : keys) {
    if (there.contains(key)) continue;
    TRY(transaction.execute(
        "INSERT INTO identity_role (id, version, created_at, updated_at, key, name, inherits, "
        "built_in) VALUES ($1, 1, $2, $2, $1, $1, '[]', FALSE)",
        {std::string_view(key), std::string_view(at)}));
  }
  return {};
}

Result<DirectoryPtr> load_directory(store::Session& session, UtcNs now) {
  auto out = std::make_shared<Directory>();
  out->day = format_utc(now).substr(0, 10);
  TRY(load_people(session, *out));
  TRY(load_places(session, *out));
  TRY(load_members(session, *out));
  TRY(load_roles(session, *out));
  return DirectoryPtr(std::move(out));
}

}  // namespace opsflux::identity
