#include "host/services/identity/identity.hpp"

#include "host/base/config.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/log.hpp"
#include "host/services/identity/admission/access_requests.hpp"
#include "host/services/identity/admission/mail_tickets.hpp"
#include "host/services/identity/login/confirm.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/sessions/agent.hpp"
#include "host/services/identity/sessions/known_devices.hpp"
#include "host/services/identity/setting_values.hpp"

namespace opsflux::identity {
namespace {

SessionOptions session_options(const SettingValues& settings) {
  SessionOptions out;
  out.access_lifetime = settings.sign_in.access;
  out.refresh_lifetime = settings.sign_in.refresh;
  out.idle_lifetime = settings.sign_in.idle;
  out.absolute_lifetime = settings.sign_in.absolute;
  return out;
}

}  // namespace

IdentityOptions identity_options(const Config& config, const SettingValues& settings) {
  IdentityOptions options;
  options.sessions = session_options(settings);
  options.places_file = config.places_file;
  options.temp_folder = config.data / "tmp";
  options.passwords.memory_bytes = settings.passwords.argon2_memory;
  options.passwords.passes = settings.passwords.argon2_passes;
  options.passwords.threads = static_cast<std::size_t>(config.password_threads);
  options.passwords.max_queue = static_cast<std::size_t>(config.password_queue);
  options.throttle.limit = settings.defence.login_failures;
  options.throttle.window = settings.defence.login_window;
  options.anonymous_quota = settings.defence.anonymous_requests;
  options.confirm_lifetime = settings.sign_in.confirm;
  options.see_as_lifetime = settings.sign_in.see_as;
  options.public_url = config.public_url;
  return options;
}

Identity::Identity(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

// The pool first: its tasks use the rest of Parts.
Identity::~Identity() {
  if (parts_->passwords) parts_->passwords->stop();
}

Result<std::unique_ptr<Identity>> Identity::open(store::Database& database, const Clock& clock, IdSource& ids,
                                                 IdentityOptions options, AuditSink audit) {
  auto parts = std::make_unique<Parts>(database, clock, ids, std::move(options), std::move(audit));
  TRY_ASSIGN(passwords, Passwords::create(parts->options.passwords));
  parts->passwords = std::move(passwords);
  TRY(parts->read_directory());
  TRY_ASSIGN(sessions, Sessions::open(database, clock, ids, parts->standings, parts->options.sessions));
  parts->sessions = std::move(sessions);
  if (!parts->options.places_file.empty()) {
    TRY_ASSIGN(places, Places::open(parts->options.places_file, parts->options.temp_folder));
    parts->places = std::move(places);
  }
  bool users = false;
  auto read = database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(any, any_user(session));
    users = any;
    TRY(parts->address_rules.load(session));
    return parts->api_keys.load(session);
  });
  TRY(std::move(read));
  parts->setup_needed = !users;
  Parts* raw = parts.get();
  parts->sessions->on_reuse(
      [raw](const SessionRecord& record, std::string_view address) { raw->tell_reuse(record, address); });
  parts->digests = std::make_unique<Ticker>("digests", [raw] { return tell_deciders(*raw); });
  return std::unique_ptr<Identity>(new Identity(std::move(parts)));
}

void Identity::settings_changed(const SettingValues& settings) {
  parts_->sessions->take(session_options(settings));
  parts_->throttle.take(settings.defence.login_failures, settings.defence.login_window);
  parts_->anonymous_quota = settings.defence.anonymous_requests;
  parts_->confirm_lifetime = settings.sign_in.confirm;
  parts_->see_as_lifetime = settings.sign_in.see_as;
}

http::AccessCheck Identity::access_check(PermissionTest allowed) {
  return identity::access_check(
      {*parts_->sessions, parts_->api_keys, parts_->limits, parts_->address_rules, parts_->anonymous_quota,
       [this](const Caller& caller) { return require_confirmed(caller); }, parts_->options.public_url,
       std::move(allowed), [this] { address_rules_changed(); }});
}

