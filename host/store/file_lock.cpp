#include "host/store/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "host/base/text.hpp"

namespace opsflux::store {

Result<FileLock> FileLock::take(const std::filesystem::path& database) {
  const std::filesystem::path path = database.string() + ".lock";
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file) return fail(file_error(errno, path, "open"));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(file_error(errno, path, "lock"));
    std::array<char, 32> holder{};
    const ssize_t size = ::pread(file.get(), holder.data(), holder.size() - 1, 0);
    const std::string process(
        trim(std::string_view(holder.data(), size > 0 ? static_cast<std::size_t>(size) : 0)));
    return fail(Error::unavailable("store.in_use", "The database " + database.string() +
                                                       " is already in use by another server" +
                                                       (process.empty() ? "." : ", process " + process + "."))
                    .with("file", database.string())
                    .with("process", process));
  }
  // Only told to people, so a full disk here is no reason to stop.
  const std::string process = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file.get(), 0) == 0) [[maybe_unused]]
    const auto told = ::pwrite(file.get(), process.data(), process.size(), 0);
  return FileLock(std::move(file));
}

}  // namespace opsflux::store
