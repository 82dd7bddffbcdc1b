#include "host/services/identity/sessions/agent.hpp"

namespace opsflux::identity {
namespace {

struct Mark {
  std::string_view text, name;
};

// The first that is found: browsers name those that they are like as well.
constexpr Mark kBrowsers[] = {{"Edg/", "Edge"},
                              {"EdgA/", "Edge"},
                              {"EdgiOS/", "Edge"},
                              {"OPR/", "Opera"},
                              {"SamsungBrowser/", "Samsung Internet"},
                              {"Firefox/", "Firefox"},
                              {"FxiOS/", "Firefox"},
                              {"CriOS/", "Chrome"},
                              {"Chrome/", "Chrome"},
                              {"Safari/", "Safari"}};
constexpr Mark kPrograms[] = {{"curl/", "curl"},
                              {"Wget/", "Wget"},
                              {"python-requests/", "Python"},
                              {"Python-urllib/", "Python"},
                              {"aiohttp/", "Python"},
                              {"PostmanRuntime/", "Postman"},
                              {"okhttp/", "OkHttp"},
                              {"Go-http-client/", "Go"},
                              {"Java/", "Java"},
                              {"node", "Node.js"}};
constexpr Mark kSystems[] = {{"iPhone", "iOS"},      {"iPad", "iPadOS"},     {"Android", "Android"},
                             {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Mac OS X", "macOS"},
                             {"CrOS", "ChromeOS"},   {"Linux", "Linux"}};

template <std::size_t N>
std::string_view first_of(const Mark (&marks)[N], std::string_view text) {
  for (const Mark& mark : marks)
    if (text.find(mark.text) != text.npos) return mark.name;
  return {};
}

}  // namespace

Agent agent_of(std::string_view user_agent) {
  Agent out;
  out.system = first_of(kSystems, user_agent);
  if (user_agent.starts_with("Mozilla/")) out.browser = first_of(kBrowsers, user_agent);
  if (out.browser.empty()) {
    out.browser = first_of(kPrograms, user_agent);
    return out;
  }
  const bool mobile = user_agent.find("Mobile") != user_agent.npos;
  if (out.system == "iPadOS" || (out.system == "Android" && !mobile))
    out.kind = DeviceKind::kTablet;
  else if (out.system == "iOS" || mobile)
    out.kind = DeviceKind::kPhone;
  else
    out.kind = DeviceKind::kComputer;
  return out;
}

std::string_view device_name(DeviceKind kind) {
  static constexpr std::string_view kNames[] = {"computer", "phone", "tablet", "program"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace opsflux::identity
