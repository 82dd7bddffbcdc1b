// What joins feature flags to the modules that declare them.
#pragma once

#include "host/entities/engine.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::cli {

// Makes a record of each flag that an active module declares and that never had one, so that administrators
// find it in their list. It is described in the language of the first administrator, by the module's text
// "flag.<key>".
Result<void> make_declared_flags(store::Database& database, entities::Engine& engine,
                                 std::shared_ptr<const modules::Registry> registry,
                                 const i18n::Catalog& texts);

}  // namespace opsflux::cli
