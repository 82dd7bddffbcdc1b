// What the configuration says about settings.
#pragma once

#include <filesystem>

#include "host/base/config.hpp"
#include "host/modules/settings.hpp"

namespace opsflux::cli {

// The variables OPSFLUX_SETTING__…, and the keys of the configuration that are settings by now, where they
// are given; a variable for a setting wins over such a key.
modules::SettingOverrides setting_overrides(const Config& config);

// services/<id>/manifest.json in `resources`.
Result<std::shared_ptr<const package::Manifest>> read_core_manifest(const std::filesystem::path& resources,
                                                                    const std::string& id);

}  // namespace opsflux::cli
