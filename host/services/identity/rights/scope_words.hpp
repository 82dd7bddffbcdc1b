// What files and tables call the scope of a right.
#pragma once

#include <algorithm>
#include <string_view>

namespace opsflux::identity {

inline constexpr std::string_view kScopeWords[] = {"all", "company", "department", "own", "none"};

inline bool is_scope_word(std::string_view word) {
  return std::find(std::begin(kScopeWords), std::end(kScopeWords), word) != std::end(kScopeWords);
}

}  // namespace opsflux::identity
