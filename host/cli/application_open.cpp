#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/cli/application_parts.hpp"
#include "host/cli/core_services.hpp"
#include "host/cli/mail_wiring.hpp"
#include "host/cli/privacy_wiring.hpp"
#include "host/cli/settings_wiring.hpp"
#include "host/entities/row_security.hpp"
#include "host/services/audit/audit_routes.hpp"
#include "host/services/mail/mail_routes.hpp"
#include "host/services/modules/module_routes.hpp"
#include "host/services/preferences/preference_routes.hpp"
#include "host/services/settings/setting_routes.hpp"
#include "host/services/system/system_routes.hpp"
#include "host/store/introspection.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::cli {
namespace fs = std::filesystem;

Result<void> Application::Parts::open(Purpose purpose) {
  resources = resources_folder(config);
  TRY(folders.make(config));
  TRY(open_database(purpose));
  audit.reads().start(*database);
  TRY(load_texts());
  engine = std::make_unique<entities::Engine>(*database, clock, ids, audit, *this, folders.temp);
  engine->set_words([this](const Caller& caller, std::string_view key) {
    const std::string* text = translator->catalog()->find(i18n::choose_language(caller.language, ""), key);
    return text == nullptr ? std::string() : *text;
  });
  TRY_ASSIGN(contents, store::FolderBlobs::open(config.data / "blobs", clock));
  blobs = std::move(contents);
  engine->keep_files(*blobs, {static_cast<std::uint64_t>(config.limit_file)});
  TRY_ASSIGN(keys, package::TrustFolder::open(folders.trust));
  trust = std::move(keys);
  control = std::make_unique<Executor>("control", 1);
  workers = std::make_unique<Executor>("worker", static_cast<std::size_t>(config.worker_threads));
  if (purpose == Purpose::kServe) {
    TRY_ASSIGN(web, system_service::web_routes(resources / "web"));
    shell = std::move(web);
  }
  TRY(open_settings());
  TRY(open_identity());
  TRY(open_modules());
  return check_setting_overrides();
}

Result<void> Application::Parts::open_database(Purpose purpose) {
  store::DatabaseOptions options;
  options.url = config.database;
  options.readers = static_cast<std::size_t>(config.database_readers);
  TRY_ASSIGN(opened, store::Database::open(options));
  database = std::move(opened);
  if (purpose != Purpose::kCommand) TRY(store::take_instance(*database, purpose != Purpose::kServe));
  TRY(open_keys(purpose));
  store::MigrationRunner runner(*database, clock);
  const auto begin_trail = [this](store::Transaction& transaction,
                                  const store::MigrationStep& step) -> Result<void> {
    if (step.name != "audit_trail") return {};
    return audit.sign_anew(transaction, {}, "", true);
  };
  for (const char* owner : {"entities", "automation", "modules", "identity", "imports", "texts", "mail",
                            "preferences", "privacy", "settings"}) {
    TRY_ASSIGN(set, store::MigrationSet::from_folder(resources / "migrations" / owner, database->dialect()));
    TRY(runner.up({owner, false}, set, -1, begin_trail));
  }
  TRY(entities::warn_of_powers(*database));
  return store::ScratchDatabase::sweep(*database);
}

// A trail gets its first head with the table of the marks, also one from before there were any; later a
// missing mark is a finding. So the keys come before all other tables.
Result<void> Application::Parts::open_keys(Purpose purpose) {
  store::MigrationRunner runner(*database, clock);
  const fs::path folder = resources / "migrations" / "keys";
  TRY_ASSIGN(set, store::MigrationSet::from_folder(folder, database->dialect()));
  if (set.all().empty()) return fail(file_error(ENOENT, folder, "read"));
  TRY(runner.up({"keys", false}, set));
  const store::KeySource source{config.master_key_file, config.master_key};
  bool earlier = false;
  TRY(database->read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(trail, store::tables(session, "core_audit"));
    earlier = !trail.empty();
    return {};
  }));
  TRY_ASSIGN(opened, purpose == Purpose::kLostKey ? store::KeyRing::begin_anew(*database, clock, source)
                                                  : store::KeyRing::open(*database, clock, source, earlier));
  keys.emplace(std::move(opened));
  audit.sign_with(keys->audit_key());
  return {};
}

