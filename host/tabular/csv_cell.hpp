// One cell of CSV, the same in every file that the host writes.
#pragma once

#include <string>
#include <string_view>

namespace opsflux::tabular {

// RFC 4180: quoted where it has to be. `formula_safe`: a text that begins like a formula is preceded by an
// apostrophe, so that no spreadsheet program runs it.
void append_csv_cell(std::string& out, std::string_view text, char separator, bool formula_safe);

}  // namespace opsflux::tabular
