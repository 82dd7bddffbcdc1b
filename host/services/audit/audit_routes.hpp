// GET /api/v1/audit, /{id}, /export, /verify, /summary; GET and PATCH /api/v1/audit/settings.
#pragma once

#include <vector>

#include "host/http/router.hpp"
#include "host/modules/settings.hpp"
#include "host/services/audit/alerts.hpp"
#include "host/services/audit/audit_trail.hpp"

namespace opsflux::audit_service {

inline constexpr std::string_view kView = "audit.view", kConfigure = "audit.configure";

struct AuditParts {
  const AuditTrail& trail;
  const entities::Audit& audit;
  store::Database& database;
  modules::Settings& settings;
  const package::Manifest& manifest;  // of this service
};

// From how many on an alert is raised, as it was set.
AlertLimits alert_limits(const package::Manifest& manifest, const modules::Settings& settings);

// What `parts` refers to must outlive the routes.
std::vector<http::Route> audit_routes(const AuditParts& parts);

}  // namespace opsflux::audit_service
