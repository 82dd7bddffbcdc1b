#include "host/cli/core_services.hpp"

#include <nlohmann/json.hpp>

#include "host/base/cidr.hpp"
#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/services/audit/audit_routes.hpp"
#include "host/services/custom_fields/custom_field_routes.hpp"
#include "host/services/identity/rights/confirm_guards.hpp"
#include "host/services/identity/rights/guards.hpp"
#include "host/services/identity/users.hpp"
#include "host/services/mail/mail_routes.hpp"
#include "host/services/modules/module_routes.hpp"
#include "host/services/settings/setting_routes.hpp"
#include "host/services/texts/text_routes.hpp"

namespace opsflux::cli {
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
Result<void> guard_user(identity::Identity& identity, HookCall& call, bool deleted) {
  identity::User user;
  user.id = call.record.id;
  user.email = text_of(call.entity, call.record, "email");
  user.name = text_of(call.entity, call.record, "name");
  user.role = text_of(call.entity, call.record, "role");
  user.language = text_of(call.entity, call.record, "language");
  user.theme = text_of(call.entity, call.record, "theme");
  user.density = text_of(call.entity, call.record, "density");
  user.active = is_active(call.entity, call.record) && !deleted;
  const bool administrator = user.active && user.role == identity::kAdministrator;
  const bool was = call.before != nullptr && is_active(call.entity, *call.before) &&
                   text_of(call.entity, *call.before, "role") == identity::kAdministrator;
  if (was && !administrator) TRY(identity::Identity::keep_an_administrator(call.write.transaction, user.id));
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
  TRY_ASSIGN(network, identity::rule_network(text_of(call.entity, call.record, "network")));
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
  if (identity::by_key(caller))
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
Result<void> guard_invitation(identity::Identity& identity, HookCall& call) {
  if (call.before != nullptr && !text_of(call.entity, *call.before, "accepted_at").empty())
    return fail(Error::conflict("identity.invitation_used",
                                "This invitation was accepted and cannot be changed any more."));
  const auto set = [&](std::string_view field, const std::string& value) {
    if (const auto index = call.entity.definition->find(field)) call.record.values[*index] = value;
  };
  identity::Invitation invitation;
  invitation.id = call.record.id;
  if (const auto email = identity::normal_email(text_of(call.entity, call.record, "email")))
    invitation.email = *email;
  invitation.role = text_of(call.entity, call.record, "role");
  TRY(identity::check_may_give(identity.standings(), call.write.caller, invitation.role, "role"));
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

// By whom it is asked for stays as it came once it was decided; an address is written as addresses are.
Result<void> guard_access_request(HookCall& call) {
  const bool decided = call.before != nullptr && text_of(call.entity, *call.before, "status") != "waiting";
  if (decided) return fail(Error::conflict("identity.request_decided", "This request was decided already."));
  const auto email = identity::normal_email(text_of(call.entity, call.record, "email"));
  const auto index = call.entity.definition->find("email");
  if (email && index) call.record.values[*index] = *email;
  return {};
}

// One that has settings and permissions only.
Result<modules::CoreService> plain_service(const std::filesystem::path& resources, const std::string& id,
                                           std::initializer_list<std::string_view> permissions) {
  modules::CoreService service;
  service.id = id;
  TRY_ASSIGN(text, read_file(resources / "services" / id / "manifest.json"));
  TRY_ASSIGN(manifest, package::parse_manifest(text, "services/" + id + "/manifest.json",
                                               package::ManifestOf::kCoreService));
  for (const std::string_view permission : permissions)
    service.permissions.emplace_back(std::string(permission), std::vector<std::string>());
  service.manifest = std::make_shared<const package::Manifest>(std::move(manifest));
  return service;
}

}  // namespace

Result<std::vector<modules::CoreService>> core_services(const std::filesystem::path& resources,
                                                        identity::Identity& identity,
                                                        std::function<std::vector<http::Route>()> routes) {
  modules::CoreService service;
  service.id = "identity";
  const std::filesystem::path folder = resources / "services" / "identity";
  TRY_ASSIGN(manifest_text, read_file(folder / "manifest.json"));
  TRY_ASSIGN(manifest, package::parse_manifest(manifest_text, "services/identity/manifest.json",
                                               package::ManifestOf::kCoreService));
  service.manifest = std::make_shared<const package::Manifest>(std::move(manifest));
  for (const char* name :
       {"company.json", "department.json", "user.json", "assignment.json", "group.json", "membership.json",
        "role.json", "grant.json", "invitation.json", "access_request.json", "address_rule.json",
        "api_key.json"}) {
    TRY_ASSIGN(text, read_file(folder / "entities" / name));
    TRY_ASSIGN(json, parse_json(text));
    TRY_ASSIGN(definition, entities::Definition::parse("identity", "entities/" + std::string(name), json));
    service.definitions.push_back(std::move(definition));
  }
  service.people = "identity.user";
  service.everywhere = {"identity.role.view"};
  service.permissions = {{std::string(module_admin::kPermission), {}},
                         {std::string(custom_fields::kPermission), {}},
                         {std::string(texts::kPermission), {}},
                         {std::string(settings_service::kView), {}},
                         {std::string(settings_service::kManage), {}},
                         {"identity.user.password", {}},
                         {"identity.user.sessions", {}},
                         {"identity.user.see_as", {}},
                         {"identity.user.act_as", {}}};
  const auto hook = [&identity](bool deleted) {
    return entities::Hook{"identity", "guard_user", 0, [&identity, deleted](HookCall& call) {
                            return guard_user(identity, call, deleted);
                          }};
  };
  service.hooks.emplace_back("identity.user", HookEvent::kBeforeUpdate, hook(false));
  service.hooks.emplace_back("identity.user", HookEvent::kBeforeDelete, hook(true));
  for (auto& guard : identity::rights_guards(identity.standings())) service.hooks.push_back(std::move(guard));
  for (auto& guard : identity::confirm_guards(
           [&identity](const Caller& caller) { return identity.require_confirmed(caller); }))
    service.hooks.push_back(std::move(guard));
  for (const HookEvent event : {HookEvent::kBeforeCreate, HookEvent::kBeforeUpdate}) {
    service.hooks.emplace_back("identity.invitation", event,
                               entities::Hook{"identity", "guard_invitation", 0, [&identity](HookCall& call) {
                                                return guard_invitation(identity, call);
                                              }});
    service.hooks.emplace_back("identity.api_key", event,
                               entities::Hook{"identity", "guard_api_key", 0, guard_api_key});
    service.hooks.emplace_back("identity.address_rule", event,
                               entities::Hook{"identity", "guard_address_rule", 0, guard_address_rule});
    service.hooks.emplace_back("identity.access_request", event,
                               entities::Hook{"identity", "guard_access_request", 0, guard_access_request});
  }
  service.routes = std::move(routes);
  TRY_ASSIGN(audit, plain_service(resources, "audit", {audit_service::kView, audit_service::kConfigure}));
  TRY_ASSIGN(mail, plain_service(resources, "mail", {mail::kManage}));
  std::vector<modules::CoreService> out;
  out.push_back(std::move(service));
  out.push_back(std::move(audit));
  out.push_back(std::move(mail));
  return out;
}

}  // namespace opsflux::cli
