// Counts the commits that changed each table, so that what was made from its rows can be known to be still
// right.
//
// The store counts by itself whatever changes a row: the engine, a service, a module's own SQL, a migration.
// Right only where all writes pass through this process: the embedded database. Elsewhere nothing is counted.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace opsflux::store {

// What one transaction changed.
struct TableChanges {
  std::set<std::string, std::less<>> tables;
  bool all = false;  // its tables are not known, or tables themselves were changed
  bool none() const { return !all && tables.empty(); }
};

// Any thread.
class TableVersions {
 public:
  // One number for several tables; it grows with every commit that changed one of them. Take it before the
  // snapshot that is read, never after.
  std::uint64_t of(const std::vector<std::string_view>& tables) const {
    const std::shared_lock lock(mutex_);
    std::uint64_t sum = epoch_;
    for (const std::string_view table : tables)
      if (const auto it = versions_.find(table); it != versions_.end()) sum += it->second;
    return sum;
  }

  // After the commit, before anybody hears of it.
  void count(const TableChanges& changes) {
    if (changes.none()) return;
    const std::unique_lock lock(mutex_);
    if (changes.all) ++epoch_;
    for (const std::string& table : changes.tables) ++versions_[table];
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  mutable std::shared_mutex mutex_;
  std::uint64_t epoch_ = 0;
  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> versions_;
};

}  // namespace opsflux::store
