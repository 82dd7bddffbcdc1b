// Whether a text may stand in the place of another one.
#pragma once

#include <string_view>

#include "host/base/error.hpp"

namespace opsflux::texts {

inline constexpr std::size_t kMaxTextLength = 2000;  // code points

// Texts of the web application, which has its own way of writing plurals: two keys that end in _one and
// _other, with {count} where it is wanted.
inline constexpr std::string_view kWeb = "web";

// Takes the variables of the original and no others, and each plural with at least its forms. Errors are at
// "text": text.empty, text.too_long, text.control, i18n.malformed, text.lacks_variables,
// text.unknown_variables, text.other_variables, text.lacks_forms, text.no_plural.
Result<void> check_text(std::string_view space, std::string_view key, std::string_view original,
                        std::string_view text);

}  // namespace opsflux::texts
