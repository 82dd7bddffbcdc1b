// JSON Schemas (2020-12) of what goes in and out.
#pragma once

#include <string_view>

#include "host/base/json.hpp"
#include "host/entities/field.hpp"

namespace opsflux::api_docs {

// Of a field's value that is there; where none is given, null stands for it.
Json field_schema(const entities::Field& field);
// "#/components/schemas/<name>".
Json schema_ref(std::string_view name);
// The schemas that every description has, by name.
const Json& core_schemas();
// A parameter of the query by its name in the tables of operations; null when there is none of that name.
Json query_parameter(std::string_view name);

}  // namespace opsflux::api_docs
