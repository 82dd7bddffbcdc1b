// Telling a group something as one.
#pragma once

#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

inline constexpr std::size_t kMaxTold = 2000;  // people who are told at once

// Everybody who is in the group, or in one within it, and may sign in, each once.
Result<std::vector<User>> people_in(store::Session& session, std::string_view group);

// Whether the person leads the group, or one that it stands in.
Result<bool> leads(store::Session& session, std::string_view group, std::string_view person);

// Mails each of them what happened (mail.notice.<kind>) in his language; tells how many. In the transaction
// of what they are told of; nobody where no mail can be sent. "identity.notice_many" beyond kMaxTold.
Result<std::size_t> notify_group(const Identity::Parts& parts, store::Transaction& transaction,
                                 std::string_view group, const std::string& kind,
                                 const std::vector<std::pair<std::string, std::string>>& params);

}  // namespace opsflux::identity
