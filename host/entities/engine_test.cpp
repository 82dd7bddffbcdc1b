#include "host/entities/engine_suite_around.hpp"
#include "host/entities/engine_suite_audit.hpp"
#include "host/entities/engine_suite_custom.hpp"
#include "host/entities/engine_suite_duplicates.hpp"
#include "host/entities/engine_suite_file_fields.hpp"
#include "host/entities/engine_suite_files.hpp"
#include "host/entities/engine_suite_parts.hpp"
#include "host/entities/engine_suite_places.hpp"
#include "host/entities/engine_suite_plans.hpp"
#include "host/entities/engine_suite_queries.hpp"
#include "host/entities/engine_suite_reads.hpp"
#include "host/entities/engine_suite_rights.hpp"
#include "host/entities/engine_suite_search.hpp"
#include "host/entities/engine_suite_types.hpp"
#include "host/entities/engine_suite_unseen.hpp"
#include "host/entities/engine_suite_writes.hpp"

namespace opsflux::entities {
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuite, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuitePaths, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteTypes, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteRights, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuitePlaces, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteUnseen, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteFiles, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteAround, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteSearch, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteCustom, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteDuplicates, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuiteParts, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, EngineSuitePlans, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sqlite, AuditSuite, ::testing::Values(false));
}  // namespace opsflux::entities
