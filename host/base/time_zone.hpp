// Names of the tz database.
#pragma once

#include <string_view>

namespace opsflux {

// "Africa/Libreville", "UTC": whether this machine knows rules for it. Any thread; looks at a file.
bool is_time_zone(std::string_view name);

}  // namespace opsflux
