// Currency codes of ISO 4217.
#pragma once

#include <string_view>

namespace opsflux::entities {

bool is_currency(std::string_view code);

}  // namespace opsflux::entities
