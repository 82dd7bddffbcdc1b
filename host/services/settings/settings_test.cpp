// The suite on SQLite.
#include "host/services/settings/flags_suite.hpp"
#include "host/services/settings/suite.hpp"

namespace opsflux::settings_service {

INSTANTIATE_TEST_SUITE_P(Sqlite, SettingsSuite, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, FlagsSuite, ::testing::Values(false));

}  // namespace opsflux::settings_service
