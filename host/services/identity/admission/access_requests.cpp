#include "host/services/identity/admission/access_requests.hpp"

#include "host/base/log.hpp"
#include "host/services/identity/admission/record_writer.hpp"

namespace opsflux::identity {
namespace {

using namespace std::chrono_literals;
using Parts = Identity::Parts;

constexpr std::chrono::milliseconds kBetween = 10min, kIdle = 1h, kNotYet = 3s;
constexpr std::size_t kNamed = 5;

struct Untold {
  std::vector<std::string> ids, names;
};

Result<Untold> read_untold(store::Session& session) {
  Untold out;
  TRY(session.query(
      "SELECT id, name FROM identity_access_request WHERE status = 'waiting' AND told_at IS NULL "
      "AND deleted_at IS NULL ORDER BY created_at",
      {}, [&](const store::Row& row) {
        out.ids.push_back(row.string(0));
        out.names.push_back(row.string(1));
        return true;
      }));
  return out;
}

// Active, and with the right to decide.
Result<std::vector<User>> deciders(const Parts& parts, store::Session& session) {
  std::vector<User> out;
  TRY(session.query(
      "SELECT id, email, name, role, language FROM identity_user WHERE deleted_at IS NULL AND "
      "active ORDER BY id",
      {}, [&](const store::Row& row) {
        User user{row.string(0), row.string(1), row.string(2), row.string(3), row.string(4), {}, {}, true};
        Caller caller;
        caller.user_id = user.id;
        take(parts.standings.of(user.id, user.role), caller);
        if (parts.options.allowed(caller, kMayDecide)) out.push_back(std::move(user));
        return true;
      }));
  return out;
}

// "Ada, Bob, …"
std::string named(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kNamed; ++i) out += (i > 0 ? ", " : "") + names[i];
  return names.size() > kNamed ? out + ", …" : out;
}

Result<void> tell(const Parts& parts, store::Transaction& transaction, const Untold& untold,
                  const std::vector<User>& to) {
  for (const User& user : to)
    TRY(parts.options.notices.send(
        transaction, {"access_requests",
                      user.id,
                      user.email,
                      user.name,
                      user.language,
                      {{"count", std::to_string(untold.ids.size())}, {"names", named(untold.names)}},
                      "/identity/access_requests",
                      true}));
  const std::string now = format_utc(parts.clock.now());
  for (const std::string& id : untold.ids)
    TRY(transaction.execute("UPDATE identity_access_request SET told_at = $2 WHERE id = $1", {id, now}));
  return {};
}

Result<std::chrono::milliseconds> tell_if_due(Parts& parts) {
  Untold untold;
  std::vector<User> to;
  TRY(parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, read_untold(session));
    untold = std::move(found);
    if (untold.ids.empty()) return {};
    TRY_ASSIGN(people, deciders(parts, session));
    to = std::move(people);
    return {};
  }));
  if (untold.ids.empty()) return kIdle;
  // Rights are known a moment after the start.
  if (to.empty() || !parts.options.notices.links()) return kNotYet;
  const UtcNs now = parts.clock.now(), since = now - parts.deciders_told;
  const auto between = std::chrono::nanoseconds(kBetween).count();
  if (parts.deciders_told != 0 && since < between)
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(between - since)) +
           1ms;
  TRY(parts.database.write_now(
      [&](store::Transaction& transaction) { return tell(parts, transaction, untold, to); }));
  parts.deciders_told = now;
  return kBetween;
}

}  // namespace

Result<std::optional<AccessRequest>> find_access_request(store::Session& session, std::string_view id) {
  std::optional<AccessRequest> out;
  TRY(
      session.query_one("SELECT id, email, name, reason, language, status FROM identity_access_request "
                        "WHERE id = $1 AND deleted_at IS NULL",
                        {id}, [&](const store::Row& row) {
                          out = AccessRequest{row.string(0), row.string(1), row.string(2),
                                              row.string(3), row.string(4), row.string(5)};
                        }));
  return out;
}

std::chrono::milliseconds tell_deciders(Parts& parts) {
  if (!parts.options.allowed || !parts.options.notices.send) return kIdle;
  const auto next = tell_if_due(parts);
  if (!next) log::error("identity.deciders_not_told", next.error());
  return next ? *next : kBetween;
}

Result<void> forget_access_requests(Parts& parts, UtcNs before) {
  if (!parts.options.records.remove) return {};
  std::vector<std::string> ids;
  const std::string at = format_utc(before);
  TRY(parts.database.read([&](store::Session& session) -> Result<void> {
    TRY(
        session.query("SELECT id FROM identity_access_request WHERE deleted_at IS NULL AND "
                      "COALESCE(decided_at, created_at) < $1 LIMIT 500",
                      {at}, [&](const store::Row& row) {
                        ids.push_back(row.string(0));
                        return true;
                      }));
    return {};
  }));
  if (ids.empty()) return {};
  return parts.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    for (const std::string& id : ids)
      TRY(parts.options.records.remove(transaction, kAccessRequest, id, host_caller("", "housekeeping")));
    return {};
  });
}

}  // namespace opsflux::identity
