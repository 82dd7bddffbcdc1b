#include "tests/system/backend.hpp"

namespace opsflux::system_test {

const Backend kBackend = Backend::kPostgresql;

}  // namespace opsflux::system_test
