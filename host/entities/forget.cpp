#include "host/entities/forget.hpp"

#include "host/entities/custom_fields.hpp"
#include "host/entities/duplicates.hpp"
#include "host/entities/search.hpp"

namespace opsflux::entities {

Result<void> forget_module(store::Transaction& transaction, std::string_view module) {
  TRY(forget_custom_fields(transaction, std::string(module)));
  TRY(Duplicates::forget_module(transaction, module));
  TRY(forget_search(transaction, module));
  const std::string prefix = std::string(module) + ".";
  const auto forget = [&](const std::string& table, const std::string& where) -> Result<void> {
    TRY(transaction.execute("DELETE FROM " + table + " WHERE " + where, {std::string_view(prefix)}));
    return {};
  };
  TRY(forget("core_reaction",
             "comment_id IN (SELECT id FROM core_comment WHERE substr(entity, 1, length($1)) = $1)"));
  for (const char* table :
       {"core_comment", "core_mark", "core_tag", "core_share", "core_lock", "core_merge", "core_file"})
    TRY(forget(table, "substr(entity, 1, length($1)) = $1"));
  return forget("core_sequence", "substr(name, 1, length($1)) = $1");
}

}  // namespace opsflux::entities
