// The suite on PostgreSQL.
#include "host/services/settings/suite.hpp"

namespace opsflux::settings_service {

INSTANTIATE_TEST_SUITE_P(Postgresql, SettingsSuite, ::testing::Values(true));

}  // namespace opsflux::settings_service
