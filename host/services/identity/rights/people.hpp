// People as those see them who look at rights.
#pragma once

#include <string>
#include <vector>

#include "host/entities/catalog.hpp"
#include "host/store/session.hpp"

namespace opsflux::identity {

struct SeenPerson {
  std::string id, name, role;
};
// Active people that the caller may view, by name.
Result<std::vector<SeenPerson>> people_seen(store::Session& session, const entities::Catalog& catalog,
                                            const Caller& caller);
// Refuses (NotFound "identity.user_missing", Forbidden "auth.forbidden") whom the caller may not view.
Result<void> require_seen(store::Session& session, const entities::Catalog& catalog, const Caller& caller,
                          const std::string& person);

}  // namespace opsflux::identity
