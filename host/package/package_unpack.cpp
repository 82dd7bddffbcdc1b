#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/files.hpp"
#include "host/package/hashing.hpp"
#include "host/package/package.hpp"
#include "host/package/package_content.hpp"

namespace opsflux::package {
namespace {

namespace fs = std::filesystem;

Result<void> write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(file_error(errno, path, "write"));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

// The file is on disk when this returns; its bytes were compared with the digest on their way.
Result<void> unpack_file(const PackageContent& content, const PackageFile& file, const fs::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444));
  if (!fd) return fail(file_error(errno, path, "create"));
  Sha256 hash;
  TRY(content.stream(file.name, [&](std::string_view piece) -> Result<void> {
    hash.add(piece);
    return write_all(fd.get(), piece, path);
  }));
  const std::string sum = hash.hex();
  const bool listed = file.name != kDigestsName && file.name != kSignaturesName;
  if (listed ? sum != file.sha256 : file.name == kDigestsName && sum != content.digest)
    return fail(Error::invalid("package.altered", file.name + " was altered while it was unpacked.")
                    .at(file.name)
                    .with("file", file.name));
  if (::fsync(fd.get()) != 0) return fail(file_error(errno, path, "sync"));
  return {};
}

Result<void> unpack_all(const PackageContent& content, const fs::path& folder) {
  std::set<fs::path> folders = {folder};
  for (const PackageFile& file : content.files) {
    const fs::path path = folder / file.name;
    for (fs::path parent = path.parent_path(); folders.insert(parent).second;) parent = parent.parent_path();
    TRY(make_folders(path.parent_path()));
    TRY(unpack_file(content, file, path));
  }
  for (const fs::path& made : folders) TRY(sync_folder(made));
  return {};
}

}  // namespace

Result<void> Package::unpack(const fs::path& folder) const {
  std::error_code ec;
  if (fs::exists(folder, ec) && !fs::is_empty(folder, ec))
    return fail(Error::conflict(
                    "package.folder_in_use",
                    "The folder " + folder.string() + " is not empty; a package is unpacked into a new one.")
                    .at(folder.string()));
  TRY(make_folders(folder));
  auto unpacked = unpack_all(*content_, folder);
  if (!unpacked) {
    (void)remove_tree(folder);
    return unpacked;
  }
  return sync_folder(folder.has_parent_path() ? folder.parent_path() : fs::path("."));
}

}  // namespace opsflux::package
