// The command line of opsflux-sdk.
#pragma once

#include <filesystem>
#include <iosfwd>

#include "host/base/clock.hpp"

namespace opsflux::sdk {

inline constexpr int kOk = 0, kRefused = 1, kUsage = 2;

// Runs one command. `sdk_source` is the folder this program was built from (find_sdk). People read `out`
// (what was done) and `err` (what was refused, and why); with --json both are one JSON object on `out`.
int run_command(int argc, const char* const* argv, const Clock& clock,
                const std::filesystem::path& sdk_source, std::ostream& out, std::ostream& err);

}  // namespace opsflux::sdk
