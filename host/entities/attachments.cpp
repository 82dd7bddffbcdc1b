// The attachments of Files.
#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/files.hpp"

namespace opsflux::entities {
namespace {

Error wrong_files(std::string_view expected) {
  return Error::invalid("entity.wrong_type", "The field files takes " + std::string(expected) + ".")
      .at("files")
      .with("field", "files")
      .with("expected", expected);
}

Result<std::vector<std::string>> ids_of(const Json& list) {
  const std::string expected =
      "a list of 1 to " + std::to_string(kMaxAttachedAtOnce) + " identifiers of files";
  if (!list.is_array() || list.empty() || list.size() > kMaxAttachedAtOnce)
    return fail(wrong_files(expected));
  std::vector<std::string> out;
  for (const Json& item : list) {
    if (!item.is_string() || !is_uuid(item.get_ref<const std::string&>())) return fail(wrong_files(expected));
    out.push_back(item.get<std::string>());
  }
  return out;
}

Result<void> check_room(WriteContext& write, const EntityEntry& entity, std::string_view id,
                        std::size_t more) {
  std::int64_t count = 0;
  TRY(write.transaction.query_one(
      "SELECT count(*) FROM core_file WHERE entity = $1 AND record_id = $2 AND field IS NULL AND deleted_at "
      "IS NULL",
      {std::string_view(entity.definition->name), id}, [&](const store::Row& row) { count = row.i64(0); }));
  if (count + static_cast<std::int64_t>(more) <= static_cast<std::int64_t>(kMaxAttachments)) return {};
  return fail(Error::conflict("entity.too_many_attachments",
                              "A record has at most " + std::to_string(kMaxAttachments) + " attachments.")
                  .at("files")
                  .with("max", std::to_string(kMaxAttachments)));
}

Json told(const StoredFile& file, bool added) {
  const Json name = file.name, nothing;
  return {{"field", "_attachment"}, {"before", added ? nothing : name}, {"after", added ? name : nothing}};
}

bool is_attachment(const StoredFile& file) { return file.field.empty() && file.comment_id.empty(); }

}  // namespace

Result<void> Files::list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                         std::string_view id, std::string& out) {
  const std::size_t start = out.size();
  std::string people, author = "NULL";
  if (entity.people != nullptr) {
    people = " LEFT JOIN " + entity.people->definition->table + " p ON p.id = f.created_by";
    author = "p." + entity.people->definition->title;
  }
  return engine_.database().read([&](store::Session& session) -> Result<void> {
    out.resize(start);
    TRY(Engine::require_scope(session, catalog, entity, caller, id, 0));
    JsonWriter json(out);
    json.begin_object().key("data").begin_array();
    TRY(session.query("SELECT " + std::string(kFileColumns) + ", " + author + " FROM core_file f" + people +
                          " WHERE f.entity = $1 AND f.record_id = $2 AND f.field IS NULL AND f.comment_id IS "
                          "NULL AND f.deleted_at IS NULL ORDER BY f.id LIMIT " +
                          std::to_string(kMaxAttachments),
                      {std::string_view(entity.definition->name), id}, [&](const store::Row& row) {
                        const StoredFile file = stored_file(row);
                        json.begin_object();
                        write_file_members(json, file);
                        json.key("created_at").string(file.created_at).key("created_by");
                        const auto text = [&](bool empty, std::string_view value) {
                          if (empty)
                            json.null();
                          else
                            json.string(value);
                        };
                        text(file.created_by.empty(), file.created_by);
                        json.key("author");
                        text(row.is_null(14), row.text(14));
                        json.end_object();
                        return true;
                      }));
    json.end_array().end_object();
    return {};
  });
}

Result<void> Files::attach(WriteContext& write, const EntityEntry& entity, std::string_view id,
                           const Json& input) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 2));
  TRY_ASSIGN(ids, ids_of(input.is_object() ? input.value("files", Json()) : Json()));
  TRY(check_room(write, entity, id, ids.size()));
  const std::string_view name = entity.definition->name;
  Json changes = Json::array();
  for (const std::string& one : ids) {
    TRY_ASSIGN(file, find_file(write.transaction, one));
    const bool own = file && file->loose() && file->created_by == write.caller.user_id;
    const bool here = file && file->belongs_to(name, id) && is_attachment(*file);
    if (!own && !here) return fail(no_file("files"));
    if (here && file->deleted_at.empty()) continue;
    TRY_ASSIGN(changed, write.transaction.execute(
                            "UPDATE core_file SET entity = $2, record_id = $3, deleted_at = NULL WHERE id = "
                            "$1 AND (record_id IS NULL OR deleted_at IS NOT NULL)",
                            {std::string_view(one), name, id}));
    if (changed != 1) return fail(no_file("files"));
    changes.push_back(told(*file, true));
  }
  if (changes.empty()) return {};
  return engine_.note(write, entity, id, "attached", changes);
}

Result<void> Files::detach(WriteContext& write, const EntityEntry& entity, std::string_view id,
                           std::string_view file) {
  TRY(Engine::require_scope(write.transaction, write.catalog, entity, write.caller, id, 2));
  TRY_ASSIGN(found, find_file(write.transaction, file));
  if (!found || !found->belongs_to(entity.definition->name, id) || !is_attachment(*found) ||
      !found->deleted_at.empty())
    return fail(Error::not_found("file.not_found", "There is no such file."));
  const std::string now = format_utc(engine_.clock().now());
  TRY(write.transaction.execute("UPDATE core_file SET deleted_at = $2 WHERE id = $1",
                                {file, std::string_view(now)}));
  return engine_.note(write, entity, id, "detached", Json::array({told(*found, false)}));
}

Result<void> Files::attach_to_comment(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                      std::string_view comment, const Json& files, Json& changes) {
  TRY_ASSIGN(ids, ids_of(files));
  TRY(check_room(write, entity, id, ids.size()));
  for (const std::string& one : ids) {
    TRY_ASSIGN(file, find_file(write.transaction, one));
    TRY_ASSIGN(changed,
               write.transaction.execute(
                   "UPDATE core_file SET entity = $2, record_id = $3, comment_id = $4 WHERE id = $1 AND "
                   "record_id IS NULL AND created_by = $5",
                   {std::string_view(one), std::string_view(entity.definition->name), id, comment,
                    std::string_view(write.caller.user_id)}));
    if (!file || changed != 1) return fail(no_file("files"));
    changes.push_back(told(*file, true));
  }
  return {};
}

}  // namespace opsflux::entities
