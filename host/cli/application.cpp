#include "host/cli/application.hpp"

#include <condition_variable>
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/base/ticker.hpp"
#include "host/cli/audit_wiring.hpp"
#include "host/cli/core_services.hpp"
#include "host/cli/mail_wiring.hpp"
#include "host/cli/privacy_wiring.hpp"
#include "host/cli/settings_wiring.hpp"
#include "host/entities/audit_reads.hpp"
#include "host/entities/duplicates.hpp"
#include "host/entities/files.hpp"
#include "host/entities/row_security.hpp"
#include "host/entities/search.hpp"
#include "host/http/server.hpp"
#include "host/package/trust_folder.hpp"
#include "host/services/api_docs/api_docs_routes.hpp"
#include "host/services/app/app_routes.hpp"
#include "host/services/audit/audit_routes.hpp"
#include "host/services/automation/automation_service.hpp"
#include "host/services/custom_fields/custom_field_routes.hpp"
#include "host/services/custom_fields/field_input.hpp"
#include "host/services/files/file_routes.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/identity/rights/guards.hpp"
#include "host/services/identity/rights/rights_routes.hpp"
#include "host/services/identity/setting_values.hpp"
#include "host/services/imports/imports.hpp"
#include "host/services/live/live_hub.hpp"
#include "host/services/mail/mail_routes.hpp"
#include "host/services/modules/module_routes.hpp"
#include "host/services/preferences/preference_routes.hpp"
#include "host/services/privacy/privacy_routes.hpp"
#include "host/services/settings/setting_routes.hpp"
#include "host/services/system/system_routes.hpp"
#include "host/services/texts/text_routes.hpp"
#include "host/store/blobs.hpp"
#include "host/store/introspection.hpp"
#include "host/store/key_ring.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::cli {
namespace fs = std::filesystem;

namespace {

// The folders of an instance, all below the data folder.
struct Folders {
  fs::path modules, uploads, spool, temp, trust;

  Result<void> make(const Config& config) {
    modules = config.data / "modules";
    uploads = config.data / "uploads";
    temp = config.data / "tmp";
    spool = config.spool;
    trust = config.trusted_keys;
    for (const fs::path& folder : {config.data, modules, uploads, spool, temp, trust})
      TRY(make_folders(folder));
    return {};
  }
};

void add_custom_texts(i18n::CatalogBuilder& builder, const entities::CustomFields& fields) {
  for (const i18n::Language language : i18n::kLanguages) {
    const Json texts = custom_fields::texts_of(fields, language);
    for (const auto& [module, of_module] : texts.items())
      if (auto added = builder.add(language, of_module, module, "custom fields"); !added)
        log::warn("custom_field.texts_refused", added.error());
  }
}

}  // namespace

// Declared in the order in which parts need one another; destroyed the other way round.
struct Application::Parts final : entities::ChangeListener {
  explicit Parts(const Config& given) : config(given) {}

  Config config;
  fs::path resources;
  Folders folders;
  SystemClock clock;
  IdSource ids{clock};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<i18n::Translator> translator;
  std::shared_ptr<const i18n::Catalog> core_texts;
  entities::Audit audit{clock, ids};
  std::optional<store::KeyRing> keys;
  UtcNs next_audit_prune = 0, next_file_prune = 0;  // the housekeeper's
  live::LiveHub hub;
  std::unique_ptr<texts::Texts> texts;
  std::unique_ptr<store::FolderBlobs> blobs;
  std::unique_ptr<entities::Engine> engine;
  modules::RegistryHolder registry;
  std::unique_ptr<modules::Runtime> runtime;
  std::unique_ptr<package::TrustFolder> trust;
  std::unique_ptr<modules::ModuleLibrary> library;
  std::unique_ptr<modules::Settings> settings;
  std::unique_ptr<preferences::Preferences> preferences;
  std::unique_ptr<identity::IdentitySettings> identity_settings;
  std::unique_ptr<identity::Identity> identity;
  std::vector<modules::CoreService> core;
  std::unique_ptr<audit_service::AuditTrail> trail;
  std::unique_ptr<audit_service::Alerts> alerts;
  std::unique_ptr<mail::Mail> mail;
  std::unique_ptr<privacy::Privacy> privacy;
  std::unique_ptr<imports::Imports> imports;
  std::unique_ptr<Executor> control, workers;
  std::unique_ptr<automation_service::AutomationService> automation;
  std::unique_ptr<modules::Installer> installer;
  std::vector<http::Route> shell;
  std::unique_ptr<http::Server> server;
  std::mutex operations_mutex;
  std::condition_variable operation_changed;
  std::atomic<bool> stopped = false;
  std::unique_ptr<Ticker> sealer, housekeeper, calendar, likeness_keeper, search_keeper;

