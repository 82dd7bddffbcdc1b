// Passwords that are known from break-ins elsewhere, looked up in a file on this machine. Nothing leaves it.
//
// Two forms: the list of Have I Been Pwned, lines "<SHA-1 in 40 hexadecimal digits>:<count>" (the count may
// be missing) in the order of the hashes, of any size because it is searched where it lies; or a plain list
// of up to 16 MiB, one password a line.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "host/base/error.hpp"

namespace opsflux::identity {

// Any thread; a look-up reads some thirty places of the file. The file may be replaced by another one under
// its name, which counts once it is opened again; it must not be written to in place.
class BreachedList {
 public:
  // "identity.breached_unreadable" {file}: it cannot be opened, or is a plain list that is too large.
  static Result<std::shared_ptr<const BreachedList>> open(const std::filesystem::path& file);
  ~BreachedList();
  BreachedList(const BreachedList&) = delete;
  BreachedList& operator=(const BreachedList&) = delete;

  // Fails like open() when the file cannot be read any more.
  Result<bool> contains(std::string_view password) const;

 private:
  explicit BreachedList(std::filesystem::path file) : file_(std::move(file)) {}
  Result<void> begin();
  Result<void> read_plain();
  Result<std::string> bytes(std::uint64_t from, std::size_t count) const;
  Result<std::string> line_after(std::uint64_t at, std::uint64_t& start) const;
  Error unreadable(std::string_view why) const;

  const std::filesystem::path file_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  bool hashes_ = false;
  std::unordered_set<std::string> plain_;
};

}  // namespace opsflux::identity
