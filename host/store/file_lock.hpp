// Internal: the file beside an SQLite database that says a server is using it.
#pragma once

#include <filesystem>

#include "host/base/error.hpp"
#include "host/base/files.hpp"

namespace opsflux::store {

// Held until destroyed, or until the process ends in whatever way. The file itself stays.
class FileLock {
 public:
  // Unavailable "store.in_use" when another process, or another object of this one, holds it; the message
  // names that process. file.* when the file cannot be made.
  static Result<FileLock> take(const std::filesystem::path& database);

 private:
  explicit FileLock(FileDescriptor file) : file_(std::move(file)) {}
  FileDescriptor file_;
};

}  // namespace opsflux::store
