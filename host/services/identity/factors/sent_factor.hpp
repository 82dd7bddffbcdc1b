// Second factors whose codes are sent: setting them up in an account. Internal to identity.
#pragma once

#include <string>

#include "host/services/identity/factors/code_delivery.hpp"
#include "host/services/identity/factors/factor_rows.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

// The row that the first code hangs on has the factor's own id.
Result<void> insert_code_row(store::Transaction& transaction, const Factor& factor, UtcNs now);
// Whether it is the code that was sent. A wrong one is counted with the transaction, whatever this says;
// after five nothing is right any more.
Result<bool> judge_sent_code(const Identity::Parts& parts, store::Transaction& transaction,
                             const Factor& factor, std::string_view typed);
// One of a kind whose codes are sent. "identity.factor_kind_there".
Result<void> check_first_of_kind(store::Session& session, std::string_view user_id, std::string_view kind);
// Where its codes go, for its owner: his address, or the masked number; empty for an application.
std::string place_of(const Identity::Parts& parts, const User& user, const Factor& factor);

}  // namespace opsflux::identity