Result<void> Application::Parts::load_texts() {
  i18n::CatalogBuilder builder;
  TRY(builder.add_folder(resources / "i18n", "", true, i18n::Audience::kEveryone));
  TRY(builder.add_folder(resources / "services" / "identity" / "i18n", "identity", true,
                         i18n::Audience::kEveryone));
  TRY(builder.add_folder(resources / "services" / "modules" / "i18n", "modules", true));
  TRY(builder.add_folder(resources / "services" / "custom_fields" / "i18n", "custom_fields", true));
  TRY(builder.add_folder(resources / "services" / "audit" / "i18n", "audit", true));
  TRY(builder.add_folder(resources / "services" / "api_docs" / "i18n", "api_docs", true));
  TRY(builder.add_folder(resources / "services" / "texts" / "i18n", "texts", true));
  TRY(builder.add_folder(resources / "services" / "mail" / "i18n", "mail", true));
  TRY(builder.add_folder(resources / "services" / "privacy" / "i18n", "privacy", true));
  TRY(builder.add_folder(resources / "services" / "settings" / "i18n", "settings", true));
  core_texts = builder.build();
  translator = std::make_unique<i18n::Translator>(core_texts);
  i18n::CatalogBuilder web;
  TRY(web.add_folder(resources / "services" / "web" / "i18n", "web", true));
  TRY_ASSIGN(opened, texts::Texts::open({*database, audit, clock, *translator, hub}, web.build()));
  texts = std::move(opened);
  texts->take_files(core_texts);
  return {};
}

Result<void> Application::Parts::open_settings() {
  TRY_ASSIGN(manifest, read_core_manifest(resources, "identity"));
  TRY_ASSIGN(opened, modules::Settings::open({*database, audit, clock, ids}, keys->secrets(),
                                             setting_overrides(config)));
  settings = std::move(opened);
  TRY(settings->check_overrides(*manifest));
  identity_settings = std::make_unique<identity::IdentitySettings>(*settings, std::move(manifest));
  settings->on_change([this](std::string_view module) {
    const auto current = registry.current();
    if (!hub.anybody() || current == nullptr) return;
    hub.publish("settings", to_text({{"module", module}}), [&](const Caller& caller) {
      return current->catalog().permissions.allows(caller, settings_service::kView);
    });
  });
  TRY(database->read([this](store::Session& session) { return flags.load(session); }));
  preferences = std::make_unique<preferences::Preferences>(*database, clock, preferences::tell_devices(hub));
  return {};
}

// Of a module that is not there yet an override waits.
Result<void> Application::Parts::check_setting_overrides() const {
  for (const auto& service : core)
    if (service.manifest) TRY(settings->check_overrides(*service.manifest));
  for (const auto& module : registry.current()->modules()) TRY(settings->check_overrides(*module->manifest));
  return {};
}

Result<void> Application::Parts::open_identity() {
  identity::IdentityOptions options = identity::identity_options(config, *identity_settings->now());
  options.box = &keys->secrets();
  options.notices = {[this](store::Transaction& transaction, const identity::Notice& notice) {
                       return mail_notice(*mail, transaction, notice);
                     },
                     [this] { return mail->ready(); }};
  options.sms.provider = [this] { return identity_settings->now()->second_factor.sms; };
  options.sms.code_text = [this](std::string_view language, std::string_view code) {
    return sms_text(*translator->catalog(), language, "sms.code", code);
  };
  options.sms.test_text = [this](std::string_view language) {
    return sms_text(*translator->catalog(), language, "sms.test", {});
  };
  options.make_person = [this](store::Transaction& transaction, const identity::User& user,
                               std::string_view by) {
    return make_person(*engine, registry.current(), transaction, user, by);
  };
  options.records = record_writer(*engine, [this] { return registry.current(); });
  options.allowed = [this](const Caller& caller, std::string_view permission) {
    const auto current = registry.current();
    return current != nullptr && current->catalog().permissions.allows(caller, permission);
  };
  options.closed = [this] { return identity_settings->now()->sign_in.site_closed; };
  options.magic_link = [this] { return identity_settings->now()->sign_in.magic_link; };
  options.rules = [this] { return identity::rules_of(*identity_settings->now()); };
  TRY_ASSIGN(opened, identity::Identity::open(*database, clock, ids, std::move(options), auth_sink(audit)));
  identity = std::move(opened);
  identity_settings->on_change(
      [this](const identity::SettingValues& settings) { identity->settings_changed(settings); });
  identity->sessions().on_end([this](const std::string& session_id) { hub.end_session(session_id); });
  identity->sessions().on_caller([this](const std::string& session_id,
                                        const std::shared_ptr<const Caller>& caller) {
    hub.caller_changed(session_id, caller);
    if (hub.anybody())
      hub.publish("rights", "{}", [&](const Caller& listener) { return listener.session_id == session_id; });
  });
  identity->api_keys().on_end([this](const std::string& session_id) { hub.end_session(session_id); });
  if (!config.admin_email.empty())
    TRY(identity->create_first_administrator(config.admin_email, config.admin_password));
  return {};
}

