// What must hold of a record before it is written. Internal to the engine's writes.
#pragma once

#include "host/base/clock.hpp"
#include "host/entities/catalog.hpp"

namespace opsflux::entities {

// One error for all that is wrong: a single cause stands for itself.
Error together(std::vector<Error> causes);
Error missing_value(const Field& field);
// The same error with its fields below a place: "lines/2", "operations/3".
Error below(Error error, const std::string& place);

class RecordChecks {
 public:
  // References must outlive it.
  RecordChecks(WriteContext& write, const EntityEntry& entity, const Clock& clock)
      : write_(write), entity_(entity), definition_(*entity.definition), clock_(clock) {}

  // When everybody had his say: required fields, currencies, references to living records that the caller may
  // see, the tree, the status, the rules. `before` is null for a new record. All that is wrong at once.
  Result<void> run(const Record& record, const Record* before);
  // The same in two steps, for what is summed up in between: the values by themselves, and what is judged by
  // all of them, the status and the rules.
  Result<void> values(const Record& record, const Record* before);
  Result<void> logic(const Record& record, const Record* before);

 private:
  void required(const Record& record);
  void missing(std::size_t index);
  // Whether the caller may not see the field: then no error names it.
  bool hides(std::size_t index) const;
  bool hides(const std::string& field) const;
  Result<void> references(const Record& record, const Record* before);
  Result<void> reference(const Field& field, const EntityEntry& target, std::string_view id);
  Result<void> any(const Field& field, std::string_view value);
  Result<void> tree(const Field& field, const Record& record);
  Result<void> status(const Record& record, const Record* before);
  Result<void> transition(const std::string& from, const std::string& to, const Record& record);
  Result<void> rules(const Record& record);
  Result<bool> holds(const ExpressionPtr& condition, const Record& record) const;

  WriteContext& write_;
  const EntityEntry& entity_;
  const Definition& definition_;
  const Clock& clock_;
  Result<void> check_values(const Record& record, const Record* before);
  Result<void> told();

  std::vector<Error> causes_;
};

}  // namespace opsflux::entities