  Result<void> in_transaction(store::Transaction& transaction,
                              const entities::RecordChange& change) override {
    if (change.entity.definition->name == "identity.address_rule")
      TRY(identity->keep_in(transaction, change.caller));
    if (change.action == "restored")
      TRY(identity::check_restored(identity->standings(), transaction, change.entity, change.record,
                                   change.caller));
    return automation->record_changed(transaction, change);
  }
  // Programs have their keys from somebody who was asked.
  Result<void> may_export(const Caller& caller, std::int64_t rows) override {
    const std::int64_t free = identity_settings->now()->defence.export_confirm_rows;
    const bool asked = free > 0 && rows > free && caller.key_id.empty() && !caller.session_id.empty();
    return asked ? identity->require_confirmed(caller) : Result<void>();
  }
  void committed(std::string_view entity, std::string_view id, std::string_view action) override {
    if (entity == "identity.address_rule")
      identity->address_rules_changed();
    else if (entity == "identity.api_key")
      identity->api_keys_changed(action == "deleted" ? id : "");
    else if (entity.starts_with("identity."))
      identity->directory_changed();
    if (entity == "identity.user") identity->api_keys_changed();
    if (!hub.anybody()) return;
    const auto current = registry.current();
    const entities::EntityEntry* entry = current == nullptr ? nullptr : current->catalog().find(entity);
    if (entry == nullptr) return;
    const auto scope = [&](const Caller& caller) {
      return current->catalog().permissions.scope(caller, entry->permission[0]);
    };
    hub.publish("record", to_text({{"entity", entity}, {"id", id}, {"action", action}}),
                [&](const Caller& caller) { return scope(caller) == entities::Scope::kAll; });
    // Who may see some records only is told that there may be something new, not of which record.
    hub.publish("record", to_text({{"entity", entity}, {"id", nullptr}, {"action", "changed"}}),
                [&](const Caller& caller) {
                  return scope(caller).value_or(entities::Scope::kAll) != entities::Scope::kAll;
                });
  }

  Result<void> open(Purpose purpose);
  Result<void> open_database(Purpose purpose);
  Result<void> open_keys(Purpose purpose);
  Result<void> load_texts();
  Result<void> open_settings();
  Result<void> check_setting_overrides() const;
  Result<void> open_identity();
  Result<void> open_modules();
  Result<void> open_privacy();
  void publish_registry(const modules::Registry& next);
  std::uint64_t told_registry = 0;  // the number that browsers were told last; the control thread's
  std::vector<http::Route> routes();
  std::shared_ptr<const package::Manifest> core_manifest(std::string_view id) const;
  Result<bool> seal();
  void start_tickers();
  Result<void> clean_up();
  Result<void> prune_files();
  void stop();
};

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
                            "preferences", "privacy"}) {
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
      [this](store::Transaction& transaction, const Caller& caller, const modules::EmittedEvent& event) {
        return automation->emit(transaction, caller, event);
      }});
  automation =
      std::make_unique<automation_service::AutomationService>(*database, clock, ids, registry, *runtime);
  library = std::make_unique<modules::ModuleLibrary>(
      folders.modules, [this] { return trust->current(); }, modules::TrustPolicy{config.development});
  TRY_ASSIGN(services, core_services(resources, *identity, [this] { return routes(); }));
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

