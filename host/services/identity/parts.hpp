// What the routes of identity share. Internal to this folder.
#pragma once

#include <atomic>
#include <span>

#include "host/base/executor.hpp"
#include "host/base/ticker.hpp"
#include "host/http/exchange.hpp"
#include "host/services/identity/admission/mail_links.hpp"
#include "host/services/identity/identity.hpp"
#include "host/services/identity/passwords/policy.hpp"
#include "host/services/identity/sessions/places.hpp"

namespace opsflux::identity {

struct Identity::Parts {
  Parts(store::Database& database, const Clock& clock, IdSource& ids, IdentityOptions options,
        AuditSink audit)
      : database(database),
        clock(clock),
        ids(ids),
        options(std::move(options)),
        audit(std::move(audit)),
        throttle(clock, this->options.throttle),
        link_limits(clock),
        checks(clock, {.limit = 60, .window = std::chrono::minutes(1), .max_keys = 10'000}),
        code_limit(clock, {.limit = 10, .window = std::chrono::hours(1), .max_keys = 10'000}),
        notice_limit(clock, {.limit = 10, .window = std::chrono::hours(1), .max_keys = 10'000}),
        policy(this->options.rules),
        limits(clock),
        anonymous_quota(this->options.anonymous_quota),
        confirm_lifetime(this->options.confirm_lifetime),
        see_as_lifetime(this->options.see_as_lifetime),
        address_rules(clock),
        api_keys(database, clock, limits, standings),
        sms(this->options.sms.provider) {}

  store::Database& database;
  const Clock& clock;
  IdSource& ids;
  const IdentityOptions options;
  const AuditSink audit;
  Standings standings;  // before those that look at them
  Throttle throttle;
  LinkLimits link_limits;
  Throttle checks;        // of passwords while they are typed
  Throttle code_limit;    // of codes that are sent, by user
  Throttle notice_limit;  // of what people tell groups, by user
  PasswordPolicy policy;
  Limits limits;
  LiveValue<std::uint32_t> anonymous_quota;  // requests a minute
  LiveValue<std::chrono::milliseconds> confirm_lifetime, see_as_lifetime;
  AddressRules address_rules;
  ApiKeys api_keys;
  std::atomic<bool> setup_needed{false};
  std::unique_ptr<Sessions> sessions;
  std::unique_ptr<Passwords> passwords;
  std::unique_ptr<Places> places;  // null: nobody knows where an address is
  std::atomic<bool> directory_due{false}, rules_due{false};
  Executor chores{"identity", 1};
  SmsSender sms;
  UtcNs deciders_told = 0;          // of requests for access, last; the thread of `digests`
  std::unique_ptr<Ticker> digests;  // tells them
  InFlight in_flight;               // of writes begun by routes; waited for first

  Result<void> read_directory();
  // Writes an event to the log and, in `transaction`, to the audit trail.
  void tell(store::Transaction& transaction, const AuthEvent& event) const;
  // The same for an event that has no transaction of its own. `done` runs after it, whether it was written or
  // not.
  void tell_alone(AuthEvent event, std::function<void()> done = {});
  // Tells the person of a log-in by a device that is new to him. In the log-in's transaction.
  Result<void> note_log_in(store::Transaction& transaction, const User& user,
                           const http::Request& request) const;
  // Reads all API keys anew, soon; `done` (may be empty) runs after it.
  void reload_keys(std::function<void()> done = {});
  // Mails the person what happened to the account, with the moment as {time}; nothing where no mail can be
  // sent.
  Result<void> notify(store::Transaction& transaction, const User& user, std::string kind,
                      std::vector<std::pair<std::string, std::string>> params = {}) const;
  // A token was used twice, so its session was ended.
  void tell_reuse(const SessionRecord& record, std::string_view address);
  // Queues `work`; Parts stays until `done` has run.
  void write(store::WriteWork work, store::WriteDone done);
  bool https(const http::Request& request) const { return by_https(request, options.public_url); }
};

// An event with what the request tells of the client.
AuthEvent event_of(const http::Request& request, std::string_view action);
ClientFacts client_of(const http::Request& request);

// Refusals of several routes: "identity.too_many_attempts", "identity.hash_failed",
// "identity.user_missing", "identity.foreign_request", "identity.not_enrolling".
Error throttled(const Throttle::Attempt& attempt);
Error hash_failed();
Error user_missing();
Error foreign_request();
Error not_enrolling();
inline constexpr std::string_view kSessionsPermission = "identity.user.sessions";
inline constexpr std::string_view kSeeAsPermission = "identity.user.see_as";
inline constexpr std::string_view kActAsPermission = "identity.user.act_as";
// What remains of the attempts, as rate_limit_fields tells it.
std::string login_fields(const ThrottleOptions& options, const Throttle::Attempt& attempt);

// {"access_token":…,"token_type":"Bearer","expires_in":…,["refresh_token":…,]"user":{…}[,"backup_codes":[…]]},
// and for a browser the cookie instead of the refresh token.
http::Response session_answer(const Identity::Parts& parts, const http::Request& request, int status,
                              const IssuedTokens& issued, const User& user,
                              std::span<const std::string> backup_codes = {});

// Answers 204, or with the error.
std::function<void(Result<void>)> no_content(http::Exchange exchange);

void add_login_route(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_step_routes(Identity::Parts& parts, std::vector<http::Route>& routes);     // login/factor, …
void add_enrol_routes(Identity::Parts& parts, std::vector<http::Route>& routes);    // login/enrol, …
void add_session_routes(Identity::Parts& parts, std::vector<http::Route>& routes);  // refresh, logout
void add_confirm_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_see_as_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_api_key_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_session_list_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_setup_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_admission_routes(Identity::Parts& parts, std::vector<http::Route>& routes);  // links by mail
void add_access_request_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_invitation_routes(Identity& identity, Identity::Parts& parts, std::vector<http::Route>& routes);
void add_user_routes(Identity::Parts& parts, std::vector<http::Route>& routes);     // me
void add_context_routes(Identity::Parts& parts, std::vector<http::Route>& routes);  // for which company
void add_password_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_factor_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_sms_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_group_notice_routes(Identity::Parts& parts, std::vector<http::Route>& routes);
void add_device_routes(Identity::Parts& parts, std::vector<http::Route>& routes);

}  // namespace opsflux::identity
