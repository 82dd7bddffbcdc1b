// A request's body on its way into a file.
#pragma once

#include <filesystem>
#include <string_view>

#include "host/base/error.hpp"
#include "host/base/files.hpp"

namespace opsflux::http {

class Spool {
 public:
  Spool() = default;
  ~Spool() { discard(); }
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // A full disk is "file.disk_full" (503); messages do not name the server's folders.
  Result<void> open(const std::filesystem::path& folder);
  Result<void> write(std::string_view bytes);
  bool is_open() const { return static_cast<bool>(file_); }
  // Closes the file and hands it over.
  Result<std::filesystem::path> take();
  void discard();  // closes and removes it

  // Removes what a crash left behind.
  static void sweep(const std::filesystem::path& folder);

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

}  // namespace opsflux::http
