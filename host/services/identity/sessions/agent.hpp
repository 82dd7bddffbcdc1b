// What a client calls itself (User-Agent), in a few words for people. Never judged by: anybody may write it.
#pragma once

#include <string_view>

namespace opsflux::identity {

enum class DeviceKind : unsigned char { kComputer, kPhone, kTablet, kProgram };

// Names as their makers write them; empty: not recognised. They point to constants.
struct Agent {
  std::string_view browser;  // "Firefox", "curl"
  std::string_view system;   // "Windows", "Android"
  DeviceKind kind = DeviceKind::kProgram;
};

Agent agent_of(std::string_view user_agent);
std::string_view device_name(DeviceKind kind);  // "computer", "phone", "tablet", "program"

}  // namespace opsflux::identity
