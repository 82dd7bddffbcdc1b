#include "host/entities/engine_suite.hpp"

namespace opsflux::entities {
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuite, ::testing::Values(true));
}  // namespace opsflux::entities
