// Internal: prepared statements of one connection by their text, least recently used out.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace opsflux::store {

// Statements are shared, so that one that is running outlives its place in the cache.
template <class Statement>
class StatementCache {
 public:
  explicit StatementCache(std::size_t capacity) : capacity_(capacity) {}

  // Null when unknown. Counts as a use.
  std::shared_ptr<Statement> find(std::string_view text) {
    const auto found = by_text_.find(text);
    if (found == by_text_.end()) return nullptr;
    if (found->second != order_.begin()) order_.splice(order_.begin(), order_, found->second);
    return found->second->statement;
  }

  void insert(std::string_view text, std::shared_ptr<Statement> statement) {
    order_.push_front({std::string(text), std::move(statement)});
    by_text_.emplace(order_.front().text, order_.begin());
    if (order_.size() > capacity_) erase(std::prev(order_.end()));
  }

  void remove(std::string_view text) {
    if (const auto found = by_text_.find(text); found != by_text_.end()) erase(found->second);
  }

  void clear() {
    by_text_.clear();
    order_.clear();
  }

  std::size_t size() const { return order_.size(); }

 private:
  struct Entry {
    std::string text;
    std::shared_ptr<Statement> statement;
  };
  using Place = typename std::list<Entry>::iterator;

  void erase(Place place) {
    by_text_.erase(place->text);
    order_.erase(place);
  }

  const std::size_t capacity_;
  std::list<Entry> order_;                               // most recently used first
  std::unordered_map<std::string_view, Place> by_text_;  // keys look into the entries
};

}  // namespace opsflux::store
