// Settings as the browser reads them.
#pragma once

#include "host/base/json.hpp"
#include "host/modules/settings.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::settings_service {

// One module's settings, labelled in `language`: key, type, label, help, default, value (null for a secret),
// is_set, source ("default", "set", "override"), place (of an override), category and its label, bounds,
// choices.
Json present_settings(const package::Manifest& manifest, const modules::Settings& settings,
                      const i18n::Catalog& texts, i18n::Language language);

// A module's name, else its id.
std::string module_name(const package::Manifest& manifest, const i18n::Catalog& texts,
                        i18n::Language language);

// One change: id, key, label, before, after (a secret's as "***"; null: the default held), at, by, via,
// undone_by, current (nothing was changed since).
Json present_change(const modules::SettingChange& change, const package::Manifest& manifest,
                    const i18n::Catalog& texts, i18n::Language language);

}  // namespace opsflux::settings_service
