// What happens to files when fields name them. Internal to the engine's writes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/entities/catalog.hpp"
#include "host/entities/files.hpp"

namespace opsflux::entities {

// The identifiers that a value of a file field holds.
std::vector<std::string> file_ids(const Field& field, const FieldValue& value);

// Whether the files that a record newly names may be: the caller's own loose ones, or those that this field
// of this record named before; of a type and size that the field takes. What is wrong is added to `causes`.
Result<void> check_files(WriteContext& write, const EntityEntry& entity, const Record& record,
                         const Record* before, std::vector<Error>& causes);

// Makes the files that a stored record newly names its own, and marks those that it names no more: they stay
// for its earlier versions.
Result<void> bind_files(WriteContext& write, const EntityEntry& entity, const Record& record,
                        const Record* before, const std::string& now);

// Names by identifier of the files in the fields that differ.
using FileNames = std::map<std::string, std::string, std::less<>>;
Result<FileNames> changed_file_names(WriteContext& write, const EntityEntry& entity, const Record& record,
                                     const Record* before);

// The value of a field of the record `from` for another record to take over: with new files of the caller's
// that have the same contents, because a file belongs to one record.
Result<Json> with_copied_files(WriteContext& write, Engine& engine, const std::string& now,
                               const EntityEntry& entity, std::string_view from, const Field& field,
                               const FieldValue& value);

}  // namespace opsflux::entities
