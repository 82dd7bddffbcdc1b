// Counts the commits that touched each table, so that a cached count can be known to be still right.
//
// Right only where all writes pass through this process: the embedded database.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace opsflux::entities {

class TableVersions {
 public:
  // Take the version before the snapshot that is counted, never after.
  std::uint64_t get(std::string_view table) const {
    std::shared_lock lock(mutex_);
    const auto it = versions_.find(std::string(table));
    return it == versions_.end() ? 0 : it->second;
  }
  // After the commit.
  void bump(std::string_view table) {
    std::unique_lock lock(mutex_);
    ++versions_[std::string(table)];
  }
  // After a commit whose tables are not known: all of a module's tables (prefix "tiers_").
  void bump_prefix(std::string_view prefix) {
    std::unique_lock lock(mutex_);
    for (auto& [table, version] : versions_)
      if (std::string_view(table).starts_with(prefix)) ++version;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::uint64_t> versions_;
};

}  // namespace opsflux::entities
