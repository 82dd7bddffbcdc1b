#include "host/services/identity/rights/person_guards.hpp"

#include <nlohmann/json.hpp>

#include "host/base/cidr.hpp"
#include "host/services/identity/admission/member.hpp"
#include "host/services/identity/form.hpp"
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

std::string number_of(const entities::EntityEntry& entity, const Record& record, std::string_view field) {
  const auto index = entity.definition->find(field);
  const auto* number = index ? std::get_if<std::int64_t>(&record.values[*index]) : nullptr;
  return number == nullptr ? std::string() : std::to_string(*number);
}

bool is_active(const entities::EntityEntry& entity, const Record& record) {
  const auto index = entity.definition->find("active");
  const auto* flag = index ? std::get_if<bool>(&record.values[*index]) : nullptr;
  return flag != nullptr && *flag;
}

// Whether the caller sent a value of that field.
bool sent(const HookCall& call, const char* field) {
  return call.input != nullptr && call.input->contains(field) && !call.input->at(field).is_null();
}

// "active" says of the status what queries ask; each follows the other.
Result<void> keep_status(HookCall& call) {
  const entities::Definition& definition = *call.entity.definition;
  const auto status_at = definition.find("status"), active_at = definition.find("active"),
             reason_at = definition.find("status_reason");
  if (!status_at || !active_at || !reason_at) return {};
  entities::FieldValue &status = call.record.values[*status_at], &active = call.record.values[*active_at];
  const bool says = text_of(call.entity, call.record, "status") == kActiveStatus;
  if (says != is_active(call.entity, call.record)) {
    if (sent(call, "status") && sent(call, "active"))
      return fail(Error::invalid("identity.status_contradicts",
                                 "\"active\" says something else than \"status\". Send one of them only.")
                      .at("active"));
    // On a change the field that did not change follows.
    const bool by_status = call.before == nullptr ? sent(call, "status") || !sent(call, "active")
                                                  : status != call.before->values[*status_at];
    if (by_status)
      active = says;
    else
      status = std::string(is_active(call.entity, call.record) ? kActiveStatus : kInactiveStatus);
  }
  if (is_active(call.entity, call.record)) call.record.values[*reason_at] = entities::FieldValue();
  return {};
}

// A user who loses access loses his sessions with the commit; the last administrator stays one.
Result<void> guard_user(Identity& identity, HookCall& call, bool deleted) {
  if (!deleted) TRY(keep_status(call));
  if (!deleted) TRY(check_time_zone(text_of(call.entity, call.record, "time_zone")));
  if (call.before == nullptr) return {};
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
  const bool was =
      is_active(call.entity, *call.before) && text_of(call.entity, *call.before, "role") == kAdministrator;
  if (was && !administrator) TRY(Identity::keep_an_administrator(call.write.transaction, user.id));
  const std::string before = text_of(call.entity, *call.before, "email");
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

Result<void> guard_invitation_texts(HookCall& call, const std::string& email, const std::string& uses) {
  const bool open = text_of(call.entity, call.record, "email").empty();
  if (open && text_of(call.entity, call.record, "label").empty())
    return fail(Error::invalid("identity.no_label",
                               "Without an address an invitation needs a name, by which you know it.")
                    .at("label"));
  if (!open && uses != "1")
    return fail(Error::invalid("identity.uses_of_one",
                               "An address accepts once. Leave it out for a link that several people use.")
                    .at("max_uses"));
  const auto label = call.entity.definition->find("label");
  if (!open && label) call.record.values[*label] = email;
  if (const auto index = call.entity.definition->find("email"))
    call.record.values[*index] = open ? std::string() : email;
  return {};
}

// With an address the mail goes out with the record, and a change makes the link that was mailed before void.
Result<void> guard_invitation(Identity& identity, HookCall& call) {
  if (call.write.caller.system && call.before != nullptr) return {};  // it is revoked
  if (call.before != nullptr && text_of(call.entity, *call.before, "status") != "open")
    return fail(Error::conflict("identity.invitation_used",
                                "This invitation is used up or revoked and cannot be changed any more."));
  const auto set = [&](std::string_view field, const std::string& value) {
    if (const auto index = call.entity.definition->find(field)) call.record.values[*index] = value;
  };
  Invitation invitation;
  invitation.id = call.record.id;
  invitation.email = normal_email(text_of(call.entity, call.record, "email")).value_or("");
  invitation.role = text_of(call.entity, call.record, "role");
  const Caller& caller = call.write.caller;
  invitation.company = text_of(call.entity, call.record, "company");
  TRY(check_takes_people(call.write.transaction, invitation.company));
  TRY(check_may_give_in(identity.standings(), caller, invitation.role, invitation.company, "role"));
  for (const std::string& group : list_of(call, "in_groups"))
    TRY(check_may_give_group(identity.standings(), call.write.transaction, caller, group, "in_groups"));
  TRY(guard_invitation_texts(call, invitation.email, number_of(call.entity, call.record, "max_uses")));
  invitation.language = text_of(call.entity, call.record, "language");
  invitation.message = text_of(call.entity, call.record, "message");
  TRY_ASSIGN(end, identity.invitation_end(text_of(call.entity, call.record, "expires_at")));
  invitation.expires_at = end;
  invitation.invited_by = call.before == nullptr ? caller.user_id : call.record.created_by;
  set("expires_at", end);
  if (invitation.email.empty()) return {};  // its link is asked for
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
  user(HookEvent::kBeforeCreate, false);
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
