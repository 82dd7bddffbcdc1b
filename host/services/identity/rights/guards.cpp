#include "host/services/identity/rights/guards.hpp"

#include <algorithm>
#include <set>

#include "host/base/json.hpp"
#include "host/services/identity/rights/company_guards.hpp"
#include "host/services/identity/rights/guard_values.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {
namespace {

using entities::EntityEntry;
using entities::HookCall;
using entities::HookEvent;
using entities::Record;

std::vector<std::string> list_of(const Json& value) {
  std::vector<std::string> out;
  if (value.is_array())
    for (const Json& one : value)
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

constexpr std::string_view kGuest = "guest";

// What roles inherit now, the one that is being written as it will be.
Result<void> no_circle(HookCall& call, const std::vector<std::string>& inherits) {
  std::set<std::string> seen;
  std::vector<std::string> next = inherits;
  while (!next.empty()) {
    const std::string id = std::move(next.back());
    next.pop_back();
    if (id == call.record.id)
      return fail(
          Error::invalid("identity.role_circle", "The role would inherit from itself.").at("inherits"));
    if (!seen.insert(id).second) continue;
    TRY(call.write.transaction.query_one(
        "SELECT inherits FROM identity_role WHERE id = $1 AND deleted_at IS NULL", {std::string_view(id)},
        [&](const store::Row& row) {
          if (const auto list = parse_json(row.is_null(0) ? "[]" : row.text(0)))
            for (std::string& one : list_of(*list)) next.push_back(std::move(one));
        }));
  }
  return {};
}

Result<void> guard_role(HookCall& call) {
  TRY(only_administrators(call.write.caller));
  const EntityEntry& entity = call.entity;
  const auto fixed = [&](std::string_view field) {
    return call.before != nullptr &&
           value_of(entity, call.record, field) != value_of(entity, *call.before, field);
  };
  if (fixed("key"))
    return fail(Error::invalid("identity.role_key_fixed",
                               "The key of a role stays: definitions know the role by it. Make another role.")
                    .at("key"));
  const bool built_in = call.before != nullptr && value_of(entity, *call.before, "built_in") == Json(true);
  if (built_in && fixed("name"))
    return fail(
        Error::conflict("identity.built_in_role", "The name of this role belongs to the system.").at("name"));
  if (built_in && fixed("inherits"))
    return fail(Error::conflict("identity.built_in_role", "What this role inherits belongs to the system.")
                    .at("inherits"));
  const auto inherits = list_of(value_of(entity, call.record, "inherits"));
  if (std::find(inherits.begin(), inherits.end(), entities::kAdministratorRole) != inherits.end())
    return fail(
        Error::invalid("identity.inherits_administrator",
                       "Nobody is an administrator by way of another role. Give people that role itself.")
            .at("inherits"));
  return no_circle(call, inherits);
}

Result<void> guard_role_deleted(HookCall& call) {
  TRY(only_administrators(call.write.caller));
  if (value_of(call.entity, call.record, "built_in") == Json(true))
    return fail(Error::conflict("identity.built_in_role", "This role belongs to the system and stays."));
  bool used = false;
  for (const char* sql : {"SELECT 1 FROM identity_user WHERE role = $1 AND deleted_at IS NULL LIMIT 1",
                          "SELECT 1 FROM identity_group WHERE role = $1 AND deleted_at IS NULL LIMIT 1",
                          "SELECT 1 FROM identity_assignment WHERE role = $1 AND deleted_at IS NULL LIMIT "
                          "1"}) {
    TRY_ASSIGN(found,
               call.write.transaction.query_one(sql, {std::string_view(call.record.id)}, [](const auto&) {}));
    used = used || found;
  }
  if (used)
    return fail(Error::conflict("identity.role_in_use",
                                "People or groups have this role. Give them another one first."));
  return {};
}

Result<void> guard_grant(HookCall& call) {
  TRY(only_administrators(call.write.caller));
  if (text_of(call.entity, call.record, "role") == entities::kAdministratorRole)
    return fail(Error::conflict("identity.built_in_role",
                                "Administrators have every right; nothing can be taken away."));
  return {};
}

// Who comes into a group has its role, and those of the groups around it.
Result<void> check_membership(const Standings& standings, store::Session& session, const Caller& caller,
                              const EntityEntry& entity, const Record& record) {
  return check_may_give_group(standings, session, caller, text_of(entity, record, "in_group"), "in_group");
}

entities::Hook hook(std::string name, std::function<Result<void>(HookCall&)> run) {
  return {"identity", std::move(name), 0, std::move(run)};
}

}  // namespace

Result<void> only_administrators(const Caller& caller) {
  if (caller.system || caller.administrator()) return {};
  return fail(Error::forbidden("identity.administrators_only",
                               "Only administrators change roles and what they give."));
}

Result<void> check_may_give(const Standings& standings, const Caller& caller, const std::string& role,
                            std::string_view field) {
  if (role.empty()) return {};
  // What guests have, everybody has at the least, wherever he comes to.
  const RightsPtr everybody = caller.has_role(kGuest) ? standings.of_role(kGuest) : nullptr;
  if (may_give(caller, *standings.of_role(role), "", "", everybody.get())) return {};
  return fail(
      Error::forbidden("identity.more_than_own", "This role has rights that you do not have yourself.")
          .at(std::string(field)));
}

Result<void> check_may_give_in(const Standings& standings, const Caller& caller, const std::string& role,
                               const std::string& company, std::string_view field) {
  if (company.empty()) return check_may_give(standings, caller, role, field);
  if (role.empty() || may_give(caller, *standings.of_role(role, true), company)) return {};
  return fail(Error::forbidden("identity.more_than_own_there",
                               "This role has rights that you do not have yourself in this company.")
                  .at(std::string(field)));
}

Result<void> check_may_give_group(const Standings& standings, store::Session& session, const Caller& caller,
                                  std::string group, std::string_view field) {
  const auto directory = standings.directory();
  for (int depth = 0; !group.empty() && depth < 100; ++depth) {
    const auto role = directory->role_of_group.find(group);
    if (role != directory->role_of_group.end()) TRY(check_may_give(standings, caller, role->second, field));
    std::string parent;
    TRY(session.query_one("SELECT parent FROM identity_group WHERE id = $1 AND deleted_at IS NULL",
                          {std::string_view(group)}, [&](const store::Row& row) {
                            if (!row.is_null(0)) parent = row.string(0);
                          }));
    group = std::move(parent);
  }
  return {};
}

Guards rights_guards(const Standings& standings) {
  Guards out;
  const auto add = [&](const char* entity, HookEvent event, const char* name,
                       std::function<Result<void>(HookCall&)> run) {
    out.emplace_back(entity, event, hook(name, std::move(run)));
  };
  for (const HookEvent event : {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate}) {
    add("identity.role", event, "guard_role", guard_role);
    add("identity.group", event, "guard_group", [&standings](HookCall& call) -> Result<void> {
      const std::string role = text_of(call.entity, call.record, "role");
      if (call.before != nullptr && role == text_of(call.entity, *call.before, "role")) return {};
      return check_may_give(standings, call.write.caller, role, "role");
    });
    add("identity.membership", event, "guard_membership", [&standings](HookCall& call) {
      return check_membership(standings, call.write.transaction, call.write.caller, call.entity, call.record);
    });
  }
  add("identity.role", HookEvent::kBeforeDelete, "guard_role_deleted", guard_role_deleted);
  for (const HookEvent event : {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate, HookEvent::kBeforeDelete})
    add("identity.grant", event, "guard_grant", guard_grant);
  add_company_guards(standings, out);
  return out;
}

Result<void> check_restored(const Standings& standings, store::Session& session,
                            const entities::RecordChange& change) {
  const auto& [entity, action, record, before, caller] = change;
  const std::string& name = entity.definition->name;
  if (name == "identity.user")
    return check_may_change(standings, session, caller, record.id, text_of(entity, record, "role"));
  if (name == "identity.assignment") return check_assignment(standings, caller, entity, record, "role");
  if (name == "identity.membership") return check_membership(standings, session, caller, entity, record);
  if (name == "identity.group")
    return check_may_give(standings, caller, text_of(entity, record, "role"), "role");
  return name == "identity.role" || name == "identity.grant" ? only_administrators(caller) : Result<void>();
}

}  // namespace opsflux::identity
