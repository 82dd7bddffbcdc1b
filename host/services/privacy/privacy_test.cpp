// The suite on SQLite.
#include "host/services/privacy/suite.hpp"

namespace opsflux::privacy {

INSTANTIATE_TEST_SUITE_P(Sqlite, PrivacySuite, ::testing::Values(false));

}  // namespace opsflux::privacy
