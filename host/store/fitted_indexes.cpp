#include "host/store/fitted_indexes.hpp"

#include "host/base/text.hpp"

namespace opsflux::store {

std::string fitted_index_name(std::string_view table, std::string_view what) {
  constexpr std::size_t kLongest = 63;
  std::string name = std::string(table) + "_" + std::string(what) + std::string(kFittedEnd);
  if (name.size() <= kLongest) return name;
  const std::string end = "_" + sha256_hex(name).substr(0, 10) + std::string(kFittedEnd);
  return name.substr(0, kLongest - end.size()) + end;
}

Result<void> drop_fitted_indexes(Transaction& transaction, std::string_view sql) {
  const std::string words = to_lower_ascii(sql);
  if (transaction.dialect() != Dialect::kSqlite || words.find("drop") == std::string::npos) return {};
  std::vector<std::string> due;
  TRY(transaction.query("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'", {},
                        [&](const Row& row) {
                          if (is_fitted_index(row.text(0)) && words.find(row.text(1)) != std::string::npos)
                            due.push_back(row.string(0));
                          return true;
                        }));
  for (const std::string& name : due) TRY(transaction.execute("DROP INDEX " + name));
  return {};
}

}  // namespace opsflux::store
