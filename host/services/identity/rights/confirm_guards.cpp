#include "host/services/identity/rights/confirm_guards.hpp"

#include <array>

#include "host/base/json.hpp"
#include "host/entities/record_io.hpp"

namespace opsflux::identity {
namespace {

using entities::HookCall;
using entities::HookEvent;

// Every change of these is one of rights, of ways in, or of what keeps people out.
constexpr std::array kAlways = {"identity.role",       "identity.grant",   "identity.membership",
                                "identity.invitation", "identity.api_key", "identity.address_rule",
                                "identity.assignment"};
// A change of these only where one of the fields differs.
struct Watched {
  const char* entity;
  std::array<std::string_view, 4> fields;
};
constexpr std::array kSometimes = {Watched{"identity.user", {"role", "email", "active", "status"}},
                                   Watched{"identity.group", {"role", "parent", "", ""}},
                                   Watched{"identity.company", {"parent", "active", "", ""}}};

bool differs(const HookCall& call, std::string_view field) {
  const auto index = call.entity.definition->find(field);
  if (!index || call.before == nullptr) return index.has_value();
  const auto& of = call.entity.definition->fields[*index];
  return entities::to_json(of, call.record.values[*index]) !=
         entities::to_json(of, call.before->values[*index]);
}

entities::Hook hook(std::function<Result<void>(HookCall&)> run) {
  return {"identity", "confirm", 1, std::move(run)};
}

}  // namespace

Guards confirm_guards(ConfirmRequired required) {
  Guards out;
  constexpr std::array kEvents = {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate,
                                  HookEvent::kBeforeDelete};
  for (const HookEvent event : kEvents) {
    for (const char* entity : kAlways)
      out.emplace_back(entity, event,
                       hook([required](HookCall& call) { return required(call.write.caller); }));
    for (const Watched& watched : kSometimes)
      out.emplace_back(watched.entity, event,
                       hook([required, watched, event](HookCall& call) -> Result<void> {
                         bool changed = event == HookEvent::kBeforeDelete;
                         for (const std::string_view field : watched.fields)
                           changed = changed || differs(call, field);
                         return changed ? required(call.write.caller) : Result<void>();
                       }));
  }
  return out;
}

entities::Watches confirm_watches(ConfirmRequired required) {
  const entities::Watch watch{[required](store::Transaction&, const entities::RecordChange& change) {
                                return change.action == "restored" ? required(change.caller) : Result<void>();
                              },
                              {}};
  entities::Watches out;
  for (const char* entity : kAlways) out.emplace_back(entity, watch);
  for (const Watched& watched : kSometimes) out.emplace_back(watched.entity, watch);
  return out;
}

}  // namespace opsflux::identity
