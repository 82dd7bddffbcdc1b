#include "host/cli/core_services.hpp"

#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/json.hpp"
#include "host/services/audit/audit_routes.hpp"
#include "host/services/custom_fields/custom_field_routes.hpp"
#include "host/services/identity/rights/confirm_guards.hpp"
#include "host/services/identity/rights/person_guards.hpp"
#include "host/services/identity/rights/watches.hpp"
#include "host/services/mail/mail_routes.hpp"
#include "host/services/modules/module_routes.hpp"
#include "host/services/privacy/privacy.hpp"
#include "host/services/settings/flags.hpp"
#include "host/services/settings/setting_routes.hpp"
#include "host/services/texts/text_routes.hpp"

namespace opsflux::cli {
namespace {

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

Result<void> add_definition(const std::filesystem::path& folder, const std::string& file,
                            modules::CoreService& service) {
  TRY_ASSIGN(text, read_file(folder / "entities" / file));
  TRY_ASSIGN(json, parse_json(text));
  TRY_ASSIGN(definition, entities::Definition::parse(service.id, "entities/" + file, json));
  service.definitions.push_back(std::move(definition));
  return {};
}

}  // namespace

Result<std::vector<modules::CoreService>> core_services(const std::filesystem::path& resources,
                                                        identity::Identity& identity,
                                                        settings_service::Flags& flags,
                                                        std::function<std::vector<http::Route>()> routes) {
  modules::CoreService service;
  service.id = "identity";
  const std::filesystem::path folder = resources / "services" / "identity";
  TRY_ASSIGN(manifest_text, read_file(folder / "manifest.json"));
  TRY_ASSIGN(manifest, package::parse_manifest(manifest_text, "services/identity/manifest.json",
                                               package::ManifestOf::kCoreService));
  service.manifest = std::make_shared<const package::Manifest>(std::move(manifest));
  for (const char* name : {"company.json", "department.json", "user.json", "assignment.json", "group.json",
                           "membership.json", "role.json", "grant.json", "invitation.json",
                           "access_request.json", "address_rule.json", "api_key.json"})
    TRY(add_definition(folder, name, service));
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
  for (auto& guard : identity::person_guards(identity)) service.hooks.push_back(std::move(guard));
  for (auto& guard : identity::rights_guards(identity.standings())) service.hooks.push_back(std::move(guard));
  for (auto& guard : identity::confirm_guards(
           [&identity](const Caller& caller) { return identity.require_confirmed(caller); }))
    service.hooks.push_back(std::move(guard));
  service.watches = identity::watches(identity);
  service.routes = std::move(routes);
  TRY_ASSIGN(audit, plain_service(resources, "audit", {audit_service::kView, audit_service::kConfigure}));
  TRY_ASSIGN(mail, plain_service(resources, "mail", {mail::kManage}));
  TRY_ASSIGN(privacy, plain_service(resources, "privacy", {privacy::kManage}));
  TRY_ASSIGN(settings, plain_service(resources, "settings", {}));
  TRY(add_definition(resources / "services" / "settings", "flag.json", settings));
  settings.hooks = settings_service::flag_guards();
  settings.watches = settings_service::flag_watches(flags);
  std::vector<modules::CoreService> out;
  out.push_back(std::move(service));
  out.push_back(std::move(audit));
  out.push_back(std::move(mail));
  out.push_back(std::move(privacy));
  out.push_back(std::move(settings));
  return out;
}

}  // namespace opsflux::cli
