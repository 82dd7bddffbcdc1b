// The suite on PostgreSQL.
#include "host/services/settings/flags_suite.hpp"
#include "host/services/settings/suite.hpp"

namespace opsflux::settings_service {

INSTANTIATE_TEST_SUITE_P(Postgresql, SettingsSuite, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, FlagsSuite, ::testing::Values(true));

}  // namespace opsflux::settings_service
