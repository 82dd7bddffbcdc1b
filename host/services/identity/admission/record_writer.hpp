// Writing records as the entity engine does, with their history, their checks and what hears of them. The
// composition root joins it to the engine.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/base/caller.hpp"
#include "host/base/error.hpp"
#include "host/base/json.hpp"

namespace opsflux::store {
class Session;
class Transaction;
}  // namespace opsflux::store

namespace opsflux::identity {

struct RecordWriter {
  // Gives the new record's id.
  std::function<Result<std::string>(store::Transaction&, std::string_view entity, const Json& values,
                                    const Caller& caller)>
      create{};
  std::function<Result<void>(store::Transaction&, std::string_view entity, std::string_view id,
                             const Json& values, const Caller& caller)>
      update{};
  std::function<Result<void>(store::Transaction&, std::string_view entity, std::string_view id,
                             const Caller& caller)>
      remove{};
  // Refuses what the caller may not do with that record, deleted or not: NotFound where he may not even see
  // it. `action`: index into entities::kActions.
  std::function<Result<void>(store::Session&, std::string_view entity, std::string_view id,
                             std::size_t action, const Caller& caller)>
      require{};
};

// The host itself, on behalf of whoever has that id (empty: nobody) and name, by what `via` names.
inline Caller host_caller(std::string_view user_id, std::string_view via, std::string_view name = {}) {
  Caller out;
  out.system = true;
  out.user_id = user_id;
  out.via = via;
  out.name = name;
  return out;
}

}  // namespace opsflux::identity
