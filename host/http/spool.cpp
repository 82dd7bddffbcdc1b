#include "host/http/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::http {
namespace {

constexpr std::string_view kPrefix = "upload-";

Unexpected spool_error(int code, const std::filesystem::path& path, std::string_view action) {
  Error error = file_error(code, path, action);
  log::error("http.spool_failed", error);
  if (error.code == "file.disk_full")
    error.message = "The disk of the server is full: the upload could not be stored.";
  else
    error = Error::unavailable("http.spool_failed", "The server cannot store the upload.")
                .because(describe(error));
  error.field.clear();
  return fail(std::move(error));
}

}  // namespace

Result<void> Spool::open(const std::filesystem::path& folder) {
  discard();
  path_ = folder / (std::string(kPrefix) + to_hex(random_bytes(12)));
  file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file_) return {};
  const int code = errno;
  auto error = spool_error(code, path_, "create");
  path_.clear();
  return error;
}

Result<void> Spool::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return spool_error(errno, path_, "write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<std::filesystem::path> Spool::take() {
  // Some file systems report a full disk only here.
  const int fd = file_.release();
  if (::close(fd) != 0 && errno != EINTR) {
    auto error = spool_error(errno, path_, "close");
    ::unlink(path_.c_str());
    path_.clear();
    return error;
  }
  return std::exchange(path_, {});
}

void Spool::discard() {
  file_ = FileDescriptor();
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
}

void Spool::sweep(const std::filesystem::path& folder) {
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.path().filename().string().starts_with(kPrefix)) std::filesystem::remove(entry.path(), ec);
}

}  // namespace opsflux::http
