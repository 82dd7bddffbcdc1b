// Where an address is, by a file in the format of MaxMind DB (GeoLite2 City, DB-IP City Lite, …) that the
// operator provides. The file is copied before it is opened: a map of a file that is overwritten in place
// would end the process.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux::identity {

// Safe from any thread; a look-up may wait for the disk.
class Places {
 public:
  // `temp` takes the copy, which has no name there once this returns. Errors: "identity.places_file_bad"
  // {file}.
  static Result<std::unique_ptr<Places>> open(const std::filesystem::path& file,
                                              const std::filesystem::path& temp);
  ~Places();
  // "Lyon, France" in the language ("fr", …), else in English; empty: unknown.
  std::string of(std::string_view address, std::string_view language) const;

 private:
  struct Handle;
  explicit Places(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace opsflux::identity
