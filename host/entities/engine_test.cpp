#include "host/entities/engine_suite.hpp"

namespace opsflux::entities {
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuite, ::testing::Values(false));
}  // namespace opsflux::entities
