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

bool Sessions::end_of(std::string_view user_id, std::string_view session_id, OnEnded done) {
  const LiveSessionPtr session = index_.find_by_id(session_id);
  if (session == nullptr) return false;
  {
    const std::lock_guard lock(session->mutex);
    if (session->ended || session->record.user_id != user_id) return false;
  }
  end(session_id, std::move(done));
  return true;
}

}  // namespace opsflux::identity
