// What a client says about a custom field.
#pragma once

#include <optional>
#include <string>

#include "host/base/error.hpp"
#include "host/base/json.hpp"
#include "host/entities/custom_fields.hpp"
#include "host/services/i18n/language.hpp"

namespace opsflux::custom_fields {

inline constexpr std::size_t kMaxLabel = 100, kMaxHelp = 500;  // code points

// A new field of {"entity", "field", "texts", "name"?, "section"?, "search"?}. Its name is made of its label,
// which `language` tells among several, where none is given; `taken` are those of the entity's custom fields.
// All that is wrong at once.
Result<entities::CustomField> new_field(const Json& body, i18n::Language language,
                                        std::span<const entities::CustomField> taken);
// Applies {"field"?, "texts"?, "section"?, "search"?} to a field that is there. What decides how its values
// are stored stays: "custom_field.fixed".
Result<entities::CustomField> changed_field(const entities::CustomField& before, const Json& body);

// The texts of all fields in use in a language, by module and key, with gaps filled from the other languages.
Json texts_of(const entities::CustomFields& fields, i18n::Language language);

}  // namespace opsflux::custom_fields
