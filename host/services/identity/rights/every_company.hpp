// Who sees the records of every company, whatever wall there is between companies: for administrators.
#pragma once

#include "host/services/identity/rights/person_rights.hpp"

namespace opsflux::identity {

inline constexpr std::size_t kMaxSeeEvery = 100;  // people told

// {"data":[{"id","name","permission"}],"meta":{"total","truncated"}}: active people by name whose roles give
// them, in nobody's name, a right for all records of an entity that belongs to companies; "permission" is one
// such right. `total` counts all of them. Forbidden "identity.administrators_only" for others.
Result<Json> sees_every_company(const RightsParts& parts, const Caller& asker);

}  // namespace opsflux::identity
