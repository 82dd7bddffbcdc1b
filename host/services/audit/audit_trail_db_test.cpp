// The suite on PostgreSQL.
#include "host/services/audit/suite.hpp"

namespace opsflux::audit_service {

INSTANTIATE_TEST_SUITE_P(Postgresql, TrailSuite, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, AlertSuite, ::testing::Values(true));

}  // namespace opsflux::audit_service