Result<void> Application::Parts::open_modules() {
  runtime = std::make_unique<modules::Runtime>(modules::Runtime{
      *engine, clock, ids,
      [this]() -> std::shared_ptr<const entities::Catalog> {
        const auto current = registry.current();
        return current == nullptr ? std::make_shared<const entities::Catalog>() : current->shared_catalog();
      },
      [this](std::string_view module, std::string_view key, std::string_view language,
             const modules::TextParams& params) {
        const auto tag = i18n::language_from(language).value_or(i18n::Language::kEnglish);
        return translator->catalog()->text(tag, std::string(module) + "." + std::string(key), params);
      },
      [this](std::string_view module, const package::ManifestSetting& setting) {
        return settings->value(module, setting);
      },
      [this](std::string_view name, const Caller& caller) { return flags.on(name, caller); },
      [this](store::Transaction& transaction, const Caller& caller, const modules::EmittedEvent& event) {
        return automation->emit(transaction, caller, event);
      }});
  automation =
      std::make_unique<automation_service::AutomationService>(*database, clock, ids, registry, *runtime);
  library = std::make_unique<modules::ModuleLibrary>(
      folders.modules, [this] { return trust->current(); }, modules::TrustPolicy{config.development});
  TRY_ASSIGN(services, core_services(resources, *identity, flags, [this] { return routes(); }));
  core = std::move(services);
  mail = std::make_unique<mail::Mail>(mail::Parts{
      *database, audit, clock, ids, keys->secrets(), *translator,
      [this] { return mail::mail_settings(*core_manifest("mail"), *settings, config.public_url); }});
  trail = std::make_unique<audit_service::AuditTrail>(*database, audit, clock, folders.temp);
  alerts = std::make_unique<audit_service::Alerts>(
      audit, [this] { return audit_service::alert_limits(*core_manifest("audit"), *settings); },
      [this](store::Transaction& transaction, std::string_view payload) -> Result<void> {
        Caller system;
        system.system = true;
        TRY(automation->emit(transaction, system, {"audit.alert", std::string(payload)}));
        return {};
      });
  modules::InstallerOptions options;
  options.uploads = folders.uploads;
  options.probe.program = fs::read_symlink("/proc/self/exe");
  options.probe.temp_folder = folders.temp;
  options.on_purge = [this](store::Transaction& transaction, std::string_view module) {
    return texts->forget(transaction, module);
  };
  options.on_progress = [this](const modules::Operation& operation) {
    module_admin::publish_operation(hub, operation, *translator->catalog());
    operation_changed.notify_all();
  };
  installer = std::make_unique<modules::Installer>(*runtime, audit, *library, *settings, registry, core,
                                                   *control, std::move(options));
  TRY_ASSIGN(table_imports,
             imports::Imports::open({*engine, registry, *translator, hub, config.data / "imports"}));
  imports = std::move(table_imports);
  TRY(open_privacy());
  registry.on_swap([this](const modules::Registry& next) { publish_registry(next); });
  return installer->start();
}

Result<void> Application::Parts::open_privacy() {
  privacy::Parts parts{*database,       audit,
                       clock,           ids,
                       *engine,         [this] { return runtime->catalog(); },
                       person_tables(), config.data / "exports"};
  parts.judge = [this](Caller& caller) { identity->judge(caller); };
  parts.erased = [this](store::Transaction& transaction, std::string_view user_id) -> Result<void> {
    Caller system;
    system.system = true;
    TRY(automation->emit(transaction, system,
                         {"privacy.person_erased", to_text({{"user", std::string(user_id)}})}));
    return {};
  };
  TRY_ASSIGN(opened, privacy::Privacy::open(std::move(parts)));
  privacy = std::move(opened);
  return {};
}

}  // namespace opsflux::cli
