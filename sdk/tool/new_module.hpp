// opsflux-sdk new and build.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/base/error.hpp"

namespace opsflux::sdk {

// The folder of the SDK this program belongs to: the one of $OPSFLUX_SDK, else an installation
// (<folder of the program>/../share/opsflux-sdk), else `source` (where it was built from) when it is there.
Result<std::filesystem::path> find_sdk(const std::filesystem::path& source);
// "template" in it, or "sdk/template" in a source tree.
std::filesystem::path template_of(const std::filesystem::path& sdk);

// Copies the template into `folder` (which must not exist or be empty) with its name "sample" replaced in
// contents and file names: sample -> fleet_cars, Sample -> FleetCars, SAMPLE -> FLEET_CARS. Gives the files.
Result<std::vector<std::string>> new_module(const std::string& id, const std::filesystem::path& from,
                                            const std::filesystem::path& folder);

// Configures and builds with CMake in <folder>/build, with -DOPSFLUX_SDK=<sdk>. The output of CMake goes to
// this process's output. The library is then <folder>/build/modules/<id>/module.so.
Result<void> build_module(const std::filesystem::path& folder, const std::filesystem::path& sdk,
                          const std::string& build_type);

}  // namespace opsflux::sdk
