#include "host/automation/scheduler_suite.hpp"

namespace opsflux::automation {

INSTANTIATE_TEST_SUITE_P(Sqlite, DispatcherTest, ::testing::Values(store::Dialect::kSqlite));

}  // namespace opsflux::automation
