// A folder of files served as it was when it was opened (the shell's assets, a module's web folder).
//
// The names are read once: a path is looked up in that index and never reaches the file system, so that
// no request can leave the folder, and links in it are not followed. `name.br` and `name.gz` are the
// compressed forms of `name` and are sent when the client accepts them. Small files stay in memory after
// their first use. Safe from any thread; suited for inline routes.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "host/base/error.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"

namespace opsflux::http {

struct StaticOptions {
  // Names with a hash of their content ("index-B3x9_dQa.js") get "public, max-age=31536000, immutable";
  // true: all files of the folder do (its name is the digest of its content).
  bool all_immutable = false;
  std::size_t memory_file = 256 << 10;  // bytes of the largest file kept in memory
};

class StaticFolder {
 public:
  static Result<std::shared_ptr<const StaticFolder>> open(const std::filesystem::path& root,
                                                          StaticOptions options = {});
  ~StaticFolder();

  // `path` is relative to the folder, decoded, with '/': "assets/index.js". kNotFound for anything else.
  Result<Response> serve(std::string_view path, const Request& request) const;
  bool contains(std::string_view path) const;

 private:
  struct Impl;
  explicit StaticFolder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace opsflux::http
