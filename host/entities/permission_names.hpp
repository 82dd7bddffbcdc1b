// Numbers of permissions, given once and for the life of the process: a catalogue that comes after another
// gives the same name the same number, and no number ever means something else.
#pragma once

#include <cstddef>
#include <string_view>

namespace opsflux::entities {

// The number of the permission, which is given one when it has none. Any thread; not for each request.
std::size_t permission_number(std::string_view id);

}  // namespace opsflux::entities