std::vector<http::Route> Identity::routes() {
  std::vector<http::Route> routes;
  add_setup_routes(*parts_, routes);
  add_login_route(*parts_, routes);
  add_step_routes(*parts_, routes);
  add_enrol_routes(*parts_, routes);
  add_session_routes(*parts_, routes);
  add_session_list_routes(*parts_, routes);
  add_api_key_routes(*parts_, routes);
  add_confirm_routes(*parts_, routes);
  add_see_as_routes(*parts_, routes);
  add_user_routes(*parts_, routes);
  add_context_routes(*parts_, routes);
  add_admission_routes(*parts_, routes);
  add_access_request_routes(*parts_, routes);
  add_invitation_routes(*this, *parts_, routes);
  add_password_routes(*parts_, routes);
  add_factor_routes(*parts_, routes);
  add_device_routes(*parts_, routes);
  add_group_notice_routes(*parts_, routes);
  add_sms_routes(*parts_, routes);
  return routes;
}

Sessions& Identity::sessions() { return *parts_->sessions; }
Passwords& Identity::passwords() { return *parts_->passwords; }

// One reading at a time; a change during one is read by the next.
void Identity::directory_changed() {
  if (parts_->directory_due.exchange(true)) return;
  parts_->chores.post([parts = parts_.get()] {
    parts->directory_due = false;
    if (const auto read = parts->read_directory(); !read)
      return log::error("identity.directory_not_read", read.error());
    parts->sessions->standings_changed();
  });
}

void Identity::day_passes() {
  if (parts_->standings.directory()->day != format_utc(parts_->clock.now()).substr(0, 10))
    directory_changed();
}

void Identity::catalog_changed(const entities::Catalog& catalog) {
  parts_->standings.set_permissions(catalog.permissions);
  parts_->sessions->standings_changed();
  parts_->chores.post([parts = parts_.get(), named = roles_named(catalog)] {
    const auto made = parts->database.write_now([&](store::Transaction& transaction) {
      return make_missing_roles(transaction, named, parts->clock.now());
    });
    if (!made) log::error("identity.roles_not_made", made.error());
    const auto read = parts->read_directory();
    if (!read) log::error("identity.directory_not_read", read.error());
    parts->sessions->standings_changed();
  });
}

const Standings& Identity::standings() const { return parts_->standings; }

void Identity::judge(Caller& caller) const {
  if (by_key(caller)) return parts_->api_keys.judge(caller);
  take(parts_->standings.of_author(caller), caller);
}

Result<void> Identity::Parts::read_directory() {
  return database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(directory, load_directory(session, clock.now()));
    standings.set_directory(std::move(directory));
    return {};
  });
}

Result<void> Identity::require_confirmed(const Caller& caller) const {
  if (is_confirmed(caller, parts_->clock.now(), parts_->confirm_lifetime)) return {};
  return fail(confirm_needed());
}

UtcNs Identity::now() const { return parts_->clock.now(); }

Result<void> Identity::prune_access_requests(UtcNs before) { return forget_access_requests(*parts_, before); }

Result<void> Identity::prune(UtcNs before) {
  return parts_->database.write_now(
      [&](store::Transaction& transaction) { return prune_mail_tickets(transaction, before); });
}

void Identity::address_rules_changed() {
  if (parts_->rules_due.exchange(true)) return;
  parts_->chores.post([parts = parts_.get()] {
    parts->rules_due = false;
    const auto read =
        parts->database.read([&](store::Session& session) { return parts->address_rules.load(session); });
    if (!read) log::error("identity.address_rules_not_read", read.error());
  });
}

Result<void> Identity::keep_in(store::Transaction& transaction, const Caller& caller) const {
  return parts_->address_rules.keep_in(transaction, caller, caller.administrator());
}

ApiKeys& Identity::api_keys() { return parts_->api_keys; }

void Identity::api_keys_changed(std::string_view gone) {
  if (!gone.empty()) parts_->api_keys.forget(gone);
  parts_->reload_keys();
}

void Identity::Parts::reload_keys(std::function<void()> done) {
  chores.post([this, done = std::move(done)] {
    const auto read = database.read([&](store::Session& session) { return api_keys.load(session); });
    if (!read) log::error("identity.api_keys_not_read", read.error());
    if (done) done();
  });
}

