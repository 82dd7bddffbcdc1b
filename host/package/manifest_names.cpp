#include "host/package/manifest.hpp"

namespace opsflux::package {

std::string_view to_string(Risk risk) {
  static constexpr std::string_view kNames[] = {"low", "moderate", "high"};
  return kNames[static_cast<std::size_t>(risk)];
}

std::string_view to_string(SettingType type) {
  static constexpr std::string_view kNames[] = {"text", "integer", "decimal", "boolean", "enum", "json"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view to_string(HookEvent event) {
  static constexpr std::string_view kNames[] = {"before_create", "before_update", "before_delete"};
  return kNames[static_cast<std::size_t>(event)];
}

const std::vector<std::string>& package_folders() {
  static const std::vector<std::string> folders = {"demo",      "entities", "i18n",     "lib", "migrations",
                                                   "templates", "tests",    "triggers", "web"};
  return folders;
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.size() < 3 || text.size() > 30 || text[0] != 'P') return std::nullopt;
  struct Unit {
    char letter;
    bool of_time;
    std::int64_t seconds;
  };
  static constexpr Unit kUnits[] = {
      {'W', false, 604800}, {'D', false, 86400}, {'H', true, 3600}, {'M', true, 60}, {'S', true, 1}};
  std::int64_t total = 0;
  bool time = false;
  std::size_t next_unit = 0;
  for (std::size_t at = 1; at < text.size();) {
    if (text[at] == 'T') {
      if (time || ++at == text.size()) return std::nullopt;
      time = true;
      continue;
    }
    const std::size_t end = text.find_first_not_of("0123456789", at);
    if (end == std::string_view::npos || end == at || end - at > 6) return std::nullopt;
    const auto unit = std::find_if(std::begin(kUnits) + next_unit, std::end(kUnits),
                                   [&](const Unit& u) { return u.letter == text[end] && u.of_time == time; });
    if (unit == std::end(kUnits)) return std::nullopt;
    next_unit = static_cast<std::size_t>(unit - std::begin(kUnits)) + 1;
    total += *parse_int(text.substr(at, end - at)) * unit->seconds;
    at = end + 1;
  }
  if (total == 0) return std::nullopt;
  return std::chrono::seconds(total);
}

}  // namespace opsflux::package
