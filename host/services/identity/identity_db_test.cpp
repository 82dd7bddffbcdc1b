// The suite on PostgreSQL.
#include "host/services/identity/suite.hpp"
#include "host/services/identity/suite_codes.hpp"
#include "host/services/identity/suite_confirm.hpp"
#include "host/services/identity/suite_factors.hpp"
#include "host/services/identity/suite_passwords.hpp"
#include "host/services/identity/suite_session_list.hpp"
#include "host/services/identity/suite_sessions.hpp"

namespace opsflux::identity {

INSTANTIATE_TEST_SUITE_P(Postgresql, World, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, Factors, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, Proofs, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, Codes, ::testing::Values(true));

}  // namespace opsflux::identity
