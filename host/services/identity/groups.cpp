#include "host/services/identity/groups.hpp"

#include <algorithm>

namespace opsflux::identity {

Result<GroupsOfPtr> load_groups(store::Session& session) {
  std::unordered_map<std::string, std::string> parents;  // of living groups; "" of those at the top
  TRY(session.query("SELECT id, parent FROM identity_group WHERE deleted_at IS NULL", {},
                    [&](const store::Row& row) {
                      parents[row.string(0)] = row.is_null(1) ? std::string() : row.string(1);
                      return true;
                    }));
  auto out = std::make_shared<GroupsOf>();
  TRY(session.query("SELECT person, in_group FROM identity_membership WHERE deleted_at IS NULL", {},
                    [&](const store::Row& row) {
                      std::vector<std::string>& groups = (*out)[row.string(0)];
                      auto at = parents.find(row.string(1));
                      // What is listed already has led on before; that ends a circle as well.
                      while (at != parents.end() &&
                             std::find(groups.begin(), groups.end(), at->first) == groups.end()) {
                        groups.push_back(at->first);
                        at = parents.find(at->second);
                      }
                      return true;
                    }));
  for (auto& [person, groups] : *out) std::sort(groups.begin(), groups.end());
  return GroupsOfPtr(std::move(out));
}

}  // namespace opsflux::identity
