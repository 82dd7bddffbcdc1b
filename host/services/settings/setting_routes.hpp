// REST by which administrators see and change the settings of core services and modules:
// GET /api/v1/settings, GET and PATCH /settings/{module}, GET /settings/{module}/history,
// POST /settings/history/{id}/undo, GET /settings/export, POST /settings/import.
#pragma once

#include "host/http/router.hpp"
#include "host/modules/registry.hpp"
#include "host/modules/settings.hpp"
#include "host/services/i18n/problem.hpp"

namespace opsflux::settings_service {

inline constexpr std::string_view kView = "settings.view";
inline constexpr std::string_view kManage = "settings.manage";

struct SettingParts {
  modules::Settings& settings;
  const modules::RegistryHolder& registry;
  const i18n::Translator& translator;
};

// What `parts` refers to must outlive the routes.
std::vector<http::Route> setting_routes(const SettingParts& parts);

}  // namespace opsflux::settings_service
