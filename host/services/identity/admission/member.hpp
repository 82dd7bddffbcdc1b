// Making the account of somebody who was let in. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

// Whether people can be let into that company: neither removed nor inactive.
Result<bool> takes_people(store::Session& session, std::string_view company);
// Refuses one that takes nobody, at the field "company": "identity.company_closed".
Result<void> check_takes_people(store::Session& session, std::string_view company);

// The user with its role; with a company a guest, who has the role there and is at home there. On behalf of
// whoever has the id `by`. Fills in `user.id` and what became of its role.
Result<void> make_member(const Identity::Parts& parts, store::Transaction& transaction, User& user,
                         const std::string& company, std::string_view by);

}  // namespace opsflux::identity
