#include "host/store/blobs.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::store {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPiece = 64 << 10, kHashBytes = 32, kBatch = 500;

bool is_blob_id(std::string_view id) {
  return id.size() == 2 * kHashBytes && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Error missing(std::string_view id) {
  return Error::not_found("blob.missing", "The content of the file is not there.").because(id);
}

// Whoever uploads or reads a file is not told of the server's folders; the log is.
Unexpected refused(const Error& error) {
  log::error("blob.failed", error);
  if (error.code == "file.disk_full")
    return fail(
        Error::unavailable(error.code, "The disk of the server is full: the file could not be stored."));
  return fail(Error::unavailable("blob.failed", "The server cannot store or read the content of the file."));
}

UtcNs changed_at(const struct stat& info) {
  return UtcNs{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

// -1 where there is none.
UtcNs changed_at(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) ? changed_at(info) : -1;
}

Result<void> write_all(int file, const char* bytes, std::size_t size, const fs::path& path) {
  while (size > 0) {
    const ssize_t n = ::write(file, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(file_error(errno, path, "write"));
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

// A file under way: gone when nobody settled it.
struct Incoming {
  explicit Incoming(fs::path p) : path(std::move(p)) {}
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  ~Incoming() { ::unlink(path.c_str()); }
  fs::path path;
};

}  // namespace

Result<std::unique_ptr<FolderBlobs>> FolderBlobs::open(fs::path folder, const Clock& clock, Steps steps) {
  TRY(make_folders(folder / "incoming"));
  TRY(sync_folder(folder));
  return std::unique_ptr<FolderBlobs>(new FolderBlobs(std::move(folder), clock, std::move(steps)));
}

fs::path FolderBlobs::path_of(std::string_view id) const { return folder_ / id.substr(0, 2) / id.substr(2); }

Result<BlobInfo> FolderBlobs::put(const fs::path& source) {
  step("create");
  const Incoming incoming(folder_ / "incoming" / to_hex(random_bytes(12)));
  auto info = copy(source, incoming.path);
  if (!info) return refused(info.error());
  if (auto settled = settle(incoming.path, info->id); !settled) return refused(settled.error());
  return info;
}

Result<BlobInfo> FolderBlobs::copy(const fs::path& source, const fs::path& target) const {
  const FileDescriptor in(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return fail(file_error(errno, source, "open"));
  const FileDescriptor out(
      ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!out) return fail(file_error(errno, target, "create"));
  step("write");
  BlobInfo info;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, kHashBytes);
  std::array<char, kPiece> buffer{};
  for (;;) {
    const ssize_t n = ::read(in.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(file_error(errno, source, "read"));
    if (n == 0) break;
    const auto size = static_cast<std::size_t>(n);
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(buffer.data()), size);
    TRY(write_all(out.get(), buffer.data(), size, target));
    info.size += size;
  }
  unsigned char hash[kHashBytes];
  crypto_generichash_final(&state, hash, sizeof hash);
  info.id = to_hex({reinterpret_cast<const char*>(hash), sizeof hash});
  step("sync");
  if (::fsync(out.get()) != 0) return fail(file_error(errno, target, "sync"));
  return info;
}

// The time of the file says when the blob was last put, so that it is not taken for one that nobody wants.
Result<void> FolderBlobs::settle(const fs::path& incoming, const std::string& id) {
  const UtcNs now = clock_.now();
  const timespec time{static_cast<std::time_t>(now / 1'000'000'000), static_cast<long>(now % 1'000'000'000)};
  const timespec times[2] = {time, time};
  const fs::path path = path_of(id);
  const std::lock_guard lock(mutex_);
  if (changed_at(path) >= 0) {
    if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) return fail(file_error(errno, path, "touch"));
    return sync_folder(path.parent_path());  // whoever put it first may not have come so far
  }
  if (::utimensat(AT_FDCWD, incoming.c_str(), times, 0) != 0)
    return fail(file_error(errno, incoming, "touch"));
  if (std::error_code ec; fs::create_directory(path.parent_path(), ec))
    TRY(sync_folder(folder_));
  else if (ec)
    return fail(file_error(ec.value(), path.parent_path(), "make folder"));
  step("rename");
  if (::rename(incoming.c_str(), path.c_str()) != 0) return fail(file_error(errno, path, "rename"));
  step("sync folder");
  return sync_folder(path.parent_path());
}

Result<FileDescriptor> FolderBlobs::open(std::string_view id) const {
  if (!is_blob_id(id)) return fail(missing(id));
  FileDescriptor file(::open(path_of(id).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file) return file;
  if (errno == ENOENT) return fail(missing(id));
  return refused(file_error(errno, path_of(id), "open"));
}

Result<std::string> FolderBlobs::read(std::string_view id, std::uint64_t offset, std::size_t length) const {
  TRY_ASSIGN(file, open(id));
  std::string out(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const ssize_t n =
        ::pread(file.get(), out.data() + done, length - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refused(file_error(errno, path_of(id), "read"));
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  out.resize(done);
  return out;
}

// What a crash cut off.
Result<void> FolderBlobs::sweep_incoming(UtcNs before) const {
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_ / "incoming", ec)) {
    const UtcNs time = changed_at(entry.path());
    if (time >= 0 && time < before) ::unlink(entry.path().c_str());
  }
  if (ec) return fail(file_error(ec.value(), folder_, "list"));
  return {};
}

Result<std::size_t> FolderBlobs::remove_unnamed(UtcNs before, const Unnamed& unnamed) {
  TRY(sweep_incoming(before));
  std::size_t removed = 0;
  std::vector<std::string> candidates;
  const auto ask = [&]() -> Result<void> {
    if (candidates.empty()) return {};
    TRY_ASSIGN(ids, unnamed(std::exchange(candidates, {})));
    TRY_ASSIGN(gone, remove_those(before, ids));
    removed += gone;
    return {};
  };
  std::error_code ec;
  for (const auto& part : fs::directory_iterator(folder_, ec)) {
    const std::string prefix = part.path().filename().string();
    if (prefix.size() != 2) continue;
    for (const auto& entry : fs::directory_iterator(part.path(), ec)) {
      std::string id = prefix + entry.path().filename().string();
      const UtcNs time = changed_at(entry.path());
      if (!is_blob_id(id) || time < 0 || time >= before) continue;
      candidates.push_back(std::move(id));
      if (candidates.size() == kBatch) TRY(ask());
    }
  }
  if (ec) return fail(file_error(ec.value(), folder_, "list"));
  TRY(ask());
  return removed;
}

Result<std::size_t> FolderBlobs::remove_those(UtcNs before, const std::vector<std::string>& ids) {
  std::size_t removed = 0;
  for (const std::string& id : ids) {
    const fs::path path = path_of(id);
    const std::lock_guard lock(mutex_);
    const UtcNs time = changed_at(path);
    if (time < 0 || time >= before) continue;
    if (::unlink(path.c_str()) != 0) return fail(file_error(errno, path, "remove"));
    ++removed;
  }
  return removed;
}

}  // namespace opsflux::store
