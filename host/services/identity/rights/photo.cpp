#include "host/services/identity/rights/photo.hpp"

#include "host/entities/download.hpp"

namespace opsflux::identity {

Result<http::Response> photo_of(const RightsParts& parts, const http::Request& request) {
  const std::string_view person = request.param("id");
  std::optional<entities::StoredFile> file;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    std::string id;
    TRY(session.query_one(
        "SELECT photo FROM identity_user WHERE id = $1 AND deleted_at IS NULL", {person},
        [&](const store::Row& row) { id = row.is_null(0) ? std::string() : row.string(0); }));
    TRY_ASSIGN(found, entities::find_file(session, id));
    file = std::move(found);
    return {};
  }));
  if (!file || !file->belongs_to("identity.user", person))
    return fail(Error::not_found("file.not_found", "There is no such file."));
  TRY_ASSIGN(descriptor, parts.engine.blobs().open(file->blob));
  // A page shows it in many places; its address changes with it.
  return entities::file_response({std::move(*file), std::move(descriptor)}, true, "private, max-age=3600");
}

}  // namespace opsflux::identity
