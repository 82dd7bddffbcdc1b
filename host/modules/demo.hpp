// Demo data of a module: records that show what it can do, loaded when somebody asks for them.
//
// demo/*.json, in the order of their names: {"entity": "company", "records": [{"_key": "helico", …}]}.
// "_key" names a record for the ones after it, which refer to it as "@helico".
#pragma once

#include "host/modules/library.hpp"

namespace opsflux::modules {

// Creates every record through the engine, hooks included, in one transaction; gives their number.
// Errors name file and record.
Result<std::int64_t> load_demo(Runtime& runtime, const ModuleLibrary& library, const ActiveModule& module,
                               const entities::Catalog& catalog, const Caller& caller);

}  // namespace opsflux::modules
