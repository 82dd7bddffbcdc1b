#include "host/store/conformance_keys.hpp"
#include "host/store/conformance_migrations.hpp"
#include "host/store/conformance_owners.hpp"
#include "host/store/conformance_posts.hpp"
#include "host/store/conformance_streams.hpp"
#include "host/store/conformance_values.hpp"
#include "host/store/conformance_writes.hpp"

namespace opsflux::store {

const auto kDatabase = testing::Values(Dialect::kPostgresql);
INSTANTIATE_TEST_SUITE_P(Store, Values, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Statements, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Posts, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Streams, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Errors, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Writes, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Reads, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Owners, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, MigrationRuns, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Introspection, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Keys, kDatabase, dialect_name);
INSTANTIATE_TEST_SUITE_P(Store, Scratch, kDatabase, dialect_name);

}  // namespace opsflux::store
