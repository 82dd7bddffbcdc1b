// Names of what modules have.
#pragma once

#include <string>
#include <string_view>

namespace opsflux {

// "tiers.company". A name without a dot is of what the module has itself.
inline std::string full_name(std::string_view module, std::string_view name) {
  if (name.find('.') != std::string_view::npos) return std::string(name);
  return std::string(module) + "." + std::string(name);
}

}  // namespace opsflux
