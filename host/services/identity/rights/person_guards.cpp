#include "host/services/identity/rights/person_guards.hpp"

#include <nlohmann/json.hpp>

#include "host/base/cidr.hpp"
#include "host/services/identity/users.hpp"

namespace opsflux::identity {
namespace {

using entities::HookCall;
using entities::HookEvent;
using entities::Record;

std::string text_of(const entities::EntityEntry& entity, const Record& record, std::string_view field) {
  const auto index = entity.definition->find(field);
  const auto* text = index ? std::get_if<std::string>(&record.values[*index]) : nullptr;
  return text == nullptr ? std::string() : *text;
}

bool is_active(const entities::EntityEntry& entity, const Record& record) {
  const auto index = entity.definition->find("active");
  const auto* flag = index ? std::get_if<bool>(&record.values[*index]) : nullptr;
  return flag != nullptr && *flag;
}

// A user who loses access loses his sessions with the commit; the last administrator stays one.
Result<void> guard_user(Identity& identity, HookCall& call, bool deleted) {
  User user;
  user.id = call.record.id;
  user.email = text_of(call.entity, call.record, "email");
  user.name = text_of(call.entity, call.record, "name");
  user.role = text_of(call.entity, call.record, "role");
  user.language = text_of(call.entity, call.record, "language");
  user.theme = text_of(call.entity, call.record, "theme");
  user.density = text_of(call.entity, call.record, "density");
  user.active = is_active(call.entity, call.record) && !deleted;
  const bool administrator = user.active && user.role == kAdministrator;
  const bool was = call.before != nullptr && is_active(call.entity, *call.before) &&
                   text_of(call.entity, *call.before, "role") == kAdministrator;
  if (was && !administrator) TRY(Identity::keep_an_administrator(call.write.transaction, user.id));
  const std::string before = call.before == nullptr ? "" : text_of(call.entity, *call.before, "email");
  if (!deleted && !before.empty() && before != user.email)
    TRY(identity.email_changed(call.write.transaction, user, before));
  call.write.transaction.on_commit([&identity, user] {
    identity.sessions().user_changed(user);
    if (!user.active) identity.api_keys().forget_owner(user.id);
  });
  return {};
}

// Stored as it is compared: "10.0.0.0/8" is one text, however it was typed.
Result<void> guard_address_rule(HookCall& call) {
  TRY_ASSIGN(network, rule_network(text_of(call.entity, call.record, "network")));
  call.record.values[*call.entity.definition->find("network")] = network.text();
  return {};
}

std::vector<std::string> list_of(const HookCall& call, std::string_view field) {
  std::vector<std::string> out;
  if (const auto json = parse_json(text_of(call.entity, call.record, field)); json && json->is_array())
    for (const Json& item : *json) out.push_back(item.get<std::string>());
  return out;
}

// A key names permissions that there are, is made by a person, and for nobody else but by an administrator.
Result<void> guard_api_key(HookCall& call) {
  const Caller& caller = call.write.caller;
  if (by_key(caller))
    return fail(
        Error::forbidden("identity.own_only", "This is for persons who are signed in, not for API keys."));
  if (!caller.system && !caller.administrator() &&
      text_of(call.entity, call.record, "owner") != caller.user_id)
    return fail(Error::forbidden("identity.key_for_others", "Only administrators make API keys for others.")
                    .at("owner"));
  for (const std::string& text : list_of(call, "permissions"))
    if (!call.write.catalog.permissions.named(text))
      return fail(Error::invalid("identity.unknown_permission", "There is no permission \"" + text + "\".")
                      .at("permissions")
                      .with("permission", text));
  for (const std::string& text : list_of(call, "addresses"))
    if (auto network = IpNetwork::parse(text); !network)
      return fail(std::move(network).error().at("addresses"));
  return {};
}

// The mail goes out with the record; a change makes the link that was mailed before void.
Result<void> guard_invitation(Identity& identity, HookCall& call) {
  if (call.before != nullptr && !text_of(call.entity, *call.before, "accepted_at").empty())
    return fail(Error::conflict("identity.invitation_used",
                                "This invitation was accepted and cannot be changed any more."));
  const auto set = [&](std::string_view field, const std::string& value) {
    if (const auto index = call.entity.definition->find(field)) call.record.values[*index] = value;
  };
  Invitation invitation;
  invitation.id = call.record.id;
  if (const auto email = normal_email(text_of(call.entity, call.record, "email"))) invitation.email = *email;
  invitation.role = text_of(call.entity, call.record, "role");
  TRY(check_may_give(identity.standings(), call.write.caller, invitation.role, "role"));
  invitation.language = text_of(call.entity, call.record, "language");
  invitation.message = text_of(call.entity, call.record, "message");
  TRY_ASSIGN(end, identity.invitation_end(text_of(call.entity, call.record, "expires_at")));
  invitation.expires_at = end;
  invitation.invited_by = call.before == nullptr ? call.write.caller.user_id : call.record.created_by;
  if (invitation.email.empty()) return {};  // the engine says what is wrong with it
  set("email", invitation.email);
  set("expires_at", end);
  set("sent_at", format_utc(identity.now()));
  return identity.send_invitation(call.write.transaction, invitation);
}

entities::Hook hook(const char* name, std::function<Result<void>(HookCall&)> run) {
  return {"identity", name, 0, std::move(run)};
}

// By whom it is asked for stays as it came once it was decided; an address is written as addresses are.
Result<void> guard_access_request(HookCall& call) {
  const bool decided = call.before != nullptr && text_of(call.entity, *call.before, "status") != "waiting";
  if (decided) return fail(Error::conflict("identity.request_decided", "This request was decided already."));
  const auto email = normal_email(text_of(call.entity, call.record, "email"));
  const auto index = call.entity.definition->find("email");
  if (email && index) call.record.values[*index] = *email;
  return {};
}

}  // namespace

Guards person_guards(Identity& identity) {
  Guards out;
  const auto user = [&](HookEvent event, bool deleted) {
    out.emplace_back("identity.user", event, hook("guard_user", [&identity, deleted](HookCall& call) {
                       return guard_user(identity, call, deleted);
                     }));
  };
  user(HookEvent::kBeforeUpdate, false);
  user(HookEvent::kBeforeDelete, true);
  for (const HookEvent event : {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate}) {
    out.emplace_back("identity.invitation", event, hook("guard_invitation", [&identity](HookCall& call) {
                       return guard_invitation(identity, call);
                     }));
    out.emplace_back("identity.api_key", event, hook("guard_api_key", guard_api_key));
    out.emplace_back("identity.address_rule", event, hook("guard_address_rule", guard_address_rule));
    out.emplace_back("identity.access_request", event, hook("guard_access_request", guard_access_request));
  }
  return out;
}

}  // namespace opsflux::identity
