#include "host/services/identity/factors/qr.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <vector>

namespace opsflux::identity {
namespace {

// The modules that the path paints.
std::vector<std::string> painted(const QrShape& shape) {
  std::vector<std::string> rows(static_cast<std::size_t>(shape.size),
                                std::string(static_cast<std::size_t>(shape.size), '.'));
  const char* at = shape.path.c_str();
  int x, y, length, back, used;
  while (std::sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &length, &back, &used) == 4) {
    EXPECT_EQ(length, back);
    for (int i = 0; i < length; ++i)
      rows.at(static_cast<std::size_t>(y)).at(static_cast<std::size_t>(x + i)) = '#';
    at += used;
  }
  EXPECT_EQ(*at, '\0');
  return rows;
}

TEST(Qr, ThreeFinderPatternsStandInAQuietZoneOfFour) {
  const QrShape shape =
      *qr_shape("otpauth://totp/OpsFlux:ada%40example.org?secret=MZXW6YTBOI&issuer=OpsFlux");
  EXPECT_EQ((shape.size - 8 - 17) % 4, 0);
  const auto rows = painted(shape);
  const char* finder[] = {"#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"};
  const auto far = static_cast<std::size_t>(shape.size) - 4 - 7;
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(rows[4 + i].substr(4, 7), finder[i]);
    EXPECT_EQ(rows[4 + i].substr(far, 7), finder[i]);
    EXPECT_EQ(rows[far + i].substr(4, 7), finder[i]);
    EXPECT_NE(rows[far + i].substr(far, 7), finder[i]);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].substr(0, 4) + rows[i].substr(rows.size() - 4), "........");
    if (i < 4 || i >= rows.size() - 4) {
      EXPECT_EQ(rows[i].find('#'), std::string::npos);
    }
  }
}

TEST(Qr, TextThatIsTooLongIsRefused) {
  EXPECT_EQ(qr_shape(std::string(4'000, 'x')).error().code, "identity.qr_not_made");
}

}  // namespace
}  // namespace opsflux::identity
