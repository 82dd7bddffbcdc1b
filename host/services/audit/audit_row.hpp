// One row of audit_select() as JSON or CSV.
#pragma once

#include <string>

#include "host/base/json_writer.hpp"
#include "host/store/row.hpp"

namespace opsflux::audit_service {

// The members of the object, without its braces.
void write_members(JsonWriter& json, const store::Row& row);

std::string csv_header(char separator);
void append_csv(std::string& out, const store::Row& row, char separator);

}  // namespace opsflux::audit_service
