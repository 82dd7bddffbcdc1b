#include "host/entities/record_key.hpp"

#include "host/entities/record_io.hpp"
#include "host/entities/row_policy.hpp"
#include "host/store/session.hpp"

namespace opsflux::entities {

Result<std::string> find_by_key(WriteContext& write, const EntityEntry& entity, const RecordKey& key) {
  std::vector<expression::SqlValue> owned;
  const std::string policy =
      RowPolicy(entity, write.catalog, write.caller, 0).sql("t", owned, write.transaction.dialect());
  std::vector<store::Value> params = as_params(owned, owned.size());
  std::string sql = "SELECT t.id FROM " + entity.definition->table + " t WHERE t.deleted_at IS NULL" + policy;
  for (const auto& [index, value] : key) {
    const Field& field = entity.definition->fields[index];
    params.push_back(bind_value(field, value, write.transaction.dialect()));
    sql += " AND t." + field.name + " = $" + std::to_string(params.size());
  }
  std::string id;
  TRY(write.transaction.query_one(sql, params, [&](const store::Row& row) { id = row.string(0); }));
  return id;
}

}  // namespace opsflux::entities
