// In whose name a session acts.
#include "host/services/identity/sessions.hpp"

namespace opsflux::identity {

Result<void> Sessions::act_for(store::Transaction& transaction, std::string_view session_id,
                               const std::string& company) {
  TRY(transaction.execute("UPDATE identity_session SET company = $2 WHERE id = $1",
                          {session_id, store::text_or_null(std::string_view(company))}));
  transaction.on_commit([this, id = std::string(session_id), company, guard = in_flight_.enter()] {
    const LiveSessionPtr session = index_.find_by_id(id);
    if (session == nullptr) return;
    {
      const std::lock_guard lock(session->mutex);
      session->company = company;
    }
    judge(*session);
  });
  return {};
}

}  // namespace opsflux::identity
