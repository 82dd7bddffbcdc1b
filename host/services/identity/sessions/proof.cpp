// That the person of a session has proved who he is, and as whom he sees.
#include "host/services/identity/sessions.hpp"

namespace opsflux::identity {

// Somebody else is seen in the name of the company that he acts for first.
Standing Sessions::standing_of(const LiveSession& session) const {
  if (!session.as) return standings_.of(session.owner.id, session.owner.role, session.company);
  const User& seen = session.as->person;
  return standings_.of(seen.id, seen.role, standings_.first_company(seen.id));
}

// With the session's mutex held: nobody sees as somebody who may do more than he.
bool Sessions::may_see(const LiveSession& session) const {
  Caller own;
  identity::take(standings_.of(session.owner.id, session.owner.role), own);
  return may_give(own, *standings_.anywhere(session.as->person.id, session.as->person.role));
}

Result<void> Sessions::confirm(store::Transaction& transaction, std::string_view session_id) {
  const UtcNs now = clock_.now();
  TRY(transaction.execute("UPDATE identity_session SET confirmed_at = $2 WHERE id = $1",
                          {session_id, format_utc(now)}));
  transaction.on_commit([this, id = std::string(session_id), now, guard = in_flight_.enter()] {
    const LiveSessionPtr session = index_.find_by_id(id);
    if (session == nullptr) return;
    {
      const std::lock_guard lock(session->mutex);
      session->confirmed_at = now;
    }
    judge(*session);
  });
  return {};
}

Result<void> Sessions::see_as(store::Transaction& transaction, std::string_view session_id,
                              std::optional<SeenAs> as) {
  const std::string until = as ? format_utc(as->until) : "";
  TRY(transaction.execute(
      "UPDATE identity_session SET as_user = $2, as_writes = $3, as_until = $4 WHERE id = $1",
      {session_id, store::text_or_null(std::string_view(as ? as->person.id : until)), as && as->writes,
       store::text_or_null(std::string_view(until))}));
  transaction.on_commit([this, id = std::string(session_id), as = std::move(as), guard = in_flight_.enter()] {
    const LiveSessionPtr session = index_.find_by_id(id);
    if (session == nullptr) return;
    {
      const std::lock_guard lock(session->mutex);
      session->as = as;
    }
    seen_as_ = true;
    judge(*session);
  });
  return {};
}

}  // namespace opsflux::identity
