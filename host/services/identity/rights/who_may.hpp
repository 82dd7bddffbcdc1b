// Who may do something, for those who see roles.
#pragma once

#include "host/services/identity/rights/person_rights.hpp"

namespace opsflux::identity {

inline constexpr std::size_t kMaxWhoMay = 100;          // people told
inline constexpr std::size_t kMaxWhoMayRecord = 1'000;  // people asked for one record

// {"data":[{"id","name","scope"}],"meta":{"total","truncated"}}: active people by name whom the asker may
// view and who hold the permission, for the record if one is given. `total` counts all of them; "truncated":
// there may be more. Errors as of explain_to().
Result<Json> who_may(const RightsParts& parts, const Caller& asker, const std::string& permission,
                     const std::string& record);

}  // namespace opsflux::identity
