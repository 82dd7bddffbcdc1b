// The suite on SQLite.
#include "host/services/audit/suite.hpp"

namespace opsflux::audit_service {

INSTANTIATE_TEST_SUITE_P(Sqlite, TrailSuite, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, AlertSuite, ::testing::Values(false));

}  // namespace opsflux::audit_service
