// What an instance is made of, and how its parts are tied together. Internal to this folder.
#pragma once

#include <condition_variable>

#include "host/base/log.hpp"
#include "host/base/ticker.hpp"
#include "host/cli/application.hpp"
#include "host/cli/audit_wiring.hpp"
#include "host/entities/audit_reads.hpp"
#include "host/http/server.hpp"
#include "host/package/trust_folder.hpp"
#include "host/services/audit/alerts.hpp"
#include "host/services/audit/audit_trail.hpp"
#include "host/services/automation/automation_service.hpp"
#include "host/services/identity/identity.hpp"
#include "host/services/identity/setting_values.hpp"
#include "host/services/imports/imports.hpp"
#include "host/services/live/record_events.hpp"
#include "host/services/mail/mail.hpp"
#include "host/services/preferences/preferences.hpp"
#include "host/services/privacy/privacy.hpp"
#include "host/services/settings/flags.hpp"
#include "host/services/texts/texts.hpp"
#include "host/store/blobs.hpp"
#include "host/store/key_ring.hpp"

namespace opsflux::cli {

// The folders of an instance, all below the data folder.
struct Folders {
  std::filesystem::path modules, uploads, spool, temp, trust;

  Result<void> make(const Config& config) {
    modules = config.data / "modules";
    uploads = config.data / "uploads";
    temp = config.data / "tmp";
    spool = config.spool;
    trust = config.trusted_keys;
    for (const std::filesystem::path& folder : {config.data, modules, uploads, spool, temp, trust})
      TRY(make_folders(folder));
    return {};
  }
};

// Declared in the order in which parts need one another; destroyed the other way round.
struct Application::Parts final : entities::ChangeListener {
  explicit Parts(const Config& given) : config(given) {}

  Config config;
  std::filesystem::path resources;
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
  settings_service::Flags flags{[this](std::string_view name, const auto& before, const auto& now) {
    if (!hub.anybody()) return;
    hub.publish("flags", "{}", [&](const Caller& one) { return before.on(name, one) != now.on(name, one); });
  }};
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
    return automation->record_changed(transaction, change);
  }
  // Programs have their keys from somebody who was asked.
  Result<void> may_export(const Caller& caller, std::int64_t rows) override {
    const std::int64_t free = identity_settings->now()->defence.export_confirm_rows;
    const bool asked = free > 0 && rows > free && caller.key_id.empty() && !caller.session_id.empty();
    return asked ? identity->require_confirmed(caller) : Result<void>();
  }
  void committed(std::string_view entity, std::string_view id, std::string_view action) override {
    if (const auto current = registry.current(); current != nullptr)
      live::publish_record(hub, current->catalog(), {entity, id, action});
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

}  // namespace opsflux::cli
