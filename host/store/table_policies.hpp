// Policies of PostgreSQL that judge which rows a RowIdentity sees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/store/database.hpp"

namespace opsflux::store {

// A view of the identifiers and the names in a table, for readers who may not see its rows.
struct NamesView {
  std::string name;
  std::string column;
};

struct TablePolicy {
  std::string table;
  std::string condition;           // SQL, of a row that may be seen
  std::optional<NamesView> names;  // made as well
};

// Makes the reader's role, and for each of the tables that is there its policy and the right to read it,
// where they are missing or others; each table in a transaction of its own, as it is locked for a moment.
// Tables that are not named are not readable to the role. PostgreSQL only. Errors: store.may_not_create_role.
Result<void> put_policies(Database& database, const std::vector<TablePolicy>& wanted);

// A column that a policy names can be neither dropped nor changed. Takes the policies off the tables that
// `sql` names, if it drops or alters anything; their rows are then hidden from readers. Nothing on SQLite.
struct TakenPolicy {
  std::string table, condition, digest;
};
Result<std::vector<TakenPolicy>> take_policies(Transaction& transaction, std::string_view sql);
// Puts those back that still fit; the others come with the next put_policies.
Result<void> return_policies(Transaction& transaction, const std::vector<TakenPolicy>& taken);

}  // namespace opsflux::store
