// The identity service: users, passwords, sessions, set-up. What the composition root wires:
//
//   Identity::open(...)               after the migrations of this folder were applied
//   prepare_setup() / create_first_administrator()   before the server listens
//   routes()                          into the registry's route table
//   access_check(allowed)             into http::Server::start
//   sessions().user_changed(user)     after the commit of every change to an identity.user (entity engine);
//                                     for a deletion with `active` false. It ends the sessions of a user who
//                                     was deactivated, deleted or given another role, at once.
//   directory_changed()               after the commit of every change to a role, a grant, a group or a
//   membership keep_an_administrator(...)        in the transaction of such a change, before the commit
//
// At the end: stop the server, Identity::stop(), stop the database, then destroy in any order that keeps the
// database longer than this.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/ids.hpp"
#include "host/http/router.hpp"
#include "host/services/identity/access.hpp"
#include "host/services/identity/admission/invitation.hpp"
#include "host/services/identity/admission/notice.hpp"
#include "host/services/identity/admission/record_writer.hpp"
#include "host/services/identity/auth_event.hpp"
#include "host/services/identity/defence/address_rules.hpp"
#include "host/services/identity/defence/limits.hpp"
#include "host/services/identity/factors/sms.hpp"
#include "host/services/identity/keys/api_keys.hpp"
#include "host/services/identity/login/rules.hpp"
#include "host/services/identity/passwords.hpp"
#include "host/services/identity/sessions.hpp"
#include "host/services/identity/throttle.hpp"
#include "host/store/database.hpp"

namespace opsflux {
struct Config;
class SecretBox;
}  // namespace opsflux

namespace opsflux::identity {

struct SettingValues;

struct IdentityOptions {
  SessionOptions sessions;
  PasswordOptions passwords;
  ThrottleOptions throttle;
  const SecretBox* box = nullptr;  // for secrets of second factors; outlives the service
  SignInRulesSource rules = [] { return SignInRules{}; };
  LiveValue<std::uint32_t> anonymous_quota =
      300u;  // requests a minute of an address without a caller; 0: any
  LiveValue<std::chrono::milliseconds> confirm_lifetime{std::chrono::minutes(10)};  // see login/confirm.hpp
  LiveValue<std::chrono::milliseconds> see_as_lifetime{std::chrono::minutes(30)};
  std::filesystem::path places_file;  // see Places; empty: none
  std::filesystem::path temp_folder;
  std::string public_url;  // without a slash at its end; empty: unknown
  Notices notices;
  Sms sms;
  MakePerson make_person;  // empty: nobody can accept an invitation
  RecordWriter records;
  PermissionTest allowed;            // empty: nobody hears of requests for access
  std::function<bool()> closed;      // whether people may ask for access; empty: no. Any thread
  std::function<bool()> magic_link;  // whether people may sign in by a mailed link; empty: no. Any thread
};
// Where the configuration gives none of these, `settings` has what holds; see setting_values.hpp.
IdentityOptions identity_options(const Config& config, const SettingValues& settings);

class Identity {
 public:
  // `audit` may be empty. All references must outlive this.
  static Result<std::unique_ptr<Identity>> open(store::Database& database, const Clock& clock, IdSource& ids,
                                                IdentityOptions options, AuditSink audit);
  ~Identity();

  // Before the server listens. Without any user: makes a new set-up token (an earlier one is void), stores
  // its digest and returns it, to be shown to the administrator. With users: empty.
  Result<std::string> prepare_setup();
  // The unattended first start. False, and nothing changed, when there is a user already.
  // Errors: identity.email_invalid, identity.password_short, …
  Result<bool> create_first_administrator(std::string_view email, std::string_view password);

  // /api/v1/setup, /api/v1/auth/*, /api/v1/identity/users/{id}/password. They must not outlive this.
  std::vector<http::Route> routes();
  http::AccessCheck access_check(PermissionTest allowed);

  Sessions& sessions();
  Passwords& passwords();

  // Takes second factors, backup codes and trusted devices away from the user with that address, as the
  // operator of this machine; tells how many factors. "identity.user_missing".
  Result<std::int64_t> remove_factors(std::string_view email);

  // Refuses (Conflict "identity.last_administrator") a change after which `user_id` would no longer be an
  // active administrator while no other one is left. In the transaction of the change, before or after its
  // UPDATE.
  static Result<void> keep_an_administrator(store::Transaction& transaction, std::string_view user_id);

  // After the commit of a change to roles, grants, groups, memberships, companies, departments or
  // assignments: open sessions are judged by it, within a second. Any thread; does not block.
  void directory_changed();
  // Does the same when a day has begun since the last reading, as roles in companies end with their day. Any
  // thread; does not block.
  void day_passes();
  // Before requests meet another catalogue. Roles that its definitions name and that nobody has made are made
  // soon after.
  void catalog_changed(const entities::Catalog& catalog);
  const Standings& standings() const;
  // Gives somebody who is known by user and role only, or by his API key, the rights that these have now.
  void judge(Caller& caller) const;

  // "identity.confirm_needed" unless the caller has proved lately who he is. Any thread.
  Result<void> require_confirmed(const Caller& caller) const;

  UtcNs now() const;
  // When an invitation ends that is to end at `wanted` (empty: as usual). "identity.invitation_end".
  Result<std::string> invitation_end(std::string_view wanted) const;
  // Ends earlier links of the invitation, makes a new one and mails it, with the transaction.
  // "identity.invite_no_mail", "identity.email_taken", "identity.invitation_end".
  Result<void> send_invitation(store::Transaction& transaction, const Invitation& invitation);

  // In the transaction of the change: tells both addresses of it.
  Result<void> email_changed(store::Transaction& transaction, const User& user,
                             const std::string& before) const;

  // Forgets mailed links and the like that ended before. Housekeeping.
  Result<void> prune(UtcNs before);
  // The same for requests for access, which are deleted as records.
  Result<void> prune_access_requests(UtcNs before);

  // After a change of the settings: lives of tokens and limits of log-ins, from now on. Any thread; does not
  // block. What a password's hash costs is taken at the start.
  void settings_changed(const SettingValues& settings);

  // After the commit of a change to an address rule. Any thread; does not block.
  void address_rules_changed();
  // In its transaction: refuses what would keep out him who makes it.
  Result<void> keep_in(store::Transaction& transaction, const Caller& caller) const;

  // API keys: their rights; and after the commit of a change to a key (`gone`: deleted), a user, a group or a
  // membership. Any thread; does not block.
  ApiKeys& api_keys();
  void api_keys_changed(std::string_view gone = {});

  void stop();  // no more password work; what waits is finished

  struct Parts;  // internal, shared with the routes

 private:
  explicit Identity(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace opsflux::identity
