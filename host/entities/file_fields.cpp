#include "host/entities/file_fields.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/media_type.hpp"

namespace opsflux::entities {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

bool is_of_field(const StoredFile& file, const EntityEntry& entity, std::string_view record,
                 const Field& field) {
  return file.belongs_to(entity.definition->name, record) && file.field == field.name;
}

Error of_file(const Field& field, const StoredFile& file, std::string_view code, const std::string& why) {
  return Error::invalid(code, "The field " + field.name + " does not take the file " + file.name + ": " + why)
      .at(field.name)
      .with("field", field.name)
      .with("name", file.name);
}

void check_file(const Field& field, const StoredFile& file, std::vector<Error>& causes) {
  if (field.type == FieldType::kImage && (!is_plain_image(file.media_type) || !file.image))
    causes.push_back(
        of_file(field, file, "entity.not_an_image", "it is no picture of the types PNG, JPEG, GIF or WebP.")
            .with("type", file.media_type));
  else if (!accepts(field.accept, file.media_type))
    causes.push_back(of_file(field, file, "entity.file_type",
                             "it is " + file.media_type + ", and taken are " + join(field.accept, ", ") + ".")
                         .with("type", file.media_type)
                         .with("accept", join(field.accept, ", ")));
  if (field.max_size > 0 && file.size > field.max_size)
    causes.push_back(of_file(field, file, "entity.file_size",
                             "it is too large: " + readable_size(file.size) + "; at most " +
                                 readable_size(field.max_size) + " are taken.")
                         .with("size", readable_size(file.size))
                         .with("max", readable_size(field.max_size)));
}

std::vector<std::string> ids_before(const Field& field, const Record* before, std::size_t index) {
  return before == nullptr ? std::vector<std::string>() : file_ids(field, before->values[index]);
}

}  // namespace

std::vector<std::string> file_ids(const Field& field, const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  if (field.type != FieldType::kFiles) return {*text};
  std::vector<std::string> out;
  if (const auto list = parse_json(*text); list && list->is_array())
    for (const Json& item : *list)
      if (item.is_string()) out.push_back(item.get<std::string>());
  return out;
}

Result<void> check_files(WriteContext& write, const EntityEntry& entity, const Record& record,
                         const Record* before, std::vector<Error>& causes) {
  for (const std::size_t index : entity.file_fields) {
    const Field& field = entity.definition->fields[index];
    const auto known = ids_before(field, before, index);
    for (const std::string& id : file_ids(field, record.values[index])) {
      if (holds(known, id)) continue;
      TRY_ASSIGN(file, find_file(write.transaction, id));
      const bool own =
          file && file->loose() && (write.caller.system || file->created_by == write.caller.user_id);
      if (own || (file && is_of_field(*file, entity, record.id, field)))
        check_file(field, *file, causes);
      else
        causes.push_back(no_file(field.name));
    }
  }
  return {};
}

Result<void> bind_files(WriteContext& write, const EntityEntry& entity, const Record& record,
                        const Record* before, const std::string& now) {
  const std::string_view name = entity.definition->name, id = record.id;
  for (const std::size_t index : entity.file_fields) {
    const Field& field = entity.definition->fields[index];
    const auto known = ids_before(field, before, index), wanted = file_ids(field, record.values[index]);
    for (const std::string& file : wanted) {
      if (holds(known, file)) continue;
      // Somebody else may have taken it since it was checked.
      TRY_ASSIGN(bound, write.transaction.execute(
                            "UPDATE core_file SET entity = $2, record_id = $3, field = $4, deleted_at = NULL "
                            "WHERE id = $1 AND (record_id IS NULL OR (entity = $2 AND record_id = $3 AND "
                            "field = $4))",
                            {std::string_view(file), name, id, std::string_view(field.name)}));
      if (bound != 1) return fail(no_file(field.name));
    }
    for (const std::string& file : known)
      if (!holds(wanted, file))
        TRY(write.transaction.execute(
            "UPDATE core_file SET deleted_at = $4 WHERE id = $1 AND entity = $2 AND record_id = $3",
            {std::string_view(file), name, id, std::string_view(now)}));
  }
  return {};
}

Result<FileNames> changed_file_names(WriteContext& write, const EntityEntry& entity, const Record& record,
                                     const Record* before) {
  FileNames out;
  for (const std::size_t index : entity.file_fields) {
    const Field& field = entity.definition->fields[index];
    if (before != nullptr && before->values[index] == record.values[index]) continue;
    std::vector<std::string> ids = file_ids(field, record.values[index]);
    for (std::string& id : ids_before(field, before, index)) ids.push_back(std::move(id));
    for (const std::string& id : ids) {
      TRY_ASSIGN(file, find_file(write.transaction, id));
      if (file) out.emplace(id, file->name);
    }
  }
  return out;
}

Result<Json> with_copied_files(WriteContext& write, Engine& engine, const std::string& now,
                               const EntityEntry& entity, std::string_view from, const Field& field,
                               const FieldValue& value) {
  Json copies = Json::array();
  for (const std::string& id : file_ids(field, value)) {
    TRY_ASSIGN(file, find_file(write.transaction, id));
    if (!file || !is_of_field(*file, entity, from, field)) continue;
    StoredFile copy = *file;
    copy.id = engine.new_id();
    copy.created_at = now;
    copy.created_by = write.caller.user_id;
    TRY(insert_file(write.transaction, copy));
    copies.push_back(copy.id);
  }
  if (field.type == FieldType::kFiles) return copies;
  return copies.empty() ? Json() : std::move(copies.front());
}

}  // namespace opsflux::entities