void Identity::stop() {
  if (parts_->digests) parts_->digests->stop();
  parts_->sms.stop();
  parts_->chores.stop();
  parts_->passwords->stop();
}

Result<void> Identity::keep_an_administrator(store::Transaction& transaction, std::string_view user_id) {
  TRY_ASSIGN(other, other_administrator(transaction, user_id));
  if (other) return {};
  return fail(
      Error::conflict("identity.last_administrator",
                      "This is the last active administrator. Make somebody else an administrator first."));
}

void Identity::Parts::tell(store::Transaction& transaction, const AuthEvent& event) const {
  log::info("identity." + std::string(event.action), {{"user", event.user_id},
                                                      {"email", event.email},
                                                      {"session", event.session_id},
                                                      {"address", event.address},
                                                      {"by", event.by}});
  if (audit) audit(transaction, event);
}

Result<void> Identity::Parts::note_log_in(store::Transaction& transaction, const User& user,
                                          const http::Request& request) const {
  const ClientFacts client = client_of(request);
  TRY_ASSIGN(is_new,
             note_device(transaction, user.id, device_mark(client.user_agent, client.address), clock.now()));
  if (!is_new) return {};
  AuthEvent event = event_of(request, "login.new_device");
  event.user_id = user.id;
  event.email = user.email;
  tell(transaction, event);
  const Agent agent = agent_of(client.user_agent);
  std::string location = places ? places->of(client.address, user.language) : "";
  if (!location.empty()) location = " (" + location + ")";
  return notify(transaction, user, "new_device",
                {{"browser", std::string(agent.browser)},
                 {"system", std::string(agent.system)},
                 {"address", client.address + location}});
}

void Identity::Parts::tell_alone(AuthEvent event, std::function<void()> done) {
  write(
      [this, event = std::move(event)](store::Transaction& transaction) -> Result<void> {
        tell(transaction, event);
        return {};
      },
      [done = std::move(done)](Result<void> result) {
        if (!result) log::error("identity.audit_failed", result.error());
        if (done) done();
      });
}

void Identity::Parts::write(store::WriteWork work, store::WriteDone done) {
  database.write(std::move(work), [done = std::move(done), guard = in_flight.enter()](Result<void> result) {
    done(std::move(result));
  });
}

AuthEvent event_of(const http::Request& request, std::string_view action) {
  AuthEvent event;
  event.action = action;
  event.address = request.client_address();
  event.user_agent = client_of(request).user_agent;
  return event;
}

ClientFacts client_of(const http::Request& request) {
  return {std::string(request.client_address()), std::string(request.header("user-agent").value_or(""))};
}

std::function<void(Result<void>)> no_content(http::Exchange exchange) {
  return [exchange](Result<void> result) mutable {
    if (!result)
      exchange.fail(result.error());
    else
      exchange.respond(http::Response::no_content());
  };
}

http::Response session_answer(const Identity::Parts& parts, const http::Request& request, int status,
                              const IssuedTokens& issued, const User& user,
                              std::span<const std::string> backup_codes) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  if (!issued.access_token.empty()) {
    json.key("access_token").string(issued.access_token).key("token_type").string("Bearer");
    json.key("expires_in").number(static_cast<std::int64_t>(issued.access_lifetime.count() / 1000));
  }
  const bool browser = issued.kind == SessionKind::kBrowser;
  if (!browser) json.key("refresh_token").string(issued.refresh_token);
  json.key("user").raw(user_json(user));
  if (!backup_codes.empty()) {
    json.key("backup_codes").begin_array();
    for (const std::string& code : backup_codes) json.string(code);
    json.end_array();
  }
  json.end_object();
  auto response = http::Response::json(status, std::move(out));
  if (browser && !issued.refresh_token.empty())
    response.header("Set-Cookie",
                    session_cookie(issued.refresh_token, issued.refresh_lifetime, parts.https(request)));
  return response;
}

}  // namespace opsflux::identity
