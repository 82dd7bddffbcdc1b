// REST by which administrators add fields to entities, change and remove them.
//
// What is changed is a table and the registry, so it happens on the control thread, one change after another
// and never during an operation on modules.
#pragma once

#include <string_view>
#include <vector>

#include "host/base/ids.hpp"
#include "host/entities/audit.hpp"
#include "host/http/router.hpp"
#include "host/modules/installer.hpp"

namespace opsflux::custom_fields {

inline constexpr std::string_view kPermission = "custom_fields.manage";

struct Parts {
  modules::Installer& installer;
  const entities::Audit& audit;
  const Clock& clock;
  IdSource& ids;
};

// What `parts` refers to must outlive the routes.
std::vector<http::Route> custom_field_routes(const Parts& parts);

}  // namespace opsflux::custom_fields
