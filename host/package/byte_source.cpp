#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/files.hpp"
#include "host/package/zip_reader.hpp"

namespace opsflux::package {
namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(FileDescriptor fd, std::uint64_t size, std::filesystem::path path)
      : fd_(std::move(fd)), size_(size), path_(std::move(path)) {}
  std::uint64_t size() const override { return size_; }
  Result<void> read(std::uint64_t offset, char* to, std::size_t count) const override {
    while (count > 0) {
      const ssize_t n = ::pread(fd_.get(), to, count, static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail(file_error(errno, path_, "read"));
      if (n == 0)
        return fail(Error::malformed("package.truncated", "The package became shorter while it was read.")
                        .at(path_.string()));
      to += n;
      offset += static_cast<std::uint64_t>(n);
      count -= static_cast<std::size_t>(n);
    }
    return {};
  }

 private:
  FileDescriptor fd_;
  std::uint64_t size_;
  std::filesystem::path path_;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<void> read(std::uint64_t offset, char* to, std::size_t count) const override {
    if (offset > bytes_.size() || count > bytes_.size() - offset)
      return fail(Error::malformed("package.truncated", "The package ends before its content does."));
    std::memcpy(to, bytes_.data() + offset, count);
    return {};
  }

 private:
  std::string bytes_;
};

}  // namespace

Result<std::shared_ptr<const ByteSource>> ByteSource::of_file(const std::filesystem::path& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(file_error(errno, path, "open"));
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return fail(file_error(errno, path, "stat"));
  if (!S_ISREG(status.st_mode))
    return fail(Error::malformed("package.not_zip", path.string() + " is not a file.").at(path.string()));
  return std::make_shared<FileSource>(std::move(fd), static_cast<std::uint64_t>(status.st_size), path);
}

std::shared_ptr<const ByteSource> ByteSource::of_bytes(std::string bytes) {
  return std::make_shared<MemorySource>(std::move(bytes));
}

}  // namespace opsflux::package
