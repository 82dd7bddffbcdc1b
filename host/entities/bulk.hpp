// Many writes in one request: all or none in one transaction, or each by itself with its own result.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/entities/engine.hpp"

namespace opsflux::entities {

inline constexpr std::size_t kMaxBulk = 1000;

struct BulkOperation {
  enum class Action : std::uint8_t { kCreate, kUpdate, kUpsert, kDelete, kRestore } action = Action::kCreate;
  std::string id;            // of update, delete, restore
  std::int64_t version = 0;  // of update, delete: must be the stored one; 0: whatever stands
  Json key;                  // of upsert: the values of unique fields, by which the record is found
  Json values;               // of create, update, upsert
};
std::string_view to_string(BulkOperation::Action action);

struct BulkRequest {
  bool all = true;  // or each by itself
  std::vector<BulkOperation> operations;

  // {"mode":"all","operations":[{"action":"create","values":{…}},
  //  {"action":"update","id":"…","version":3,"values":{…}},
  //  {"action":"upsert","key":{"siret":"…"},"values":{…}},
  //  {"action":"delete","id":"…"}, {"action":"restore","id":"…"}]}
  // Malformed "entity.bulk_<what>" at the place that is wrong; "entity.too_many_operations".
  static Result<BulkRequest> parse(const Json& json);
};

// Carries one out, with the rights that a single one takes. Errors are those of the engine, and for upsert
// "entity.bad_key" when its key is not one that is unique.
Result<Written> apply(Engine& engine, WriteContext& write, const EntityEntry& entity,
                      const BulkOperation& operation);

// The same error with its fields below the operation: "operations/3/siret".
Error at_operation(Error error, std::size_t index);

}  // namespace opsflux::entities
