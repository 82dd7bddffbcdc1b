#include "host/services/identity/sessions.hpp"

#include <algorithm>

#include "host/base/log.hpp"

namespace opsflux::identity {
namespace {

using std::chrono::milliseconds;

constexpr UtcNs kNsPerMs = 1'000'000;
constexpr UtcNs kHourNs = 3'600'000 * kNsPerMs;
constexpr UtcNs kSweepEveryNs = kHourNs / 6;
constexpr UtcNs kGraceNs = std::chrono::nanoseconds(kGrace).count();
constexpr std::size_t kMaxUserAgent = 200;  // bytes kept

UtcNs after(UtcNs now, milliseconds lifetime) { return now + lifetime.count() * kNsPerMs; }

Error unknown_token() {
  return Error::unauthenticated("identity.token_unknown", "The access token is not valid. Sign in again.");
}
Error expired() {
  return Error::unauthenticated("identity.session_expired", "The session has expired. Sign in again.");
}
Error reuse_error() {
  return Error::unauthenticated(
      "identity.token_reused",
      "This token was used before, so the session was ended for safety. Sign in again.");
}

std::string_view kind_name(SessionKind kind) { return kind == SessionKind::kBrowser ? "browser" : "token"; }

// Cut between characters.
std::string short_agent(std::string_view text) {
  std::size_t end = std::min(text.size(), kMaxUserAgent);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

}  // namespace

Result<std::unique_ptr<Sessions>> Sessions::open(store::Database& database, const Clock& clock, IdSource& ids,
                                                 const Standings& standings, SessionOptions options) {
  auto sessions = std::unique_ptr<Sessions>(new Sessions(database, clock, ids, standings, options));
  TRY(sessions->load());
  return sessions;
}

Result<void> Sessions::load() {
  const std::string now = format_utc(clock_.now());
  const auto add = [this](const store::Row& row) {
    const auto time = [&](int column) { return parse_utc(row.text(column)).value_or(0); };
    SessionRecord record;
    record.id = row.string(0);
    record.user_id = row.string(1);
    record.kind = row.text(2) == "browser" ? SessionKind::kBrowser : SessionKind::kToken;
    record.family = digest_from_hex(row.text(3));
    record.secret = digest_from_hex(row.text(4));
    if (!row.is_null(5)) record.previous = digest_from_hex(row.text(5));
    record.rotated_at = time(6);
    record.access = digest_from_hex(row.text(7));
    record.access_expires = time(8);
    record.created_at = time(9);
    record.last_used = time(10);
    record.expires = time(11);
    record.remembered = row.boolean(18);
    record.absolute_end = row.is_null(19) ? after(record.created_at, options_.absolute_lifetime) : time(19);
    auto session = std::make_shared<LiveSession>();
    session->owner = {
        record.user_id, row.string(13), row.string(14), row.string(15), row.string(16), "", "", true};
    session->record = std::move(record);
    if (!row.is_null(20)) session->confirmed_at = time(20);
    if (!row.is_null(23)) {
      session->as = SeenAs{
          {row.string(23), row.string(24), row.string(25), row.string(26), row.string(27), "", "", true},
          row.boolean(21),
          time(22)};
      seen_as_ = true;
    }
    if (!row.is_null(28)) session->company = row.string(28);
    session->caller = caller_of(*session, row.text(12), row.text(17));
    index_.add(std::move(session));
    return true;
  };
  return database_.read([&](store::Session& session) {
    return session.query(
        "SELECT s.id, s.user_id, s.kind, s.family_hash, s.secret_hash, s.previous_hash, s.rotated_at, "
        "s.access_hash, "
        "s.access_expires_at, s.created_at, s.last_used_at, s.expires_at, s.address, u.email, u.name, "
        "u.role, u.language, s.user_agent, s.remembered, s.absolute_expires_at, s.confirmed_at, s.as_writes, "
        "s.as_until, v.id, v.email, v.name, v.role, v.language, s.company "
        "FROM identity_session s JOIN identity_user u ON u.id = s.user_id "
        "LEFT JOIN identity_user v ON v.id = s.as_user AND v.active = $2 AND v.deleted_at IS NULL "
        "AND s.as_until > $1 "
        "WHERE s.expires_at > $1 AND u.active = $2 AND u.deleted_at IS NULL ORDER BY s.created_at, s.id",
        {now, true}, add);
  });
}

std::shared_ptr<const Caller> Sessions::caller_of(const LiveSession& session, std::string_view address,
                                                  std::string_view user_agent) const {
  const User& person = session.as ? session.as->person : session.owner;
  Caller caller;
  caller.user_id = person.id;
  caller.name = person.name;
  caller.email = person.email;
  caller.language = session.owner.language;
  caller.session_id = session.record.id;
  caller.address = address;
  caller.user_agent = user_agent;
  if (session.as) {
    caller.actor_id = session.owner.id;
    caller.actor_name = session.owner.name;
    caller.read_only = !session.as->writes;
  } else {
    caller.confirmed_at = session.confirmed_at;
  }
  identity::take(standing_of(session), caller);
  return std::make_shared<const Caller>(std::move(caller));
}

// The caller with the address of this request, which is noted as its session's last use; made anew only when
// the client's address changed or its view of another's things has ended.
std::shared_ptr<const Caller> Sessions::caller_at(LiveSession& session, std::unique_lock<std::mutex> lock,
                                                  std::string_view address) {
  session.seen = clock_.now();
  const bool over = session.as && session.as->until <= session.seen;
  if (over) session.as.reset();
  if (over || session.caller->address != address)
    session.caller = caller_of(session, address, session.caller->user_agent);
  auto caller = session.caller;
  const UtcNs now = session.seen;
  std::string present;
  if (now - session.presence_noted >= std::chrono::nanoseconds(kPresenceEvery).count()) {
    session.presence_noted = now;
    present = session.owner.id;
  }
  lock.unlock();
  if (!present.empty()) note_presence(present, now);
  if (over && caller_listener_) caller_listener_(caller->session_id, caller);
  return caller;
}

void Sessions::note_presence(const std::string& user_id, UtcNs now) {
  write(
      [user_id, now = format_utc(now)](store::Transaction& transaction) -> Result<void> {
        TRY(
            transaction.execute("INSERT INTO identity_presence (user_id, last_seen_at) VALUES ($1, $2) "
                                "ON CONFLICT (user_id) DO UPDATE SET last_seen_at = excluded.last_seen_at",
                                {user_id, now}));
        return {};
      },
      {});
}

Result<std::shared_ptr<const Caller>> Sessions::authenticate_bearer(std::string_view token,
                                                                    std::string_view address) {
  if (!is_access_token(token)) return fail(unknown_token());
  const Digest digest = digest_of(token);
  const LiveSessionPtr session = index_.find(digest);
  if (session == nullptr) return fail(unknown_token());
  std::unique_lock lock(session->mutex);
  if (session->ended || session->record.access != digest) return fail(unknown_token());
  if (session->record.access_expires <= clock_.now()) return fail(expired());
  return caller_at(*session, std::move(lock), address);
}

Result<std::shared_ptr<const Caller>> Sessions::authenticate_browser(std::string_view secret,
                                                                     std::string_view address) {
  if (!is_refresh_token(secret, SessionKind::kBrowser)) return fail(unknown_token());
  const Digest digest = digest_of(secret);
  LiveSessionPtr session = index_.find(digest);
  if (session == nullptr) {
    session = index_.find(family_of(secret));
    return fail(session == nullptr ? unknown_token() : reused(session, address));
  }
  const UtcNs now = clock_.now();
  {
    std::unique_lock lock(session->mutex);
    const SessionRecord& record = session->record;
    if (session->ended) return fail(unknown_token());
    if (record.expires <= now) return fail(expired());
    const bool in_grace = record.previous == digest && now - record.rotated_at <= kGraceNs;
    if (record.secret == digest || in_grace) {
      if (now - record.last_used >= std::min(kHourNs, (record.expires - record.last_used) / 8))
        extend(*session, now);
      return caller_at(*session, std::move(lock), address);
    }
  }
  return fail(reused(session, address));
}

// With the session's mutex held. In memory at once, in the database when the writer comes to it.
void Sessions::extend(LiveSession& session, UtcNs now) {
  session.record.last_used = now;
  session.record.expires = end_of_life(session.record, now);
  write(
      [id = session.record.id, used = format_utc(now),
       expires = format_utc(session.record.expires)](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.execute(
            "UPDATE identity_session SET last_used_at = $2, expires_at = $3 WHERE id = $1",
            {id, used, expires}));
        return {};
      },
      {});
}

UtcNs Sessions::end_of_life(const SessionRecord& record, UtcNs now) const {
  const bool idle = record.kind == SessionKind::kBrowser && !record.remembered;
  const UtcNs end = after(now, idle ? std::min(options_.idle_lifetime.get(), options_.refresh_lifetime.get())
                                    : options_.refresh_lifetime.get());
  return std::min(end, record.absolute_end);
}

Error Sessions::reused(const LiveSessionPtr& session, std::string_view address) {
  SessionRecord record;
  {
    std::lock_guard lock(session->mutex);
    if (session->ended) return unknown_token();
    record = session->record;
  }
  log::warn("identity.token_reused",
            {{"user", record.user_id}, {"session", record.id}, {"address", address}});
  // First, so that it still finds what the session was opened with.
  if (reuse_listener_) reuse_listener_(record, address);
  end(record.id);
  return reuse_error();
}

void Sessions::write(store::WriteWork work, OnEnded done) {
  database_.write(std::move(work), [done = std::move(done), guard = in_flight_.enter()](Result<void> result) {
    if (!result) log::error("identity.session_write_failed", result.error());
    if (done) done(std::move(result));
  });
}

Result<IssuedTokens> Sessions::start(store::Transaction& transaction, const User& user, SessionKind kind,
                                     const ClientFacts& client, bool remembered) {
  const UtcNs now = clock_.now();
  TRY(drop_expired(transaction, now));
  TRY(make_room(transaction, user.id));
  IssuedTokens issued{ids_.next(),
                      user.id,
                      kind,
                      new_access_token(),
                      new_refresh_token(kind, remembered && kind == SessionKind::kBrowser),
                      options_.access_lifetime,
                      options_.refresh_lifetime};
  SessionRecord record;
  record.id = issued.session_id;
  record.user_id = user.id;
  record.kind = kind;
  record.family = family_of(issued.refresh_token);
  record.secret = digest_of(issued.refresh_token);
  record.access = digest_of(issued.access_token);
  record.created_at = record.last_used = now;
  record.access_expires = after(now, options_.access_lifetime);
  record.remembered = remembered && kind == SessionKind::kBrowser;
  record.absolute_end = after(now, options_.absolute_lifetime);
  record.expires = end_of_life(record, now);
  const std::string company = standings_.first_company(user.id);
  TRY(transaction.execute(
      "INSERT INTO identity_session (id, user_id, kind, family_hash, secret_hash, access_hash, "
      "access_expires_at, created_at, "
      "last_used_at, expires_at, address, user_agent, remembered, absolute_expires_at, confirmed_at, "
      "company) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $8, $14)",
      {record.id, record.user_id, kind_name(kind), hex_of(record.family), hex_of(record.secret),
       hex_of(record.access), format_utc(record.access_expires), format_utc(now), format_utc(record.expires),
       store::text_or_null(std::string_view(client.address)), short_agent(client.user_agent),
       record.remembered, format_utc(record.absolute_end), store::text_or_null(std::string_view(company))}));
  TRY(
      transaction.execute("INSERT INTO identity_presence (user_id, last_login_at, last_seen_at) "
                          "VALUES ($1, $2, $2) ON CONFLICT (user_id) DO UPDATE SET "
                          "last_login_at = excluded.last_login_at, last_seen_at = excluded.last_seen_at",
                          {user.id, format_utc(now)}));
  auto session = std::make_shared<LiveSession>();
  session->presence_noted = now;
  session->record = std::move(record);
  session->owner = user;
  session->company = company;
  session->confirmed_at = now;
  session->caller = caller_of(*session, client.address, short_agent(client.user_agent));
  transaction.on_commit([this, session = std::move(session), guard = in_flight_.enter()] {
    index_.add(session);
    judge(*session);  // the standings may have changed
  });
  return issued;
}

Result<void> Sessions::make_room(store::Transaction& transaction, std::string_view user_id) {
  const auto open = index_.of_user(user_id);
  for (std::size_t i = 0; i + options_.max_per_user <= open.size(); ++i) {
    std::string id;
    {
      std::lock_guard lock(open[i]->mutex);
      id = open[i]->record.id;
    }
    TRY(transaction.execute("DELETE FROM identity_session WHERE id = $1", {id}));
    transaction.on_commit([this, session = open[i], guard = in_flight_.enter()] { index_.remove(session); });
  }
  return {};
}

// Rides on log-ins, at most once in ten minutes: expired rows need no timer of their own.
Result<void> Sessions::drop_expired(store::Transaction& transaction, UtcNs now) {
  if (now < next_sweep_.load()) return {};
  next_sweep_ = now + kSweepEveryNs;
  TRY(transaction.execute("DELETE FROM identity_session WHERE expires_at <= $1", {format_utc(now)}));
  transaction.on_commit([this, now, guard = in_flight_.enter()] {
    for (const LiveSessionPtr& session : index_.expired(now)) index_.remove(session);
  });
  return {};
}

void Sessions::refresh(std::string_view refresh_token, SessionKind kind, InTransaction also, OnIssued done,
                       std::string_view address) {
  if (!is_refresh_token(refresh_token, kind)) return done(fail(unknown_token()));
  const Digest current = digest_of(refresh_token);
  LiveSessionPtr session = index_.find(current);
  if (session == nullptr) session = index_.find(family_of(refresh_token));
  if (session == nullptr) return done(fail(unknown_token()));
  const UtcNs now = clock_.now();
  SessionRecord next;
  {
    std::lock_guard lock(session->mutex);
    if (session->ended) return done(fail(unknown_token()));
    next = session->record;
  }
  if (next.expires <= now) return done(fail(expired()));
  const bool crossed =
      kind == SessionKind::kBrowser && next.previous == current && now - next.rotated_at <= kGraceNs;
  if (next.secret != current && !crossed) return done(fail(reused(session, address)));

  auto issued =
      std::make_shared<IssuedTokens>(IssuedTokens{next.id, next.user_id, kind, new_access_token(), "",
                                                  options_.access_lifetime, options_.refresh_lifetime});
  const Digest expected = next.secret;
  if (!crossed) {
    issued->refresh_token = next_refresh_token(refresh_token);
    next.previous = next.secret;
    next.secret = digest_of(issued->refresh_token);
    next.rotated_at = now;
  }
  next.access = digest_of(issued->access_token);
  next.access_expires = after(now, options_.access_lifetime);
  next.last_used = now;
  next.expires = end_of_life(next, now);
  auto lost = std::make_shared<bool>(false);  // another refresh with the same token was first
  database_.write(
      [this, issued, next, expected, lost,
       also = std::move(also)](store::Transaction& transaction) -> Result<void> {
        TRY_ASSIGN(mine, rotate_row(transaction, next, expected));
        *lost = !mine;
        if (!mine) return {};
        if (also) also(transaction, *issued);
        transaction.on_commit([this, next] { index_.replace(next); });
        return {};
      },
      [this, issued, lost, session, kind, done = std::move(done), address = std::string(address),
       guard = in_flight_.enter()](Result<void> result) {
        if (!result) return done(fail(std::move(result).error()));
        if (!*lost) return done(std::move(*issued));
        // In a browser two requests crossed, and the other one's answer carries the new secret. Elsewhere the
        // token was used twice.
        if (kind == SessionKind::kToken) return done(fail(reused(session, address)));
        issued->access_token.clear();
        issued->refresh_token.clear();
        done(std::move(*issued));
      });
}

// False when the row does not hold `current` any more.
Result<bool> Sessions::rotate_row(store::Transaction& transaction, const SessionRecord& next,
                                  const Digest& current) const {
  const std::string previous = next.previous ? hex_of(*next.previous) : "",
                    rotated = format_utc(next.rotated_at);
  TRY_ASSIGN(
      changed,
      transaction.execute(
          "UPDATE identity_session SET secret_hash = $3, previous_hash = $4, rotated_at = $5, access_hash = "
          "$6, access_expires_at = $7, "
          "last_used_at = $8, expires_at = $9 WHERE id = $1 AND secret_hash = $2",
          {next.id, hex_of(current), hex_of(next.secret), store::text_or_null(std::string_view(previous)),
           next.rotated_at == 0 ? store::Value(store::kNull) : store::Value(rotated), hex_of(next.access),
           format_utc(next.access_expires), format_utc(next.last_used), format_utc(next.expires)}));
  return changed == 1;
}

void Sessions::end(std::string_view session_id, OnEnded done) {
  if (const LiveSessionPtr session = index_.find_by_id(session_id)) index_.remove(session);
  write(
      [id = std::string(session_id)](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.execute("DELETE FROM identity_session WHERE id = $1", {id}));
        return {};
      },
      std::move(done));
}