// Texts first, so that a browser that hears of the new registry finds its labels.
void Application::Parts::publish_registry(const modules::Registry& next) {
  identity->catalog_changed(next.catalog());
  i18n::CatalogBuilder builder(*core_texts);
  for (const auto& module : next.modules())
    for (const auto& [tag, texts] : module->translations)
      if (const auto language = i18n::language_from(tag))
        if (auto added = builder.add(*language, Json(texts), module->manifest->id, "i18n/" + tag + ".json");
            !added)
          log::warn("module.texts_refused", added.error());
  texts->take_files(builder.build(), [custom = next.custom_fields()](i18n::CatalogBuilder& above) {
    add_custom_texts(above, *custom);
  });
  automation->registry_changed(next);
  if (std::exchange(told_registry, next.number()) != next.number())
    hub.publish("registry", to_text({{"registry", next.number()}}));
}

std::vector<http::Route> Application::Parts::routes() {
  std::vector<http::Route> out;
  const auto add = [&out](std::vector<http::Route> more) {
    for (http::Route& route : more) out.push_back(std::move(route));
  };
  add(identity->routes());
  add(identity::rights_routes({identity->standings(), *engine, registry, *translator}));
  add(app::app_routes(registry, *translator, *database,
                      {"OpsFlux", config.development, &identity->standings()}));
  add(api_docs::api_docs_routes(registry, *translator));
  add(module_admin::module_routes(*installer, *settings, hub, *translator,
                                  static_cast<std::size_t>(config.limit_upload)));
  add(automation->routes());
  add(audit_service::audit_routes({*trail, audit, *database, *settings, *core_manifest("audit")}));
  add(settings_service::setting_routes({*settings, registry, *translator}));
  add(preferences::preference_routes(*preferences));
  add(custom_fields::custom_field_routes({*installer, audit, clock, ids}));
  add(imports::import_routes(*imports, static_cast<std::size_t>(config.limit_upload)));
  add(files::file_routes(*engine));
  add(texts::text_routes(*texts, *translator));
  add(mail::mail_routes({*mail, *settings, *core_manifest("mail")}));
  add(privacy::privacy_routes(*privacy));
  add(hub.routes());
  add(system_service::health_routes(*database));
  add(shell);
  return out;
}

std::shared_ptr<const package::Manifest> Application::Parts::core_manifest(std::string_view id) const {
  for (const auto& service : core)
    if (service.id == id) return service.manifest;
  return nullptr;
}

Result<bool> Application::Parts::seal() {
  return seal_round(*database, audit, automation ? alerts.get() : nullptr);
}

// Removes what is kept for a time only.
Result<void> Application::Parts::clean_up() {
  const auto before = [this](std::chrono::milliseconds kept) {
    return clock.now() - std::chrono::nanoseconds(kept).count();
  };
  TRY(automation->prune(before(config.retention_deliveries), before(config.retention_trigger_runs)));
  TRY(installer->prune_plans(before(config.retention_plans)));
  TRY(imports->prune(before(std::chrono::days(30))));
  TRY(mail->prune(before(std::chrono::days(30))));
  TRY(identity->prune(before(std::chrono::days(1))));
  TRY(identity->prune_access_requests(before(std::chrono::days(90))));
  TRY(privacy->sweep());
  if (clock.now() >= next_file_prune) TRY(prune_files());
  TRY(note_configuration(*database, audit, config, *trust->current()));
  TRY(store::take_instance(*database, false));  // again, in case that the connection was lost
  TRY(database->analyze());
  if (clock.now() < next_audit_prune) return {};
  next_audit_prune = clock.now() + std::chrono::nanoseconds(std::chrono::hours(24)).count();
  TRY_ASSIGN(removed, audit.prune_older_than(*database, config.retention_audit_years,
                                             [this] { return stopped.load(); }));
  if (removed > 0) log::info("audit.pruned", {{"rows", removed}});
  if (const std::int64_t years = config.retention_audit_years; years > 0)
    TRY(settings->prune(clock.now() - std::chrono::nanoseconds(std::chrono::days(years * 366)).count()));
  return {};
}

