// The suite on SQLite.
#include "host/services/texts/suite.hpp"

namespace opsflux::texts {

INSTANTIATE_TEST_SUITE_P(Sqlite, TextsSuite, ::testing::Values(false));

}  // namespace opsflux::texts
