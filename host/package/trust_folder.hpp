// The trust store of a running server: its folder is looked at before each use, so that a key that was
// enrolled or a list that was imported meanwhile counts at once.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "host/package/trust_store.hpp"

namespace opsflux::package {

// Any thread.
class TrustFolder {
 public:
  // The folder must exist. An error as of TrustStore::open.
  static Result<std::unique_ptr<TrustFolder>> open(std::filesystem::path folder);

  // What the folder says now. Where it cannot be read any more, what it said before, and the log tells why.
  std::shared_ptr<const TrustStore> current();

 private:
  explicit TrustFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::string picture() const;  // of names, sizes and times; differs when a file was changed

  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::string seen_;
  std::shared_ptr<const TrustStore> store_;
};

}  // namespace opsflux::package
