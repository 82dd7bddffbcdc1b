#include "host/entities/files.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"
#include "host/entities/file_name.hpp"
#include "host/entities/media_type.hpp"

namespace opsflux::entities {
namespace {

store::Value number_or_null(std::int64_t number) {
  return number > 0 ? store::Value(number) : store::Value(store::kNull);
}

}  // namespace

Error no_file(std::string_view field) {
  return Error::invalid("entity.no_file", "The field " + std::string(field) +
                                              " names a file that does not exist, or that you have not "
                                              "uploaded yourself.")
      .at(field)
      .with("field", field);
}

std::string readable_size(std::int64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  for (; value >= 1024 && unit + 1 < std::size(kUnits); ++unit) value /= 1024;
  char text[40];
  // Rounded up, so that what is a byte too large does not look as if it were not.
  std::snprintf(text, sizeof text, "%.10g", std::ceil(value * 10) / 10);
  return std::string(text) + " " + kUnits[unit];
}

StoredFile stored_file(const store::Row& row) {
  StoredFile out{row.string(0), row.string(1), row.string(2), row.string(3), row.i64(4), {},
                 row.string(7), row.string(8)};
  if (!row.is_null(5) && !row.is_null(6)) out.image = ImageSize{row.i64(5), row.i64(6)};
  out.entity = row.string(9);
  out.record_id = row.string(10);
  out.field = row.string(11);
  out.comment_id = row.string(12);
  out.deleted_at = row.string(13);
  return out;
}

Result<std::optional<StoredFile>> find_file(store::Session& session, std::string_view id) {
  std::optional<StoredFile> out;
  TRY(session.query_one("SELECT " + std::string(kFileColumns) + " FROM core_file f WHERE f.id = $1", {id},
                        [&](const store::Row& row) { out = stored_file(row); }));
  return out;
}

Result<void> insert_file(store::Transaction& transaction, const StoredFile& file) {
  const auto text = [](const std::string& value) { return store::text_or_null(std::string_view(value)); };
  const ImageSize size = file.image.value_or(ImageSize{});
  TRY(transaction.execute(
      "INSERT INTO core_file (id, blob, name, media_type, size, width, height, created_at, created_by) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {std::string_view(file.id), std::string_view(file.blob), std::string_view(file.name),
       std::string_view(file.media_type), file.size, number_or_null(size.width), number_or_null(size.height),
       std::string_view(file.created_at), text(file.created_by)}));
  return {};
}

void write_file_members(JsonWriter& json, const StoredFile& file) {
  json.key("id").string(file.id).key("name").string(file.name).key("type").string(file.media_type);
  json.key("size").number(file.size);
  if (file.image)
    json.key("width").number(file.image->width).key("height").number(file.image->height);
  else
    json.key("width").null().key("height").null();
}

Result<StoredFile> Files::examine(const Caller& caller, std::string_view name, std::string_view declared,
                                  const std::filesystem::path& path) const {
  StoredFile out;
  if (is_utf8(name)) out.name = clean_file_name(name);
  if (out.name.empty())
    return fail(Error::invalid("file.no_name", "A file has a name, such as report.pdf, in \"file_name\".")
                    .at("file_name"));
  std::error_code ec;
  const auto size = std::filesystem::file_size(path, ec);
  if (ec || size == 0)
    return fail(Error::invalid("file.empty", "The file " + out.name + " is empty.").with("name", out.name));
  const std::uint64_t most = engine_.file_limits().size;
  if (size > most) {
    const std::string large = readable_size(static_cast<std::int64_t>(size)),
                      max = readable_size(static_cast<std::int64_t>(most));
    return fail(Error::too_large("file.too_big", "The file " + out.name + " is too large: " + large +
                                                     "; at most " + max + " are taken.")
                    .with("name", out.name)
                    .with("size", large)
                    .with("max", max));
  }
  TRY_ASSIGN(sniffed, sniff_media_type(path));
  TRY_ASSIGN(type, media_type_of(out.name, declared, sniffed));
  out.id = engine_.new_id();
  out.media_type = std::move(type);
  out.size = static_cast<std::int64_t>(size);
  out.created_at = format_utc(engine_.clock().now());
  out.created_by = caller.user_id;
  if (is_plain_image(out.media_type)) out.image = image_size_of(path);
  return out;
}

