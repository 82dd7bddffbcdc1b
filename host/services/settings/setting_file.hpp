// Settings as a file, to take them from one instance to another. Without secrets, and without what the
// environment gives.
//
//   {"format": "opsflux-settings", "version": 1, "settings": {"audit": {"deletions": 70}}}
#pragma once

#include "host/base/json.hpp"
#include "host/modules/settings.hpp"

namespace opsflux::settings_service {

using Manifests = std::vector<std::shared_ptr<const package::Manifest>>;

Json export_settings(const Manifests& manifests, const modules::Settings& settings);

// Sets what stands in the file, all or none; settings that it does not name stay. How many it named.
// Errors: "setting.bad_file", "setting.no_module" and "setting.secret_in_file" at "<module>[.<key>]", and
// those of Settings::change_all.
Result<std::size_t> import_settings(const Json& file, const Manifests& manifests, modules::Settings& settings,
                                    const Caller& caller);

}  // namespace opsflux::settings_service
