// The suite on PostgreSQL.
#include "host/services/texts/suite.hpp"

namespace opsflux::texts {

INSTANTIATE_TEST_SUITE_P(Postgresql, TextsSuite, ::testing::Values(true));

}  // namespace opsflux::texts
