// The full-text search: an index of the words of each record's search fields, kept by the engine inside the
// transaction of each write, and asked by lists.
//
// A word stands in the index with a key of its field, so that a query looks into the fields that its caller
// may see and no others. Docs: docs/decisions/words-with-their-field.md.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "host/entities/catalog.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {

inline constexpr std::string_view kSearchTable = "core_search";

// Words of one record beyond this many bytes are not found.
inline constexpr std::size_t kMaxIndexedWords = 400'000;

// Puts the words of the record in the place of those that the index has; it has none of a `fresh` record.
// Nothing for an entity without search fields. Inside the transaction that writes the record.
Result<void> index_words(store::Transaction& transaction, const EntityEntry& entity, const Record& record,
                         bool fresh = false);
// Whether the words of the two differ.
bool words_changed(const Definition& definition, const Record& record, const Record& before);
Result<void> forget_words(store::Transaction& transaction, const EntityEntry& entity, std::string_view id);
// All that is known of those of a module whose tables are gone.
Result<void> forget_search(store::Transaction& transaction, std::string_view module);

// The words in the form the database asks for: every one must begin a word of one of the fields. Data, never
// syntax: see terms() of host/base/fold.hpp. `words` is not empty.
std::string search_text(const Definition& definition, const std::vector<std::size_t>& fields,
                        const std::vector<std::string>& words, store::Dialect dialect);
// "SELECT s.record_id AS id, … AS rank FROM …" of the records of the entity that search_text(), which stands
// at the parameter `place`, finds. The rank is a whole number, greater for a better match.
std::string search_select(const Definition& definition, const std::string& place, bool ranked,
                          store::Dialect dialect);

// Fills the index with the records that were there before it, an entity after another. One thread.
class SearchFiller {
 public:
  explicit SearchFiller(store::Database& database) : database_(database) {}

  // Indexes the next records, up to `batch` of them, in a transaction of its own; false when all entities of
  // the catalog are done, and so asked by EntityEntry::searchable. Goes on where the last process stopped;
  // begins an entity again when its search fields have changed.
  Result<bool> step(const Catalog& catalog, std::size_t batch = 1000);

 private:
  struct State {
    std::string fields, last_id;
    bool done = false;
  };
  Result<State> load(const EntityEntry& entity);
  Result<void> fill(const EntityEntry& entity, std::size_t batch);

  store::Database& database_;
};

}  // namespace opsflux::entities
