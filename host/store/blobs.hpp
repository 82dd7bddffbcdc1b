// Contents of files, each kept once under the hash of its bytes.
//
// A blob is whole or not there. It is named by rows of the database, which are written after it: a crash in
// between leaves a blob that no row names, never a row without its blob. What no row names is removed later,
// by whoever knows the rows (see remove_unnamed).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"
#include "host/base/files.hpp"

namespace opsflux::store {

struct BlobInfo {
  std::string id;          // 64 hexadecimal digits: the BLAKE2b-256 hash of the content
  std::uint64_t size = 0;  // bytes
};

// Safe from any thread.
class Blobs {
 public:
  virtual ~Blobs() = default;

  // Keeps the content of a file, which stays where it is; read in pieces. Errors name no folder of the
  // server: "file.disk_full", "blob.failed". The same content gives the same id and takes no more room.
  virtual Result<BlobInfo> put(const std::filesystem::path& source) = 0;
  // The content as a file to read or send; a store that is not on this machine fetches it first. The
  // descriptor stays good when the blob is removed. "blob.missing" where there is none.
  virtual Result<FileDescriptor> open(std::string_view id) const = 0;
  // At most `length` bytes from `offset` on; fewer at the end.
  virtual Result<std::string> read(std::string_view id, std::uint64_t offset, std::size_t length) const = 0;
  // Calls `unnamed` with blobs, some at a time, that nobody has put since `before`; it gives back those that
  // no row names, which are removed unless they were put again meanwhile. The result is how many were.
  using Unnamed = std::function<Result<std::vector<std::string>>(std::vector<std::string> candidates)>;
  virtual Result<std::size_t> remove_unnamed(UtcNs before, const Unnamed& unnamed) = 0;
};

// blobs/ab/cdef… below a folder; what is under way in blobs/incoming.
class FolderBlobs final : public Blobs {
 public:
  // Told before each step of put(): "create", "write", "sync", "rename", "sync folder". For tests.
  using Steps = std::function<void(std::string_view)>;

  // Makes the folder. `clock` must outlive it.
  static Result<std::unique_ptr<FolderBlobs>> open(std::filesystem::path folder, const Clock& clock,
                                                   Steps steps = {});

  Result<BlobInfo> put(const std::filesystem::path& source) override;
  Result<FileDescriptor> open(std::string_view id) const override;
  Result<std::string> read(std::string_view id, std::uint64_t offset, std::size_t length) const override;
  Result<std::size_t> remove_unnamed(UtcNs before, const Unnamed& unnamed) override;

 private:
  FolderBlobs(std::filesystem::path folder, const Clock& clock, Steps steps)
      : folder_(std::move(folder)), clock_(clock), steps_(std::move(steps)) {}
  Result<BlobInfo> copy(const std::filesystem::path& source, const std::filesystem::path& target) const;
  Result<void> settle(const std::filesystem::path& incoming, const std::string& id);
  Result<void> sweep_incoming(UtcNs before) const;
  Result<std::size_t> remove_those(UtcNs before, const std::vector<std::string>& ids);
  std::filesystem::path path_of(std::string_view id) const;
  void step(std::string_view name) const {
    if (steps_) steps_(name);
  }

  const std::filesystem::path folder_;
  const Clock& clock_;
  const Steps steps_;
  // Between seeing that a blob is there and taking it, nobody may remove it.
  std::mutex mutex_;
};

}  // namespace opsflux::store