Result<StoredFile> Files::receive(const Caller& caller, std::string_view name, std::string_view declared,
                                  const std::filesystem::path& path) {
  TRY_ASSIGN(file, examine(caller, name, declared, path));
  TRY_ASSIGN(blob, engine_.blobs().put(path));
  file.blob = blob.id;
  file.size = static_cast<std::int64_t>(blob.size);
  TRY(engine_.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    std::int64_t waiting = 0, bytes = 0;
    TRY(
        transaction.query_one("SELECT count(*), CAST(coalesce(sum(size), 0) AS bigint) FROM core_file WHERE "
                              "created_by = $1 AND record_id IS NULL",
                              {std::string_view(caller.user_id)}, [&](const store::Row& row) {
                                waiting = row.i64(0);
                                bytes = row.i64(1);
                              }));
    const auto most = static_cast<std::int64_t>(kMaxLooseSize * engine_.file_limits().size);
    if (bytes + file.size > most)
      return fail(Error::conflict("file.too_much", "Your uploads that belong to no record yet would take " +
                                                       readable_size(bytes + file.size) + "; at most " +
                                                       readable_size(most) + " are kept.")
                      .with("size", readable_size(bytes + file.size))
                      .with("max", readable_size(most)));
    if (waiting >= static_cast<std::int64_t>(kMaxLooseFiles))
      return fail(Error::conflict("file.too_many", "You have uploaded " + std::to_string(waiting) +
                                                       " files that belong to no record yet. Use or "
                                                       "discard them first.")
                      .with("max", std::to_string(kMaxLooseFiles)));
    return insert_file(transaction, file);
  }));
  return file;
}

Result<void> Files::discard(const Caller& caller, std::string_view file) {
  std::int64_t gone = 0;
  TRY(engine_.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(count, transaction.execute(
                          "DELETE FROM core_file WHERE id = $1 AND created_by = $2 AND record_id IS NULL",
                          {file, std::string_view(caller.user_id)}));
    gone = count;
    return {};
  }));
  if (gone == 0) return fail(Error::not_found("file.not_found", "There is no such file."));
  return {};
}

Result<bool> Files::visible(store::Session& session, const EntityEntry& entity, const Caller& caller,
                            const StoredFile& file) const {
  if (!file.field.empty()) {
    const auto index = entity.definition->find(file.field);
    return index && !entity.fields_for(caller).hidden[*index];
  }
  if (!file.deleted_at.empty()) return false;
  if (file.comment_id.empty()) return true;
  return session.query_one("SELECT 1 FROM core_comment WHERE id = $1 AND deleted_at IS NULL",
                           {std::string_view(file.comment_id)}, [](const store::Row&) {});
}

Result<Files::Content> Files::open(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                                   std::string_view id, std::string_view file, bool read) {
  const Error none = Error::not_found("file.not_found", "There is no such file.");
  std::optional<StoredFile> found;
  TRY(engine_.database().read([&](store::Session& session) -> Result<void> {
    found.reset();
    TRY(Engine::require_scope(session, catalog, entity, caller, id, 0));
    TRY_ASSIGN(row, find_file(session, file));
    if (!row || !row->belongs_to(entity.definition->name, id)) return fail(none);
    TRY_ASSIGN(seen, visible(session, entity, caller, *row));
    if (!seen) return fail(none);
    found = std::move(row);
    return {};
  }));
  TRY_ASSIGN(descriptor, engine_.blobs().open(found->blob));
  if (read) TRY(engine_.note_reading(entity, caller, id, found->name));
  return Content{std::move(*found), std::move(descriptor)};
}

Result<std::vector<std::string>> Files::unnamed(std::vector<std::string> blobs) const {
  std::vector<std::string> out;
  TRY(engine_.database().read([&](store::Session& session) -> Result<void> {
    out.clear();
    for (const std::string& blob : blobs) {
      TRY_ASSIGN(named, session.query_one("SELECT 1 FROM core_file WHERE blob = $1 LIMIT 1",
                                          {std::string_view(blob)}, [](const store::Row&) {}));
      if (!named) out.push_back(blob);
    }
    return {};
  }));
  return out;
}

Result<void> Files::check() const {
  std::size_t missing = 0;
  std::string example;
  TRY(engine_.database().read([&](store::Session& session) {
    missing = 0;
    return session.query("SELECT blob, min(name) FROM core_file GROUP BY blob", {},
                         [&](const store::Row& row) {
                           if (engine_.blobs().open(row.text(0))) return true;
                           ++missing;
                           example = row.string(1);
                           return true;
                         });
  }));
  if (missing == 0) return {};
  return fail(Error::not_found("blob.missing", std::to_string(missing) +
                                                   " contents of files are missing, "
                                                   "such as that of " +
                                                   example + "."));
}

Result<std::size_t> Files::prune(const Kept& before) {
  const std::string loose = format_utc(before.loose), attachments = format_utc(before.attachments),
                    fields = format_utc(before.fields);
  TRY(engine_.database().write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.execute("DELETE FROM core_file WHERE record_id IS NULL AND created_at < $1",
                            {std::string_view(loose)}));
    TRY(transaction.execute("DELETE FROM core_file WHERE field IS NULL AND deleted_at < $1",
                            {std::string_view(attachments)}));
    if (before.fields > 0)
      TRY(transaction.execute("DELETE FROM core_file WHERE field IS NOT NULL AND deleted_at < $1",
                              {std::string_view(fields)}));
    return {};
  }));
  return engine_.blobs().remove_unnamed(
      before.blobs, [this](std::vector<std::string> blobs) { return unnamed(std::move(blobs)); });
}

}  // namespace opsflux::entities
