// The suite on PostgreSQL.
#include "host/services/privacy/suite.hpp"

namespace opsflux::privacy {

INSTANTIATE_TEST_SUITE_P(Postgresql, PrivacySuite, ::testing::Values(true));

}  // namespace opsflux::privacy
