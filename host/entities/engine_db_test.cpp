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
#include "host/entities/engine_suite_security.hpp"
#include "host/entities/engine_suite_types.hpp"
#include "host/entities/engine_suite_unseen.hpp"
#include "host/entities/engine_suite_writes.hpp"

namespace opsflux::entities {
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuite, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuitePaths, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteTypes, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteRights, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuitePlaces, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteUnseen, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteFiles, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteAround, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteSearch, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteCustom, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteDuplicates, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteParts, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuitePlans, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, EngineSuiteSecurity, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Postgresql, AuditSuite, ::testing::Values(true));
}  // namespace opsflux::entities
