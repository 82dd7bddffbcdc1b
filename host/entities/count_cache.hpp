// Counts and totals of filtered lists, kept while the table they were counted in has not changed.
//
// Exact, never stale: an entry holds for one value of TableVersions only. For the embedded database;
// with several servers on one PostgreSQL nobody knows all writes, and counts are made anew.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace opsflux::entities {

class CountCache {
 public:
  struct Entry {
    std::uint64_t table_version = 0;
    std::int64_t count = 0;
    std::string totals;  // JSON object
  };

  std::optional<Entry> find(const std::string& statement, std::uint64_t table_version) const {
    std::lock_guard lock(mutex_);
    const auto it = entries_.find(statement);
    if (it == entries_.end() || it->second.table_version != table_version) return std::nullopt;
    return it->second;
  }
  void put(const std::string& statement, Entry entry) {
    std::lock_guard lock(mutex_);
    if (entries_.size() >= kMaxEntries) entries_.clear();
    entries_[statement] = std::move(entry);
  }

 private:
  static constexpr std::size_t kMaxEntries = 2048;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace opsflux::entities
