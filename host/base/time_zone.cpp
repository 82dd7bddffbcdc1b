#include "host/base/time_zone.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <string>

namespace opsflux {
namespace {

constexpr std::string_view kFolder = "/usr/share/zoneinfo/";

// A folder or a table of names lies among the zones, too; these begin with the letters of their format.
bool holds_rules(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> head{};
  return file.read(head.data(), head.size()) && std::string_view(head.data(), head.size()) == "TZif";
}

}  // namespace

bool is_time_zone(std::string_view name) {
  if (name == "UTC") return true;
  const bool fits = !name.empty() && name.size() < 64 && std::isupper(static_cast<unsigned char>(name[0])) &&
                    std::all_of(name.begin(), name.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '+' || c == '/';
                    });
  return fits && holds_rules(std::string(kFolder) + std::string(name));
}

}  // namespace opsflux
