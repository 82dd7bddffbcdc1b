#include "host/services/identity/rights/company_guards.hpp"

#include <algorithm>

#include "host/services/identity/rights/guard_values.hpp"

namespace opsflux::identity {
namespace {

using entities::EntityEntry;
using entities::HookCall;
using entities::HookEvent;
using entities::Record;

constexpr std::size_t kCreate = 1, kEdit = 2;  // of entities::kActions

Error more_than_own(std::string_view field) {
  return Error::forbidden("identity.more_than_own", "This role has rights that you do not have yourself.")
      .at(std::string(field));
}

bool everywhere(const HookCall& call, std::size_t action) {
  return call.write.catalog.permissions.scope(call.write.caller, call.entity.permission[action]) ==
         entities::Scope::kAll;
}

// Of a living department; empty for another.
Result<std::string> company_of(store::Session& session, const std::string& department) {
  std::string out;
  TRY(session.query_one("SELECT company FROM identity_department WHERE id = $1 AND deleted_at IS NULL",
                        {std::string_view(department)}, [&](const store::Row& row) { out = row.string(0); }));
  return out;
}

// That there is such a department is the engine's to check.
Result<void> check_place(HookCall& call, std::string_view field) {
  const std::string department = text_of(call.entity, call.record, field);
  if (department.empty()) return {};
  TRY_ASSIGN(company, company_of(call.write.transaction, department));
  if (company.empty() || company == text_of(call.entity, call.record, "company")) return {};
  return fail(Error::invalid("identity.department_elsewhere",
                             "This department belongs to another company, or to none.")
                  .at(std::string(field)));
}

// Who sees his own companies only makes others below these, and moves none out of sight of whom it stands
// under.
Result<void> guard_company(HookCall& call) {
  if (everywhere(call, call.before == nullptr ? kCreate : kEdit)) return {};
  const auto within = [&](const Record& record) {
    const auto& own = call.write.caller.companies;
    return std::find(own.begin(), own.end(), text_of(call.entity, record, "parent")) != own.end();
  };
  const bool stays = call.before != nullptr && text_of(call.entity, call.record, "parent") ==
                                                   text_of(call.entity, *call.before, "parent");
  if (stays || (within(call.record) && (call.before == nullptr || within(*call.before)))) return {};
  return fail(Error::forbidden("identity.company_outside",
                               "You may make and move companies only below those that you belong to.")
                  .at("parent"));
}

// Who is in it, and what is below, would be left in a company that it has nothing to do with.
Result<void> guard_department(HookCall& call) {
  if (call.before != nullptr &&
      text_of(call.entity, call.record, "company") != text_of(call.entity, *call.before, "company"))
    return fail(Error::invalid("identity.department_company_fixed",
                               "A department stays in its company. Make another one there.")
                    .at("company"));
  return check_place(call, "parent");
}

Result<void> guard_assignment(const Standings& standings, HookCall& call, bool deleted) {
  const Caller& caller = call.write.caller;
  if (call.before != nullptr) TRY(check_assignment(standings, caller, call.entity, *call.before, ""));
  if (deleted) return {};
  TRY(check_assignment(standings, caller, call.entity, call.record, "role"));
  return check_place(call, "department");
}

Result<void> guard_person(const Standings& standings, HookCall& call) {
  const Caller& caller = call.write.caller;
  if (call.before != nullptr)
    TRY(check_may_change(standings, call.write.transaction, caller, call.record.id,
                         text_of(call.entity, *call.before, "role")));
  TRY(check_may_give(standings, caller, text_of(call.entity, call.record, "role"), "role"));
  return check_place(call, "department");
}

}  // namespace

Result<void> check_assignment(const Standings& standings, const Caller& caller, const EntityEntry& entity,
                              const Record& record, std::string_view field) {
  const std::string role = text_of(entity, record, "role");
  if (may_give(caller, *standings.of_role(role, true), text_of(entity, record, "company"),
               text_of(entity, record, "department")))
    return {};
  return fail(more_than_own(field));
}

Result<void> check_may_change(const Standings& standings, store::Session& session, const Caller& caller,
                              std::string_view person, const std::string& role) {
  if (caller.system || caller.administrator()) return {};
  TRY(check_may_give(standings, caller, role, ""));
  bool all = true;
  TRY(
      session.query("SELECT company, department, role FROM identity_assignment WHERE person = $1 "
                    "AND deleted_at IS NULL",
                    {person}, [&](const store::Row& row) {
                      all = may_give(caller, *standings.of_role(row.string(2), true), row.string(0),
                                     row.is_null(1) ? std::string() : row.string(1));
                      return all;
                    }));
  return all ? Result<void>() : fail(more_than_own(""));
}

void add_company_guards(const Standings& standings, Guards& out) {
  const auto add = [&](const char* entity, HookEvent event, const char* name,
                       std::function<Result<void>(HookCall&)> run) {
    out.emplace_back(entity, event, entities::Hook{"identity", name, 0, std::move(run)});
  };
  for (const HookEvent event : {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate}) {
    add("identity.company", event, "guard_company", guard_company);
    add("identity.department", event, "guard_department", guard_department);
    add("identity.user", event, "guard_person",
        [&standings](HookCall& call) { return guard_person(standings, call); });
  }
  add("identity.user", HookEvent::kBeforeDelete, "guard_person_deleted",
      [&standings](HookCall& call) -> Result<void> {
        return check_may_change(standings, call.write.transaction, call.write.caller, call.record.id,
                                text_of(call.entity, call.record, "role"));
      });
  for (const HookEvent event : {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate, HookEvent::kBeforeDelete})
    add("identity.assignment", event, "guard_assignment",
        [&standings, deleted = event == HookEvent::kBeforeDelete](HookCall& call) {
          return guard_assignment(standings, call, deleted);
        });
}

}  // namespace opsflux::identity
