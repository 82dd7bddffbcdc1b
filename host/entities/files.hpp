// Files of records: attached to one or to a comment on it, or named by a field of it.
//
// A file is uploaded first, belongs to nobody's record then, and is thrown away after a day unless whoever
// uploaded it names it. From then on it belongs to one place of one record and never to another: the rights
// on it are those on that place, and its identifier opens nothing by itself. Contents are blobs (see
// host/store/blobs.hpp), which files may share; what is known of a file never changes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "host/entities/engine.hpp"
#include "host/entities/image_size.hpp"
#include "host/store/blobs.hpp"

namespace opsflux::entities {

inline constexpr std::size_t kMaxLooseFiles = 500;   // of one person, that belong to no record yet
inline constexpr std::size_t kMaxLooseSize = 20;     // of all those together, in files as large as may be
inline constexpr std::size_t kMaxAttachments = 500;  // of one record
inline constexpr std::size_t kMaxAttachedAtOnce = 50;

// A row of core_file.
struct StoredFile {
  std::string id, blob, name, media_type;
  std::int64_t size = 0;
  std::optional<ImageSize> image = {};
  std::string created_at, created_by;
  std::string entity = {}, record_id = {};  // empty: belongs to no record yet
  std::string field = {}, comment_id = {};  // both empty: attached to the record
  std::string deleted_at = {};

  bool loose() const { return record_id.empty(); }
  bool belongs_to(std::string_view entity_name, std::string_view id) const {
    return entity == entity_name && record_id == id;
  }
};

inline constexpr std::string_view kFileColumns =
    "f.id, f.blob, f.name, f.media_type, f.size, f.width, f.height, f.created_at, f.created_by, f.entity, "
    "f.record_id, f.field, f.comment_id, f.deleted_at";
StoredFile stored_file(const store::Row& row);
// Nothing where there is none.
Result<std::optional<StoredFile>> find_file(store::Session& session, std::string_view id);
Result<void> insert_file(store::Transaction& transaction, const StoredFile& file);
// The members of an object: "id", "name", "type", "size", "width", "height"; the last two are null but of a
// picture.
void write_file_members(JsonWriter& json, const StoredFile& file);
// "1.5 MiB", for messages.
std::string readable_size(std::int64_t bytes);
// "entity.no_file" at a field: there is no such file, or not for the caller.
Error no_file(std::string_view field);

// References must outlive it.
class Files {
 public:
  explicit Files(Engine& engine) : engine_(engine) {}

  // Takes a copy of the content at `path`. `declared`: the Content-Type it came with. Blocks.
  Result<StoredFile> receive(const Caller& caller, std::string_view name, std::string_view declared,
                             const std::filesystem::path& path);
  // Forgets a file that belongs to no record yet.
  Result<void> discard(const Caller& caller, std::string_view file);

  // The attachments of a record, oldest first:
  // {"data":[{"id","name","type","size","width","height","created_at","created_by","author"}]}
  Result<void> list(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                    std::string_view id, std::string& out);
  // {"files":[id, …]}: of the caller's loose files, or attachments of this record that were removed.
  Result<void> attach(WriteContext& write, const EntityEntry& entity, std::string_view id, const Json& input);
  Result<void> detach(WriteContext& write, const EntityEntry& entity, std::string_view id,
                      std::string_view file);
  // Gives files to a comment that was just written, and adds what is to be noted of it to `changes`.
  Result<void> attach_to_comment(WriteContext& write, const EntityEntry& entity, std::string_view id,
                                 std::string_view comment, const Json& files, Json& changes);

  struct Content {
    StoredFile file;
    FileDescriptor descriptor;
  };
  // A file of a place that the caller may see; noted in the trail where the entity is confidential, if
  // `read`. One that a field named before is there as long as an earlier version may be restored; a removed
  // attachment is not.
  Result<Content> open(const Catalog& catalog, const EntityEntry& entity, const Caller& caller,
                       std::string_view id, std::string_view file, bool read = true);

  struct Kept {
    UtcNs loose = 0;        // forgotten are: loose files older than this;
    UtcNs attachments = 0;  // attachments removed before;
    UtcNs fields = 0;       // files that a field named until before; 0: none
    UtcNs blobs = 0;        // contents that no file has and nobody sent since
  };
  // The result is how many contents were removed.
  Result<std::size_t> prune(const Kept& before);
  // Whether every file has its content: "blob.missing" with how many have not, and the name of one.
  Result<void> check() const;

 private:
  Result<StoredFile> examine(const Caller& caller, std::string_view name, std::string_view declared,
                             const std::filesystem::path& path) const;
  Result<std::vector<std::string>> unnamed(std::vector<std::string> blobs) const;
  Result<bool> visible(store::Session& session, const EntityEntry& entity, const Caller& caller,
                       const StoredFile& file) const;

  Engine& engine_;
};

}  // namespace opsflux::entities
