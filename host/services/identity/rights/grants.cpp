#include "host/services/identity/rights/grants.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::identity {
namespace {

struct Stored {
  std::string id, scope;
};

Result<std::map<std::string, Stored>> stored_grants(store::Session& session, std::string_view role) {
  std::map<std::string, Stored> out;
  TRY(session.query("SELECT permission, id, scope FROM identity_grant WHERE role = $1 AND deleted_at IS NULL",
                    {role}, [&](const store::Row& row) {
                      out[row.string(0)] = {row.string(1), row.string(2)};
                      return true;
                    }));
  return out;
}

class Rows {
 public:
  Rows(entities::Engine& engine, entities::WriteContext& write, std::string_view role)
      : engine_(engine), write_(write), role_(role), at_(format_utc(engine.clock().now())) {}

  Result<void> add(std::string_view permission, std::string_view scope) {
    TRY(write_.transaction.execute(
        "INSERT INTO identity_grant (id, version, created_at, created_by, updated_at, updated_by, role, "
        "permission, scope) VALUES ($1, 1, $2, $3, $2, $3, $4, $5, $6)",
        {std::string_view(engine_.new_id()), now(), by(), role_, permission, scope}));
    return {};
  }
  Result<void> change(std::string_view id, std::string_view scope) {
    TRY(write_.transaction.execute(
        "UPDATE identity_grant SET version = version + 1, updated_at = $1, updated_by = $2, scope = $3 "
        "WHERE id = $4",
        {now(), by(), scope, id}));
    return {};
  }
  Result<void> remove(std::string_view id) {
    TRY(write_.transaction.execute(
        "UPDATE identity_grant SET version = version + 1, updated_at = $1, updated_by = $2, deleted_at = $1 "
        "WHERE id = $3",
        {now(), by(), id}));
    return {};
  }
  Result<void> touch_role() {
    TRY(write_.transaction.execute(
        "UPDATE identity_role SET version = version + 1, updated_at = $1, updated_by = $2 WHERE id = $3",
        {now(), by(), role_}));
    return {};
  }

 private:
  std::string_view now() const { return at_; }
  store::Value by() const { return store::text_or_null(std::string_view(write_.caller.user_id)); }

  entities::Engine& engine_;
  entities::WriteContext& write_;
  std::string_view role_;
  std::string at_;
};

Json word_or_null(std::string_view scope) { return scope == kByDefault ? Json() : Json(scope); }

}  // namespace

Result<std::map<std::string, Grants>> all_grants(store::Session& session) {
  std::map<std::string, Grants> out;
  TRY(session.query("SELECT role, permission, scope FROM identity_grant WHERE deleted_at IS NULL", {},
                    [&](const store::Row& row) {
                      out[row.string(0)][row.string(1)] = row.string(2);
                      return true;
                    }));
  return out;
}

std::string_view scope_in(const Grants& grants, const std::string& permission) {
  const auto found = grants.find(permission);
  return found == grants.end() ? kByDefault : std::string_view(found->second);
}

Result<bool> change_grants(entities::Engine& engine, entities::WriteContext& write, const std::string& role,
                           const Grants& wanted) {
  TRY_ASSIGN(stored, stored_grants(write.transaction, role));
  Rows rows(engine, write, role);
  Json changes = Json::array();
  for (const auto& [permission, scope] : wanted) {
    const auto found = stored.find(permission);
    const std::string_view before =
        found == stored.end() ? kByDefault : std::string_view(found->second.scope);
    if (before == scope) continue;
    if (scope == kByDefault)
      TRY(rows.remove(found->second.id));
    else if (found == stored.end())
      TRY(rows.add(permission, scope));
    else
      TRY(rows.change(found->second.id, scope));
    changes.push_back(
        {{"field", "_" + permission}, {"before", word_or_null(before)}, {"after", word_or_null(scope)}});
  }
  if (changes.empty()) return false;
  TRY(rows.touch_role());
  const entities::EntityEntry* entity = write.catalog.find("identity.role");
  if (entity == nullptr) return fail(Error::internal("http.failed", "There is no entity identity.role."));
  TRY(engine.note(write, *entity, role, "updated", changes));
  return true;
}

}  // namespace opsflux::identity
