// Internal to key_ring.cpp: the rows of core_key, and the texts that its keys seal.
#pragma once

#include "host/store/key_ring.hpp"

namespace opsflux::store {

struct KeyRow {
  std::string id{}, purpose{}, sealed{}, created_at{}, retired_at{};
};

std::string new_key_id();
std::string key_context(const KeyRow& row);  // what a key is sealed for
// The retired ones first, then by age: the last one for secrets is the one in use.
Result<std::vector<KeyRow>> key_rows(Session& session);
Result<void> add_key(Transaction& transaction, const SecretBox& master, const KeyRow& row,
                     const std::string& bytes);

// Seals the texts of a column anew that another key sealed than the one in use.
class Reseal {
 public:
  Reseal(Database& database, const SecretBox& box, const SealedColumn& column)
      : database_(database), box_(box), column_(column) {}
  // A batch in a transaction of its own; false: it was the last one.
  Result<bool> step();
  std::int64_t sealed() const { return sealed_; }
  std::int64_t unreadable() const { return unreadable_; }

 private:
  Database& database_;
  const SecretBox& box_;
  const SealedColumn& column_;
  std::vector<std::string> after_;  // the key of the last row
  std::int64_t sealed_ = 0, unreadable_ = 0;
};

// Adds the column's texts to the report, by key; one without a key's name counts for `nameless`.
Result<void> count_texts(Session& session, const SecretBox& box, const SealedColumn& column,
                         std::string_view nameless, KeyReport& report);

}  // namespace opsflux::store
