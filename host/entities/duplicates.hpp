// Records that are probably the same thing entered twice.
//
// A definition says by rules when two records are alike. For each record and rule some keys are kept in
// core_likeness, in the transaction of every write: two records that are alike have at least one in common,
// so that few are compared. Records from before a rule get their keys in the background.
#pragma once

#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/entities/engine.hpp"

namespace opsflux::entities {

class Duplicates {
 public:
  // Keeps the keys of a record that is written. `before`: null when it is new.
  static Result<void> keep(store::Transaction& transaction, const EntityEntry& entity, const Record& record,
                           const Record* before);
  static Result<void> forget(store::Transaction& transaction, std::string_view record_id);
  // All of a module's entities, whose tables are gone.
  static Result<void> forget_module(store::Transaction& transaction, std::string_view module);

  // Appends {"data":[{"id":…,"title":…,"score":0.97,"rules":["name"]}]}: living records the caller may see
  // that are like `values`, the most alike first, ten at most. Rules on fields he may not see do not count.
  // Values that do not fit their fields count as missing. `except`: a record that is not looked for.
  static Result<void> find(Engine& engine, const Catalog& catalog, const EntityEntry& entity,
                           const Caller& caller, const Json& values, std::string_view except,
                           std::string& out);
  // The same for a record that is there.
  static Result<void> find_like(Engine& engine, const Catalog& catalog, const EntityEntry& entity,
                                const Caller& caller, std::string_view id, std::string& out);
};

// Gives records from before a rule, or a change of it, their keys, batch by batch. One thread.
class LikenessBuilder {
 public:
  explicit LikenessBuilder(store::Database& database) : database_(database) {}

  // Does one batch; false when there is nothing left to do. It goes on where it was when the server stopped.
  Result<bool> step(const Catalog& catalog);

 private:
  Result<bool> batch(const EntityEntry& entity, const std::string& wanted);

  store::Database& database_;
  std::map<std::string, std::string> done_;  // entity -> the rules its keys were made for
};

}  // namespace opsflux::entities
