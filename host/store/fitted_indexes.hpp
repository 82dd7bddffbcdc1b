// Indexes that the host adds to the tables of others, told from theirs by the end of their names.
#pragma once

#include <string>
#include <string_view>

#include "host/store/session.hpp"

namespace opsflux::store {

inline constexpr std::string_view kFittedEnd = "_fit";

inline bool is_fitted_index(std::string_view name) { return name.ends_with(kFittedEnd); }
// "<table>_<what>_fit", at most 63 bytes: what is longer is shortened by a digest.
std::string fitted_index_name(std::string_view table, std::string_view what);

// SQLite does not drop a column that has an index: drops the indexes of this kind of all tables that `sql`
// names, if it drops anything. Nothing on PostgreSQL, where they go with the column.
Result<void> drop_fitted_indexes(Transaction& transaction, std::string_view sql);

}  // namespace opsflux::store
