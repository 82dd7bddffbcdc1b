// The administrator's interface to modules: upload, plan, approval, operations, life cycle.
#pragma once

#include <string>
#include <vector>

#include "host/modules/installer.hpp"
#include "host/services/i18n/catalog.hpp"
#include "host/services/live/live_hub.hpp"

namespace opsflux::module_admin {

// All routes need the permission modules.manage, which only administrators have from the start.
inline constexpr std::string_view kPermission = "modules.manage";

// All references must outlive the routes.
std::vector<http::Route> module_routes(modules::Installer& installer, modules::Settings& settings,
                                       live::LiveHub& hub, const i18n::Translator& translator,
                                       std::size_t max_upload);

// Tells administrators of an operation's progress, in English; for InstallerOptions::on_progress.
void publish_operation(live::LiveHub& hub, const modules::Operation& operation, const i18n::Catalog& texts);

}  // namespace opsflux::module_admin
