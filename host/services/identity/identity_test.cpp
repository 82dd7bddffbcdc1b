// The suite on SQLite.
#include "host/services/identity/suite.hpp"
#include "host/services/identity/suite_codes.hpp"
#include "host/services/identity/suite_confirm.hpp"
#include "host/services/identity/suite_factors.hpp"
#include "host/services/identity/suite_passwords.hpp"
#include "host/services/identity/suite_session_list.hpp"
#include "host/services/identity/suite_sessions.hpp"

namespace opsflux::identity {

INSTANTIATE_TEST_SUITE_P(Sqlite, World, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, Factors, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, Proofs, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, Codes, ::testing::Values(false));

}  // namespace opsflux::identity
