#include "host/entities/engine_suite_queries.hpp"

namespace opsflux::entities {
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuite, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuitePaths, ::testing::Values(true));
}  // namespace opsflux::entities
