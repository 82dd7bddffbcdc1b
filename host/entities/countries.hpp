// ISO 3166-1 alpha-2 country codes.
#pragma once

#include <string_view>

namespace opsflux::entities {

// True for an assigned code in capital letters, such as "FR".
bool is_country(std::string_view code);

}  // namespace opsflux::entities
