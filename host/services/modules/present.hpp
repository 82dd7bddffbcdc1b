// Plans, operations and modules as the REST interface shows them: in the reader's language.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "host/base/json.hpp"
#include "host/modules/library.hpp"
#include "host/modules/records.hpp"
#include "host/modules/registry.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::module_admin {

// The stored plan keeps texts of the new module in all languages; the answer has those of one.
Json present_plan(const Json& plan, const i18n::Catalog& texts, i18n::Language language);
// Each line of a stage and the error also have their code and parameters, for a reader in another language.
Json present_operation(const modules::Operation& operation, const i18n::Catalog& texts,
                       i18n::Language language);
// `face`: null when the module's folder cannot be read.
Json present_module(const modules::InstalledModule& module,
                    const std::vector<modules::ModuleVersion>& versions, const modules::ModuleFace* face,
                    const i18n::Catalog& texts, i18n::Language language);

}  // namespace opsflux::module_admin
