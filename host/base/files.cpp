#include "host/base/files.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/text.hpp"

namespace opsflux {
namespace fs = std::filesystem;

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Error file_error(int code, const fs::path& path, std::string_view action) {
  const std::string what = std::strerror(code);
  const std::string name = path.string();
  const std::string detail = std::string(action) + ": " + what;
  switch (code) {
    case ENOENT:
      return Error::not_found("file.missing", "The file " + name + " does not exist.")
          .at(name)
          .because(detail);
    case ENOSPC:
    case EDQUOT:
      return Error::unavailable("file.disk_full", "The disk is full: " + name + " could not be written.")
          .at(name)
          .because(detail);
    case EROFS:
    case EACCES:
    case EPERM:
      return Error::unavailable("file.not_permitted", "The server may not write or read " + name + ".")
          .at(name)
          .because(detail);
    default:
      return Error::internal("file.failed", "The file " + name + " could not be used: " + what + ".")
          .at(name)
          .because(detail);
  }
}

Result<std::string> read_file(const fs::path& path, std::size_t max_bytes) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(file_error(errno, path, "open"));
  std::string out;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(file_error(errno, path, "read"));
    if (n == 0) return out;
    if (out.size() + static_cast<std::size_t>(n) > max_bytes)
      return fail(Error::too_large("file.too_large", "The file " + path.string() + " is larger than " +
                                                         std::to_string(max_bytes) + " bytes.")
                      .at(path.string()));
    out.append(buffer, static_cast<std::size_t>(n));
  }
}

Result<void> sync_folder(const fs::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return fail(file_error(errno, path, "sync"));
  return {};
}

Result<void> write_file_atomic(const fs::path& path, std::string_view bytes, unsigned mode) {
  const fs::path temporary = path.string() + ".tmp-" + to_hex(random_bytes(6));
  const auto abandon = [&](const char* action) {
    Error error = file_error(errno, path, action);
    ::unlink(temporary.c_str());
    return fail(std::move(error));
  };
  FileDescriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd) return fail(file_error(errno, path, "create"));
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = ::write(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return abandon("write");
    done += static_cast<std::size_t>(n);
  }
  if (::fsync(fd.get()) != 0) return abandon("sync");
  if (::rename(temporary.c_str(), path.c_str()) != 0) return abandon("rename");
  return sync_folder(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

Result<void> make_folders(const fs::path& path) {
  std::error_code ec;
  fs::create_directories(path, ec);
  if (ec) return fail(file_error(ec.value(), path, "make folder"));
  return {};
}

Result<void> remove_tree(const fs::path& path) {
  std::error_code ec;
  fs::remove_all(path, ec);
  if (ec) return fail(file_error(ec.value(), path, "remove"));
  return {};
}

Result<std::string> file_sha256(const fs::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(file_error(errno, path, "open"));
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  unsigned char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(file_error(errno, path, "read"));
    if (n == 0) break;
    crypto_hash_sha256_update(&state, buffer, static_cast<unsigned long long>(n));
  }
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&state, digest);
  return to_hex({reinterpret_cast<const char*>(digest), sizeof digest});
}

Result<FileDescriptor> make_temporary_file(const std::filesystem::path& folder) {
  FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  if (errno != EOPNOTSUPP && errno != EISDIR) return fail(file_error(errno, folder, "make a file in"));
  // A file system without files that have no name.
  std::string name = (folder / "temporary-XXXXXX").string();
  file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!file) return fail(file_error(errno, folder, "make a file in"));
  ::unlink(name.c_str());
  return file;
}

}  // namespace opsflux
