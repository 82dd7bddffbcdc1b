// What people see of their open sessions.
#include <algorithm>

#include "host/services/identity/sessions.hpp"

namespace opsflux::identity {

std::vector<SessionView> Sessions::list(std::string_view user_id) const {
  const UtcNs now = clock_.now();
  std::vector<SessionView> out;
  for (const LiveSessionPtr& session : index_.of_user(user_id)) {
    const std::lock_guard lock(session->mutex);
    const SessionRecord& record = session->record;
    if (session->ended || record.expires <= now) continue;
    out.push_back({record.id, session->caller->address, session->caller->user_agent, record.kind,
                   record.created_at, std::max(session->seen, record.last_used), record.expires});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const SessionView& a, const SessionView& b) { return a.seen > b.seen; });
  return out;
}

Result<Sessions::Presence> Sessions::presence(store::Session& session, std::string_view user_id) const {
  Presence out;
  TRY(session.query_one("SELECT last_login_at, last_seen_at FROM identity_presence WHERE user_id = $1",
                        {user_id}, [&](const store::Row& row) {
                          if (!row.is_null(0)) out.last_login_at = row.string(0);
                          out.last_seen_at = row.string(1);
                        }));
  for (const SessionView& open : list(user_id))
    out.last_seen_at = std::max(out.last_seen_at, format_utc(open.seen));
  return out;
}

Result<bool> Sessions::end_of(store::Transaction& transaction, std::string_view user_id,
                              std::string_view session_id) {
  TRY_ASSIGN(removed, transaction.execute("DELETE FROM identity_session WHERE id = $1 AND user_id = $2",
                                          {session_id, user_id}));
  if (removed == 0) return false;
  transaction.on_commit([this, id = std::string(session_id), guard = in_flight_.enter()] {
    if (const LiveSessionPtr session = index_.find_by_id(id)) index_.remove(session);
  });
  return true;
}

}  // namespace opsflux::identity
