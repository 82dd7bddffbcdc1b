#include "host/base/time_zone.hpp"

#include <gtest/gtest.h>

namespace opsflux {
namespace {

TEST(TimeZone, KnowsThoseOfThisMachine) {
  for (const char* name :
       {"UTC", "Africa/Libreville", "Europe/Paris", "America/Argentina/Ushuaia", "Etc/GMT+5"})
    EXPECT_TRUE(is_time_zone(name)) << name;
}

TEST(TimeZone, TakesNothingElse) {
  for (const char* name :
       {"", "Europe", "Europe/", "Europe/Berlin ", "europe/paris", "Mars/Olympus", "+02:00",
        "../../../etc/passwd", "/etc/passwd", "posix/Europe/Paris", "tzdata.zi", "zone.tab"})
    EXPECT_FALSE(is_time_zone(name)) << name;
  EXPECT_FALSE(is_time_zone(std::string(100, 'A')));
}

}  // namespace
}  // namespace opsflux
