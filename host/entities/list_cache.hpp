// Answers of lists and their counts, kept while none of the tables they were made from has changed.
//
// Exact, never stale: an entry holds for one value of store::TableVersions only. The statement with its
// parameters is the key, and the row policy stands in the statement: two callers share an answer only where
// both would have got the same. For the embedded database; with several servers on one PostgreSQL nobody
// knows all writes, and answers are made anew.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace opsflux::entities {

template <class Value>
class ListCache {
 public:
  // Keeps about `max_bytes`, the most recently used.
  explicit ListCache(std::size_t max_bytes) : half_(max_bytes / 2) {}

  std::shared_ptr<const Value> find(const std::string& statement, std::uint64_t tables) {
    const std::lock_guard lock(mutex_);
    if (const auto it = young_.find(statement); it != young_.end())
      return it->second.tables == tables ? it->second.value : nullptr;
    const auto it = old_.find(statement);
    if (it == old_.end() || it->second.tables != tables) return nullptr;
    Entry entry = std::move(it->second);
    old_.erase(it);
    auto value = entry.value;
    add(statement, std::move(entry));
    return value;
  }

  // `size`: bytes of the value.
  void put(const std::string& statement, std::uint64_t tables, std::shared_ptr<const Value> value,
           std::size_t size) {
    const std::lock_guard lock(mutex_);
    add(statement, {tables, std::move(value), size + statement.size()});
  }

 private:
  struct Entry {
    std::uint64_t tables = 0;
    std::shared_ptr<const Value> value;
    std::size_t size = 0;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  // What is used moves to the young half; when that is full, the old half is dropped and the young one grows
  // old.
  void add(const std::string& statement, Entry entry) {
    if (entry.size > half_) return;
    if (young_bytes_ + entry.size > half_) {
      old_ = std::exchange(young_, {});
      young_bytes_ = 0;
    }
    Entry& place = young_[statement];
    young_bytes_ += entry.size - place.size;
    place = std::move(entry);
  }

  const std::size_t half_;
  std::mutex mutex_;
  Entries young_, old_;
  std::size_t young_bytes_ = 0;
};

}  // namespace opsflux::entities
