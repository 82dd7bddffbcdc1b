// Sessions: made at log-in, renewed by rotation, ended by log-out, by the administrator, or by reuse of a
// token that was used before.
//
// Rotation. A refresh gives a new access token and a new refresh token; the old two are dead. An older
// refresh token presented again means that two parties hold the family, so the whole session ends
// ("identity.token_reused"). A browser's secret may be sent once more within kGrace of its rotation, because
// parallel requests of one page cross; it then authenticates and is not rotated again.
//
// A session lives SessionOptions::refresh_lifetime from its last refresh; a browser session from its last
// request (noted once an hour, so that reading does not write), and one that is not to be remembered
// idle_lifetime from it. None lives longer than absolute_lifetime from its log-in.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "host/base/caller.hpp"
#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/ids.hpp"
#include "host/base/live_value.hpp"
#include "host/services/identity/in_flight.hpp"
#include "host/services/identity/rights/standings.hpp"
#include "host/services/identity/session_index.hpp"
#include "host/services/identity/users.hpp"
#include "host/store/database.hpp"

namespace opsflux::identity {

struct SessionOptions {
  LiveValue<std::chrono::milliseconds> access_lifetime{std::chrono::milliseconds(15 * 60'000)};
  LiveValue<std::chrono::milliseconds> refresh_lifetime{std::chrono::hours(7 * 24)};
  LiveValue<std::chrono::milliseconds> idle_lifetime{std::chrono::hours(12)};
  LiveValue<std::chrono::milliseconds> absolute_lifetime{std::chrono::hours(30 * 24)};
  std::size_t max_per_user = 100;  // one more log-in ends the oldest
};
inline constexpr std::chrono::seconds kGrace{30};
inline constexpr std::chrono::minutes kPresenceEvery{5};

// What a log-in or refresh hands to the client. The texts exist nowhere else.
struct IssuedTokens {
  std::string session_id, user_id;
  SessionKind kind = SessionKind::kToken;
  std::string access_token;
  std::string refresh_token;  // or browser secret; empty: unchanged (within the grace of a browser)
  std::chrono::milliseconds access_lifetime{0}, refresh_lifetime{0};
};

struct ClientFacts {
  std::string address, user_agent;
};

// An open session as people see it.
struct SessionView {
  std::string id, address, user_agent;  // the address of the last request
  SessionKind kind = SessionKind::kToken;
  UtcNs created_at = 0, seen = 0, expires = 0;
};

// Safe from any thread. The database must outlive it; the destructor waits for writes that it began.
class Sessions {
 public:
  // Finds the open sessions again, of users who are active. After the migrations. `standings` must outlive
  // it.
  static Result<std::unique_ptr<Sessions>> open(store::Database& database, const Clock& clock, IdSource& ids,
                                                const Standings& standings, SessionOptions options);

  // The caller behind an access token or a browser's secret. No database, no blocking, under a microsecond.
  // Errors (kUnauthenticated): identity.token_unknown, identity.session_expired, identity.token_reused.
  Result<std::shared_ptr<const Caller>> authenticate_bearer(std::string_view token, std::string_view address);
  Result<std::shared_ptr<const Caller>> authenticate_browser(std::string_view secret,
                                                             std::string_view address);

  // Makes a session inside the caller's transaction; it is valid from the commit on. May be run again with
  // the transaction: the tokens to hand out are those of the last run.
  // `remembered`: a browser keeps the session when it is closed.
  Result<IssuedTokens> start(store::Transaction& transaction, const User& user, SessionKind kind,
                             const ClientFacts& client, bool remembered = false);

  using OnIssued = std::function<void(Result<IssuedTokens>)>;
  using InTransaction = std::function<void(store::Transaction&, const IssuedTokens&)>;
  // Rotates. `also` runs in the same transaction; `done` once, on this thread or the store's. `address`: of
  // the client, to be told where a token was used twice.
  void refresh(std::string_view refresh_token, SessionKind kind, InTransaction also, OnIssued done,
               std::string_view address = {});

  // They take effect in memory at once and in the database soon after; `done` (may be empty) then.
  using OnEnded = std::function<void(Result<void>)>;
  void end(std::string_view session_id, OnEnded done = {});
  void end_all(std::string_view user_id, std::string_view except_session = {}, OnEnded done = {});
  // The same, as part of a transaction: they end when it commits.
  Result<void> end_all(store::Transaction& transaction, std::string_view user_id,
                       std::string_view except_session = {});

  // To be called after the commit of any change to a user: ends his sessions when he is no longer active or
  // is deleted (`active` false); else his open sessions take over name, address, language and role.
  void user_changed(const User& user);

  // Judges all open sessions by the standings as they now are.
  void standings_changed();

  // Notes, with the commit, that the person of the session has just proved who he is.
  Result<void> confirm(store::Transaction& transaction, std::string_view session_id);
  // From the commit on the session's caller is that person, with what he may do, or its own one again
  // (nothing). It ends by itself at `until`, and when its person has no longer what that one has.
  Result<void> see_as(store::Transaction& transaction, std::string_view session_id, std::optional<SeenAs> as);

  // Open ones of the user, the most recently used first.
  std::vector<SessionView> list(std::string_view user_id) const;
  // When the person last signed in and when he last did anything; empty where that is not known. His presence
  // is written once in kPresenceEvery of each session.
  struct Presence {
    std::string last_login_at, last_seen_at;
  };
  Result<Presence> presence(store::Session& session, std::string_view user_id) const;
  // Ends that session, with the commit, if it is one of this user's; false: there is none.
  Result<bool> end_of(store::Transaction& transaction, std::string_view user_id, std::string_view session_id);
  // From the commit on the session acts in the name of that company, or of none (empty), as far as the person
  // has a role in it.
  Result<void> act_for(store::Transaction& transaction, std::string_view session_id,
                       const std::string& company);

  std::size_t count() const { return index_.size(); }
  const SessionOptions& options() const { return options_; }
  // The lifetimes, of tokens that are given from now on.
  void take(const SessionOptions& given) {
    options_.access_lifetime = given.access_lifetime;
    options_.refresh_lifetime = given.refresh_lifetime;
    options_.idle_lifetime = given.idle_lifetime;
    options_.absolute_lifetime = given.absolute_lifetime;
  }
  // Told of each session that ends, however; on any thread, must not block. Before requests are served.
  void on_end(std::function<void(const std::string& session_id)> listener) {
    index_.on_removed(std::move(listener));
  }
  // Told of each session whose caller has become another, as somebody else's rights or name; on any thread,
  // must not block. Before requests are served.
  using OnCaller = std::function<void(const std::string& session_id, std::shared_ptr<const Caller> caller)>;
  void on_caller(OnCaller listener) { caller_listener_ = std::move(listener); }
  // Told whenever a family was ended because of reuse; on any thread, must not block.
  void on_reuse(std::function<void(const SessionRecord&, std::string_view address)> listener) {
    reuse_listener_ = std::move(listener);
  }

 private:
  Sessions(store::Database& database, const Clock& clock, IdSource& ids, const Standings& standings,
           SessionOptions options)
      : database_(database), clock_(clock), ids_(ids), standings_(standings), options_(options) {}
  Result<void> load();
  Error reused(const LiveSessionPtr& session, std::string_view address);
  std::shared_ptr<const Caller> caller_of(const LiveSession& session, std::string_view address,
                                          std::string_view user_agent) const;
  std::shared_ptr<const Caller> caller_at(LiveSession& session, std::unique_lock<std::mutex> lock,
                                          std::string_view address);
  bool may_see(const LiveSession& session) const;
  void note_presence(const std::string& user_id, UtcNs now);
  Standing standing_of(const LiveSession& session) const;
  void judge(LiveSession& session);
  void extend(LiveSession& session, UtcNs now);
  // When a session ends that is used now.
  UtcNs end_of_life(const SessionRecord& record, UtcNs now) const;
  void write(store::WriteWork work, OnEnded done);
  Result<void> make_room(store::Transaction& transaction, std::string_view user_id);
  Result<void> drop_expired(store::Transaction& transaction, UtcNs now);
  Result<bool> rotate_row(store::Transaction& transaction, const SessionRecord& next,
                          const Digest& current) const;

  store::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
  const Standings& standings_;
  SessionOptions options_;
  SessionIndex index_;
  std::function<void(const SessionRecord&, std::string_view)> reuse_listener_;
  OnCaller caller_listener_;
  std::atomic<UtcNs> next_sweep_{0};
  std::atomic<bool> seen_as_{false};  // whether anybody ever saw as somebody else
  InFlight in_flight_;                // last: waits first when destroyed
};

}  // namespace opsflux::identity
