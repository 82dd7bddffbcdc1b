// The end of a module's entities, whose tables are gone: of what is kept beside their records nothing stays
// but the audit trail.
#pragma once

#include <string_view>

#include "host/base/error.hpp"

namespace opsflux::store {
class Transaction;
}

namespace opsflux::entities {

Result<void> forget_module(store::Transaction& transaction, std::string_view module);

}  // namespace opsflux::entities
