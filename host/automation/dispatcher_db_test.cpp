#include "host/automation/scheduler_suite.hpp"

namespace opsflux::automation {

INSTANTIATE_TEST_SUITE_P(Postgresql, DispatcherTest, ::testing::Values(store::Dialect::kPostgresql));

}  // namespace opsflux::automation