// What a field named before stays as long as the trail tells of the version that did.
Result<void> Application::Parts::prune_files() {
  const auto before = [this](std::int64_t days) {
    return clock.now() - std::chrono::nanoseconds(std::chrono::days(days)).count();
  };
  next_file_prune = clock.now() + std::chrono::nanoseconds(std::chrono::hours(6)).count();
  const std::int64_t years = config.retention_audit_years;
  TRY_ASSIGN(removed, entities::Files(*engine).prune(
                          {before(1), before(30), years > 0 ? before(years * 366) : 0, before(1)}));
  if (removed > 0) log::info("files.pruned", {{"blobs", removed}});
  return {};
}

void Application::Parts::start_tickers() {
  if (auto begun = imports->take_back_interrupted(); !begun)
    log::error("import.not_taken_back", begun.error());
  if (auto begun = privacy->resume(); !begun) log::error("privacy.not_resumed", begun.error());
  using namespace std::chrono_literals;
  // One sealer for the audit chain.
  sealer = std::make_unique<Ticker>("sealer", [this]() -> std::chrono::milliseconds {
    const auto more = seal();
    if (!more) log::warn("audit.not_sealed", more.error());
    return !more ? 10s : *more ? 0s : 1s;
  });
  likeness_keeper = std::make_unique<Ticker>(
      "likeness",
      [this, builder = entities::LikenessBuilder(*database)]() mutable -> std::chrono::milliseconds {
        const auto current = registry.current();
        const auto more = current == nullptr ? Result<bool>(false) : builder.step(current->catalog());
        if (!more) log::warn("server.likeness_not_kept", more.error());
        return !more ? 60s : *more ? 0s : 2s;
      });
  search_keeper = std::make_unique<Ticker>(
      "search", [this, filler = entities::SearchFiller(*database)]() mutable -> std::chrono::milliseconds {
        const auto current = registry.current();
        const auto more = current == nullptr ? Result<bool>(false) : filler.step(*current->shared_catalog());
        if (!more) log::warn("server.search_not_filled", more.error());
        return !more ? 10s : *more ? 0s : 1s;
      });
  calendar = std::make_unique<Ticker>("calendar", [this]() -> std::chrono::milliseconds {
    identity->day_passes();
    return 10s;
  });
  housekeeper = std::make_unique<Ticker>("housekeeper", [this]() -> std::chrono::milliseconds {
    if (auto cleaned = clean_up(); !cleaned) log::warn("server.not_cleaned_up", cleaned.error());
    return 1h;
  });
}

