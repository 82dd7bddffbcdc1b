// Invitations: an administrator names an address and a role; who opens the mailed link makes the account.
//
// An invitation is a record (entity identity.invitation); that it can be accepted is a ticket. It works until
// `expires_at`, 7 days from its making unless said otherwise, 30 at most; deleting it ends it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/base/error.hpp"
#include "host/services/identity/users.hpp"

namespace opsflux::identity {

struct Invitation {
  std::string id{}, email{}, role{}, language{}, message{};
  std::string expires_at{}, invited_by{};
};

// Makes the record of a new user, on behalf of whoever has the id `by`, as the entity engine does; gives its
// id. Of `user`, id and active do not count.
using MakePerson =
    std::function<Result<std::string>(store::Transaction&, const User& user, std::string_view by)>;

}  // namespace opsflux::identity
