#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/cli/application_parts.hpp"
#include "host/cli/flag_wiring.hpp"
#include "host/cli/settings_wiring.hpp"
#include "host/entities/duplicates.hpp"
#include "host/entities/files.hpp"
#include "host/entities/search.hpp"
#include "host/services/api_docs/api_docs_routes.hpp"
#include "host/services/app/app_routes.hpp"
#include "host/services/audit/audit_routes.hpp"
#include "host/services/custom_fields/custom_field_routes.hpp"
#include "host/services/custom_fields/field_input.hpp"
#include "host/services/files/file_routes.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/identity/rights/rights_routes.hpp"
#include "host/services/mail/mail_routes.hpp"
#include "host/services/modules/module_routes.hpp"
#include "host/services/preferences/preference_routes.hpp"
#include "host/services/privacy/privacy_routes.hpp"
#include "host/services/settings/setting_routes.hpp"
#include "host/services/system/system_routes.hpp"
#include "host/services/texts/text_routes.hpp"

namespace opsflux::cli {
namespace fs = std::filesystem;

namespace {

void add_custom_texts(i18n::CatalogBuilder& builder, const entities::CustomFields& fields) {
  for (const i18n::Language language : i18n::kLanguages) {
    const Json texts = custom_fields::texts_of(fields, language);
    for (const auto& [module, of_module] : texts.items())
      if (auto added = builder.add(language, of_module, module, "custom fields"); !added)
        log::warn("custom_field.texts_refused", added.error());
  }
}

}  // namespace

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
  if (auto made = make_declared_flags(*database, *engine, registry.current(), *translator->catalog()); !made)
    log::error("settings.flags_not_made", made.error());
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
                      {"OpsFlux", config.development, &identity->standings(),
                       [this](const Caller& caller) { return flags.book()->all_on(caller); }}));
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