void Application::Parts::stop() {
  if (stopped.exchange(true)) return;
  if (server) server->stop(config.limit_stop_time);
  if (housekeeper) housekeeper->stop();
  if (calendar) calendar->stop();
  if (likeness_keeper) likeness_keeper->stop();
  if (search_keeper) search_keeper->stop();
  if (privacy) privacy->stop();
  imports.reset();             // what runs ends at its next batch
  if (sealer) sealer->stop();  // it tells automation of alerts
  if (automation) automation->stop();
  if (mail) mail->stop();
  if (workers) workers->stop();
  if (control) control->stop();
  registry.on_swap({});
  if (identity) identity->stop();
  server.reset();
  installer.reset();
  automation.reset();
  audit.reads().stop();
  if (sealer) {
    // What was written since its last round; a failure leaves it to the next start.
    for (auto more = seal(); more && *more;) more = seal();
  }
  registry.clear();  // ends the modules' generations while the database still answers
  if (database && sealer) {
    if (auto known = database->analyze(); !known) log::warn("store.not_analysed", known.error());
  }
  if (database) database->stop();
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Application::~Application() { stop(); }
void Application::stop() { parts_->stop(); }
modules::Installer& Application::installer() { return *parts_->installer; }
identity::Identity& Application::identity() { return *parts_->identity; }
store::Database& Application::database() { return *parts_->database; }
store::KeyRing& Application::keys() { return *parts_->keys; }
const entities::Audit& Application::audit() const { return parts_->audit; }
Result<void> Application::check_files() const { return entities::Files(*parts_->engine).check(); }
std::shared_ptr<const i18n::Catalog> Application::texts() const { return parts_->translator->catalog(); }

Result<std::unique_ptr<Application>> Application::open(const Config& config, Purpose purpose) {
  auto parts = std::make_unique<Parts>(config);
  if (auto opened = parts->open(purpose); !opened) {
    parts->stop();
    return fail(std::move(opened.error()));
  }
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

Result<std::string> Application::serve() {
  Parts& p = *parts_;
  TRY(note_configuration(*p.database, p.audit, p.config, *p.trust->current()));
  p.automation->start([&p](Caller& caller) { p.identity->judge(caller); });
  p.mail->start();
  p.start_tickers();
  TRY_ASSIGN(token, p.identity->prepare_setup());
  http::ServerOptions options;
  options.address = p.config.address;
  options.port = static_cast<std::uint16_t>(p.config.port);
  options.workers = static_cast<unsigned>(p.config.io_threads);
  options.limits.max_header = static_cast<std::size_t>(p.config.limit_header);
  options.limits.max_body = static_cast<std::size_t>(p.config.limit_body);
  options.limits.max_connections = static_cast<std::size_t>(p.config.limit_connections);
  options.limits.keep_alive_timeout = p.config.limit_idle_time;
  options.spool_folder = p.folders.spool;
  options.executor = p.workers.get();
  if (p.config.tls()) options.tls = http::TlsFiles{p.config.tls_certificate, p.config.tls_key};
  TRY_ASSIGN(proxies, parse_networks(p.config.trusted_proxies));
  for (const IpNetwork& network : proxies) options.trusted_proxies.add(network, 0);
  options.hsts = !p.config.development;
  const auto allowed = [&p](const Caller& caller, std::string_view permission) {
    const auto registry = p.registry.current();
    return registry->catalog().permissions.allows(caller, permission);
  };
  TRY_ASSIGN(server, http::Server::start(
                         options, [&p] { return p.registry.routes(); },
                         privacy::consents_first(p.identity->access_check(allowed), *p.privacy),
                         i18n::problem_writer(*p.translator)));
  p.server = std::move(server);
  return token.empty() ? std::string() : address() + "/setup?token=" + token;
}

std::string Application::address() const {
  const Config& config = parts_->config;
  if (!config.public_url.empty()) return config.public_url;
  const std::string host = config.address == "0.0.0.0" || config.address == "::" ? "localhost"
                           : config.address.find(':') != std::string::npos       ? "[" + config.address + "]"
                                                                                 : config.address;
  const int port = parts_->server ? parts_->server->port() : static_cast<int>(config.port);
  return (config.tls() ? "https://" : "http://") + host + ":" + std::to_string(port);
}

Result<modules::Operation> Application::wait_for(const std::string& operation_id) {
  for (;;) {
    std::optional<modules::Operation> found;
    TRY(parts_->database->read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(operation, modules::find_operation(session, operation_id));
      found = std::move(operation);
      return {};
    }));
    if (!found) return fail(Error::not_found("module.no_operation", "There is no such operation."));
    if (found->state != "running") return std::move(*found);
    std::unique_lock lock(parts_->operations_mutex);
    parts_->operation_changed.wait_for(lock, std::chrono::milliseconds(200));
  }
}

fs::path resources_folder(const Config& config) {
  if (!config.resources.empty()) return config.resources;
  std::error_code ec;
  const fs::path program = fs::read_symlink("/proc/self/exe", ec);
  return program.parent_path().parent_path() / "share" / "opsflux";
}

}  // namespace opsflux::cli
