// A closed instance: who has no account asks to be let in, and somebody decides.
//
// A request is a record (entity identity.access_request). Whoever sends one gets the same answer whatever
// becomes of it; one waits for an address at a time. Those who may decide get a mail, at most one in ten
// minutes for all requests that came in. What is approved makes the user, without a password, and mails a
// link to choose one; what is refused mails the answer.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "host/services/identity/parts.hpp"

namespace opsflux::identity {

inline constexpr std::string_view kAccessRequest = "identity.access_request";
inline constexpr std::string_view kMayDecide = "identity.access_request.edit";

struct AccessRequest {
  std::string id{}, email{}, name{}, reason{}, language{}, status{};
};

Result<std::optional<AccessRequest>> find_access_request(store::Session& session, std::string_view id);

// Mails the requests that nobody was told of to those who may decide, and tells when to look again.
std::chrono::milliseconds tell_deciders(Identity::Parts& parts);
// Deletes those that were decided, or have waited, since before that time.
Result<void> forget_access_requests(Identity::Parts& parts, UtcNs before);

}  // namespace opsflux::identity