void Sessions::end_all(std::string_view user_id, std::string_view except_session, OnEnded done) {
  const auto all = index_.of_user(user_id);
  const LiveSessionPtr kept = index_.find_by_id(except_session);
  for (const LiveSessionPtr& session : all)
    if (session != kept) index_.remove(session);
  if (all.empty() && !done) return;
  write(
      [user = std::string(user_id),
       except = std::string(except_session)](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.execute("DELETE FROM identity_session WHERE user_id = $1 AND id <> $2",
                                {user, except}));
        return {};
      },
      std::move(done));
}

Result<void> Sessions::end_all(store::Transaction& transaction, std::string_view user_id,
                               std::string_view except_session) {
  TRY(transaction.execute("DELETE FROM identity_session WHERE user_id = $1 AND id <> $2",
                          {user_id, except_session}));
  transaction.on_commit(
      [this, user = std::string(user_id), except = std::string(except_session), guard = in_flight_.enter()] {
        const LiveSessionPtr kept = index_.find_by_id(except);
        for (const LiveSessionPtr& session : index_.of_user(user))
          if (session != kept) index_.remove(session);
      });
  return {};
}

void Sessions::user_changed(const User& user) {
  if (!user.active) end_all(user.id);
  // Those who see as him, too.
  for (const LiveSessionPtr& session : seen_as_ ? index_.all() : index_.of_user(user.id)) {
    {
      const std::lock_guard lock(session->mutex);
      if (session->owner.id == user.id) session->owner = user;
      if (session->as && session->as->person.id == user.id) {
        session->as->person = user;
        if (!user.active) session->as.reset();
      }
    }
    judge(*session);
  }
}

void Sessions::standings_changed() {
  for (const LiveSessionPtr& session : index_.all()) judge(*session);
}

void Sessions::judge(LiveSession& session) {
  std::shared_ptr<const Caller> now;
  {
    const std::lock_guard lock(session.mutex);
    if (session.as && !may_see(session)) session.as.reset();
    now = caller_of(session, session.caller->address, session.caller->user_agent);
    if (*now == *session.caller) return;
    session.caller = now;
  }
  if (caller_listener_) caller_listener_(now->session_id, now);
}

}  // namespace opsflux::identity
