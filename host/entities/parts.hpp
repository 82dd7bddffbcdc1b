// Parts of a record: the lines of an order, the steps of a procedure.
//
// They are records of an entity of their own, with all that those have (types, rules, audit, files, search).
// A definition with "part_of" binds them to a whole: they come and go with it, in its JSON as a list under
// the name that "part_of" gives, and whoever may see or edit the whole may see or edit them. The list of a
// write takes the place of all parts: those with an "id" are changed, those without are made, the others
// deleted. Fields with "rollup" sum up over them. A part that is written by itself changes the version of its
// whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/entities/engine.hpp"

namespace opsflux::entities {

inline constexpr std::size_t kMaxParts = 1000;  // of one name and record

// For one write of a record of `entity`.
class Parts {
 public:
  // References must outlive it.
  Parts(Engine& engine, WriteContext& write, const EntityEntry& entity)
      : engine_(engine), write_(write), entity_(entity) {}

  // The entity of the parts that records of `whole` have under a name; null: there is none.
  static const EntityEntry* of(const EntityEntry& whole, std::string_view name);
  // Whether the caller may write a part of this whole. "entity.no_record", "entity.out_of_scope" of the
  // whole.
  static Result<void> may_write(WriteContext& write, const EntityEntry& entity, const Record& part);

  // Writes the parts that the input has; whether one was made, changed or deleted. Errors are those of single
  // records, at "lines/2/amount"; "entity.no_part", "entity.too_many_parts", "entity.parts_no_list".
  Result<bool> write_all(std::string_view id, const Json& input);
  // Sets what is summed up over the parts and computed from that, judges status and rules, and stores what
  // differs. Nothing for an entity without rollups. `before`: null for a new record.
  Result<void> sum_up(Record& record, const Record* before);

  // Gives a new part that is written by itself the place after the last.
  Result<void> place(Record& part) const;
  // A part never goes over to another whole ("entity.part_stays").
  Result<void> stays(const Record& record, const Record& before) const;
  // After a part was written by itself: its whole gets a version and what is summed up over it.
  Result<void> touch_whole(const Record& part);
  Result<void> touch_whole_of(std::string_view part_id);

  // The living parts in their order.
  Result<std::vector<Record>> load(const EntityEntry& part, std::string_view id);
  // Removes the parts of a record that is about to be removed for good.
  Result<void> purge_all(std::string_view id);

 private:
  Result<bool> write_list(const EntityEntry& part, std::string_view id, const Json& list);
  Result<bool> write_item(const EntityEntry& part, std::string_view id, const Json& item, std::int64_t place,
                          std::vector<Record>& rest);
  Result<FieldValue> rolled_up(const Field& field, std::string_view id) const;

  Engine& engine_;
  WriteContext& write_;
  const EntityEntry& entity_;
};

}  // namespace opsflux::entities
