// Roles out of this instance and into it, by files; see role_file_reader.hpp.
#pragma once

#include "host/services/identity/rights/grants.hpp"
#include "host/services/identity/rights/role_file_reader.hpp"

namespace opsflux::identity {

// Living roles by key, without those that have everything whatever is decided.
Result<std::vector<RoleInFile>> roles_to_file(store::Session& session);

// Makes the roles of the file that there are none of, and gives the others what the file says in the place of
// what they have; roles that it does not name stay. All or none, each as one who edits roles would do it.
// What was, or with write.trial would be, done: {"roles":[{"key","name","action":"create"|"change"|"same",
// "fields":[…],"rights":[{"permission","before","after","known"}]}],"unknown":[<permissions>]}.
// Permissions that do not exist here are kept, for when their module comes. Errors are those of the engine
// and of change_grants() below "roles/<index>"; "identity.role_file_inherits", "identity.built_in_role".
Result<Json> roles_from_file(entities::Engine& engine, entities::WriteContext& write,
                             const std::vector<RoleInFile>& roles);

}  // namespace opsflux::identity
