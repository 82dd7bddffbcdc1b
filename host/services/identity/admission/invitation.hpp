// Invitations: somebody names an address, a role and groups; who opens the mailed link makes the account.
// Without an address the link is for whoever has it, as many times as is said, and shows first that the
// address which is typed is theirs.
//
// An invitation is a record (entity identity.invitation); that it can be accepted is a ticket. It works until
// `expires_at`, 7 days from its making unless said otherwise, 30 at most; deleting it ends it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/services/identity/users.hpp"

namespace opsflux::identity {

struct Invitation {
  std::string id{}, email{}, role{}, language{}, message{};
  std::string expires_at{}, invited_by{};
  std::vector<std::string> groups{};
  std::string company{};  // in which the role is held; empty: everywhere
};

// Makes the record of a new user, on behalf of whoever has the id `by`, as the entity engine does; gives its
// id. Of `user`, id and active do not count.
using MakePerson =
    std::function<Result<std::string>(store::Transaction&, const User& user, std::string_view by)>;

}  // namespace opsflux::identity
