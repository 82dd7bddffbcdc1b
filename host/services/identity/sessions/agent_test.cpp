#include "host/services/identity/sessions/agent.hpp"

#include <gtest/gtest.h>

#include <string>

namespace opsflux::identity {
namespace {

std::string words(std::string_view user_agent) {
  const Agent agent = agent_of(user_agent);
  return std::string(agent.browser) + " on " + std::string(agent.system) + ", " +
         std::string(device_name(agent.kind));
}

TEST(Agent, IsToldInWords) {
  EXPECT_EQ(words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox on Linux, computer");
  EXPECT_EQ(words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                  "Chrome/141.0.0.0 Safari/537.36"),
            "Chrome on Windows, computer");
  EXPECT_EQ(words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                  "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"),
            "Edge on Windows, computer");
  EXPECT_EQ(words("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                  "Version/18.0 Safari/605.1.15"),
            "Safari on macOS, computer");
  EXPECT_EQ(words("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
                  "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"),
            "Safari on iOS, phone");
  EXPECT_EQ(words("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
                  "Chrome/141.0.0.0 Mobile Safari/537.36"),
            "Chrome on Android, phone");
  EXPECT_EQ(words("Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) "
                  "Chrome/141.0.0.0 Safari/537.36"),
            "Chrome on Android, tablet");
  EXPECT_EQ(words("curl/7.88.1"), "curl on , program");
  EXPECT_EQ(words("python-requests/2.31.0"), "Python on , program");
  EXPECT_EQ(words(""), " on , program");
  EXPECT_EQ(words("<script>alert(1)</script>"), " on , program");
}

}  // namespace
}  // namespace opsflux::identity
