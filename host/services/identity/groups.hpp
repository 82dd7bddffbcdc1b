// Which groups each person is in: those with a membership, and all that these stand in.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/store/session.hpp"

namespace opsflux::identity {

// By person: identifiers of groups, sorted, each once. Who is in none is left out.
using GroupsOf = std::unordered_map<std::string, std::vector<std::string>>;
using GroupsOfPtr = std::shared_ptr<const GroupsOf>;

// Living groups and memberships only; a deleted group does not lead on to those it stood in.
Result<GroupsOfPtr> load_groups(store::Session& session);

}  // namespace opsflux::identity
