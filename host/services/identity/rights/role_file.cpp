#include "host/services/identity/rights/role_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "host/entities/record_checks.hpp"
#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {
namespace {

struct StoredRole {
  std::string id, name, description;
  std::vector<std::string> inherits;  // identifiers
  Grants grants;
};
using StoredRoles = std::map<std::string, StoredRole>;  // by key

Result<StoredRoles> stored_roles(store::Session& session) {
  StoredRoles out;
  TRY_ASSIGN(grants, all_grants(session));
  TRY(session.query(
      "SELECT id, key, name, description, inherits FROM identity_role WHERE deleted_at IS NULL", {},
      [&](const store::Row& row) {
        StoredRole role{row.string(0), row.string(2), row.is_null(3) ? std::string() : row.string(3), {}, {}};
        if (const auto list = parse_json(row.is_null(4) ? "[]" : row.text(4)); list && list->is_array())
          for (const Json& one : *list)
            if (one.is_string()) role.inherits.push_back(one.get<std::string>());
        role.grants = grants[role.id];
        out.emplace(row.string(1), std::move(role));
        return true;
      }));
  return out;
}

// What the grants must become so that the role has those of the file and no others.
Grants wanted_grants(const Grants& stored, const Grants& file) {
  Grants out = file;
  for (const auto& [permission, scope] : stored) out.try_emplace(permission, kByDefault);
  return out;
}

class Import {
 public:
  Import(entities::Engine& engine, entities::WriteContext& write, const std::vector<RoleInFile>& roles)
      : engine_(engine), write_(write), roles_(roles) {}

  Result<Json> run() {
    TRY(only_administrators(write_.caller));
    entity_ = write_.catalog.find("identity.role");
    if (entity_ == nullptr) return fail(Error::internal("http.failed", "There is no entity identity.role."));
    TRY_ASSIGN(stored, stored_roles(write_.transaction));
    stored_ = std::move(stored);
    for (std::size_t i = 0; i < roles_.size(); ++i) TRY(in_role(i, make(roles_[i])));
    for (std::size_t i = 0; i < roles_.size(); ++i) {
      auto told = change(i);
      if (!told) return fail(entities::below(std::move(told.error()), at(i)));
      list_.push_back(std::move(*told));
    }
    return Json{{"roles", std::move(list_)}, {"unknown", unknown_}};
  }

 private:
  static std::string at(std::size_t index) { return "roles/" + std::to_string(index); }
  static Result<void> in_role(std::size_t index, Result<void> result) {
    if (!result) return fail(entities::below(std::move(result.error()), at(index)));
    return {};
  }

  // New ones first, without what they inherit: that may come later in the file.
  Result<void> make(const RoleInFile& role) {
    if (role.key == entities::kAdministratorRole)
      return fail(
          Error::conflict("identity.built_in_role", "Administrators have every right. Leave this role out.")
              .at("key"));
    if (stored_.contains(role.key)) return {};
    TRY_ASSIGN(made,
               engine_.create(write_, *entity_,
                              {{"key", role.key},
                               {"name", role.name},
                               {"description", role.description.empty() ? Json() : Json(role.description)}}));
    stored_[role.key] = {made.id, role.name, role.description, {}, {}};
    made_.insert(role.key);
    return {};
  }

  Result<std::vector<std::string>> ids_of(const RoleInFile& role) const {
    std::vector<std::string> out;
    for (const std::string& key : role.inherits) {
      const auto found = stored_.find(key);
      if (found == stored_.end())
        return fail(Error::invalid("identity.role_file_inherits",
                                   "There is no role " + key + ", neither in the file nor here.")
                        .at("inherits/" + std::to_string(out.size()))
                        .with("key", key));
      out.push_back(found->second.id);
    }
    return out;
  }

  Result<Json> change(std::size_t index) {
    const RoleInFile& role = roles_[index];
    const StoredRole& stored = stored_.at(role.key);
    TRY_ASSIGN(inherits, ids_of(role));
    Json values = Json::object();
    if (role.name != stored.name) values["name"] = role.name;
    if (role.description != stored.description)
      values["description"] = role.description.empty() ? Json() : Json(role.description);
    if (std::set(inherits.begin(), inherits.end()) !=
        std::set(stored.inherits.begin(), stored.inherits.end()))
      values["inherits"] = inherits;
    Json fields = Json::array();
    for (const auto& [field, value] : values.items()) fields.push_back(field);
    if (!values.empty()) TRY(engine_.update(write_, *entity_, stored.id, 0, values));
    const Grants wanted = wanted_grants(stored.grants, role.grants);
    Json rights = told_rights(stored.grants, wanted);
    if (!rights.empty()) TRY(change_grants(engine_, write_, stored.id, wanted));
    const bool same = fields.empty() && rights.empty();
    const char* action = made_.contains(role.key) ? "create" : same ? "same" : "change";
    return Json{{"key", role.key},
                {"name", role.name},
                {"action", action},
                {"fields", std::move(fields)},
                {"rights", std::move(rights)}};
  }

  Json told_rights(const Grants& stored, const Grants& wanted) {
    Json out = Json::array();
    for (const auto& [permission, scope] : wanted) {
      const bool known = write_.catalog.permissions.index(permission).has_value();
      if (!known && scope != kByDefault) unknown_.insert(permission);
      const std::string_view before = scope_in(stored, permission);
      if (before == scope) continue;
      out.push_back({{"permission", permission}, {"before", before}, {"after", scope}, {"known", known}});
    }
    return out;
  }

  entities::Engine& engine_;
  entities::WriteContext& write_;
  const std::vector<RoleInFile>& roles_;
  const entities::EntityEntry* entity_ = nullptr;
  StoredRoles stored_;
  std::set<std::string> made_, unknown_;
  Json list_ = Json::array();
};

}  // namespace

Result<std::vector<RoleInFile>> roles_to_file(store::Session& session) {
  TRY_ASSIGN(stored, stored_roles(session));
  std::map<std::string, std::string> keys;
  for (const auto& [key, role] : stored) keys[role.id] = key;
  std::vector<RoleInFile> out;
  for (const auto& [key, role] : stored) {
    if (key == entities::kAdministratorRole) continue;
    RoleInFile one{key, role.name, role.description, {}, role.grants};
    for (const std::string& id : role.inherits)
      if (const auto found = keys.find(id); found != keys.end()) one.inherits.push_back(found->second);
    out.push_back(std::move(one));
  }
  return out;
}

Result<Json> roles_from_file(entities::Engine& engine, entities::WriteContext& write,
                             const std::vector<RoleInFile>& roles) {
  return Import(engine, write, roles).run();
}

}  // namespace opsflux::identity
