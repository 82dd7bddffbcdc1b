// Files that are either whole or not there: written beside, synced, renamed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux {

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes = 64 << 20);
// Writes a temporary file in the same folder, syncs it, renames it over `path`, syncs the folder.
Result<void> write_file_atomic(const std::filesystem::path& path, std::string_view bytes,
                               unsigned mode = 0644);
Result<void> make_folders(const std::filesystem::path& path);
Result<void> remove_tree(const std::filesystem::path& path);
Result<void> sync_folder(const std::filesystem::path& path);
// SHA-256 (hex) of a file, read in pieces.
Result<std::string> file_sha256(const std::filesystem::path& path);
// The error for errno `code` on `path`: a full disk, a read-only folder and a missing file have their own
// codes.
Error file_error(int code, const std::filesystem::path& path, std::string_view action);

// Closes a descriptor at the end of its scope.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// A file in the folder that has no name and is gone with its last descriptor; for reading and writing.
Result<FileDescriptor> make_temporary_file(const std::filesystem::path& folder);

}  // namespace opsflux
