// Which preferences there are, and what they may be. Internal to this folder.
#pragma once

#include <string_view>

#include "host/base/json.hpp"

namespace opsflux::preferences {

// Errors: preference.unknown, preference.bad_value. null is allowed everywhere.
Result<void> check_preference(std::string_view name, const Json& value);

}  // namespace opsflux::preferences
