// What changes who may do what asks for a proof of who does it, by whatever way the change comes.
#pragma once

#include <functional>

#include "host/services/identity/rights/guards.hpp"

namespace opsflux::identity {

// `required` refuses callers who have not proved lately who they are; it outlives the guards. To be added
// after those that judge the change itself, so that nobody proves it in vain.
using ConfirmRequired = std::function<Result<void>(const Caller&)>;
Guards confirm_guards(ConfirmRequired required);
// The same for what comes back after a deletion, which took a proof and which hooks are not asked about.
entities::Watches confirm_watches(ConfirmRequired required);

}  // namespace opsflux::identity
