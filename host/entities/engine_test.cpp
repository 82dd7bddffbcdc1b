#include "host/entities/engine_suite_queries.hpp"

namespace opsflux::entities {
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuite, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuitePaths, ::testing::Values(false));
}  // namespace opsflux::entities
