// An invitation from its link to the account. Internal to this folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/services/identity/admission/invitation.hpp"
#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

inline constexpr std::string_view kInvitation = "identity.invitation";

// One that is open: neither deleted, revoked nor used up. Whether it has ended is for the ticket to say.
Result<std::optional<Invitation>> find_invitation(store::Session& session, std::string_view id);
// Who stands for it, judged by what he may do now: invite, and give that role and those groups. Conflict
// "identity.invitation_void", "identity.invitation_company": that one is removed or inactive.
Result<User> inviter_of(store::Session& session, const Identity::Parts& parts, const Invitation& invitation);
// A new link, as a path; earlier ones end.
Result<std::string> invitation_link(store::Transaction& transaction, const Identity::Parts& parts,
                                    const Invitation& invitation);
// Takes one use, of which the last one uses it up. "identity.link_over" when none is left or it has ended.
Result<void> take_use(store::Transaction& transaction, const Identity::Parts& parts,
                      const Invitation& invitation);

Error bad_end();  // "identity.invitation_end"

void add_acceptance_routes(Identity::Parts& parts, std::vector<http::Route>& routes);

}  // namespace opsflux::identity
