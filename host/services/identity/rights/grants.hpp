// What administrators decide of roles: the rows of identity_grant, by role and permission.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/entities/engine.hpp"
#include "host/services/identity/rights/scope_words.hpp"

namespace opsflux::identity {

// In the place of a scope: no row, so that what definitions give to the role holds.
inline constexpr std::string_view kByDefault = "default";

using Grants = std::map<std::string, std::string>;  // scope by permission

// Of living roles, by their identifier.
Result<std::map<std::string, Grants>> all_grants(store::Session& session);

// The scope that the role has a row with, else kByDefault.
std::string_view scope_in(const Grants& grants, const std::string& permission);

// Makes the rows of a role say so much of the permissions that `wanted` names (scopes or kByDefault; others
// stay), as one change of the role with one row in the audit trail, where "_<permission>" stands for a field;
// nothing when all is so already. Whether the caller may is for who calls. False: nothing was changed.
Result<bool> change_grants(entities::Engine& engine, entities::WriteContext& write, const std::string& role,
                           const Grants& wanted);

}  // namespace opsflux::identity
