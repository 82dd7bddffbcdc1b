#include "tests/system/backend.hpp"

namespace opsflux::system_test {

const Backend kBackend = Backend::kSqlite;

}  // namespace opsflux::system_test
