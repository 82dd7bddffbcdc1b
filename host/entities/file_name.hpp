// Names of files as people and browsers give them.
#pragma once

#include <string>
#include <string_view>

namespace opsflux::entities {

inline constexpr std::size_t kMaxFileName = 200;  // code points

// The last part of a path, without characters that are not seen or turn the direction of writing (a name
// "exe.gpj" that looks like "jpg.exe"), without spaces and dots at the end, cut to kMaxFileName with its
// ending kept. Empty where nothing is left. `name` must be UTF-8.
std::string clean_file_name(std::string_view name);

// "pdf" of "Report.PDF"; empty where there is none.
std::string file_ending(std::string_view name);

}  // namespace opsflux::entities
