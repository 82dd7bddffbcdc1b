// Values and errors between the C ABI and the host.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "host/base/error.hpp"
#include "host/entities/values.hpp"
#include "host/modules/bridge/context.hpp"
#include "host/store/row.hpp"
#include "opsflux/abi/types.h"

namespace opsflux::modules {

inline std::string_view view(opf_str text) {
  return text.ptr == nullptr ? std::string_view() : std::string_view(text.ptr, text.len);
}

ErrorKind kind_of(opf_status status);  // unknown numbers are kInternal
opf_status status_of(ErrorKind kind);

// The module's error with its code made complete ("tiers.siret_checksum"); texts that are not UTF-8 are
// replaced, because they end in answers.
Error error_from(std::string_view module, const opf_error& error);
opf_error error_to(Arena& arena, const Error& error);

// kInvalid "module.bad_value" for tags that do not exist and texts that are not UTF-8.
Result<Json> json_from(const opf_value& value);
opf_value value_to(Arena& arena, const entities::Field& field, const entities::FieldValue& value);
// A JSON value of a setting or parameter.
opf_value value_to(Arena& arena, const Json& value);
std::string text_from(const opf_value& value);  // for parameters of sentences and log fields

}  // namespace opsflux::modules
