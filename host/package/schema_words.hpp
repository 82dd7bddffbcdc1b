// How values, types and near misses are worded in errors about JSON documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"

namespace opsflux::package {

std::string show_text(std::string_view text);  // at most 60 characters, no control characters
std::string show_value(const Json& value);     // "the list [1,2]" is shortened
std::string name_types(
    const std::vector<std::string>& types);  // {"integer", "string"}: "a whole number or a text"

}  // namespace opsflux::package
