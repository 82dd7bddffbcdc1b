// What a query says about records that its own records refer to: "company.city" of contacts.
//
// Names are paths of references, each of which the caller must be allowed to see: what he may not see does
// not exist for him, neither in filters nor in sorts, so that no answer, order or error text tells of it.
// Each reference that a query names is joined once. Made for one query and one thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/caller.hpp"
#include "host/entities/catalog.hpp"
#include "host/entities/row_policy.hpp"

namespace opsflux::entities {

inline constexpr std::size_t kMaxPath = 3;  // references one after another

struct JoinedEntity {
  const EntityEntry* entity = nullptr;
  std::string alias;  // of its table in the statement; "t" is the query's own
};

// A column of the query's own entity or of one it refers to.
struct JoinedColumn {
  std::string sql;               // "j1.city"
  const Field* field = nullptr;  // null: one of the columns every entity has
  std::string name;              // of the column
  bool nullable = true;
};

class Joins final : public expression::Schema {
 public:
  // All references must outlive this. `judged`: see QueryScope. Parameters of the policies of joined records
  // are added to `owned`, the values of the whole statement in the order of their numbers.
  Joins(const Catalog& catalog, const EntityEntry& entity, const Caller& caller, store::Dialect dialect,
        bool judged, std::vector<expression::SqlValue>& owned)
      : catalog_(catalog),
        entity_(entity),
        caller_(caller),
        dialect_(dialect),
        judged_(judged),
        owned_(owned) {}

  // The entity at the end of a path of references ("company.parent"), joined. Nothing where there is none,
  // the path is longer than kMaxPath, or the caller may not see one of them.
  std::optional<JoinedEntity> follow(std::string_view path) const { return follow(path, true); }
  // The same for labels, whose visibility is decided by whoever asks for them.
  std::optional<JoinedEntity> follow_label(std::string_view path) const { return follow(path, false); }
  std::optional<JoinedColumn> column(std::string_view path) const;

  const expression::FieldInfo* lookup(std::string_view name) const override;
  std::vector<std::string> names() const override;

  // Whoever makes the query says how words are searched: the condition for search() in its filter.
  std::function<Result<std::string>(std::string_view words)> on_search;
  Result<std::optional<expression::FieldInfo>> search(std::string_view words) const override;

  // " LEFT JOIN …" of all that was named so far.
  const std::string& sql() const { return sql_; }
  std::vector<std::string_view> tables() const;  // joined, and the query's own
  // The query looks at shares; see RowPolicy.
  void use_shares() { shares_ = true; }

 private:
  std::optional<JoinedEntity> follow(std::string_view path, bool checked) const;
  std::optional<JoinedEntity> step(const JoinedEntity& from, std::string_view path, std::string_view field,
                                   bool checked) const;

  bool visible(const EntityEntry& entity, std::string_view field) const;

  const Catalog& catalog_;
  const EntityEntry& entity_;
  const Caller& caller_;
  const store::Dialect dialect_;
  const bool judged_;
  std::vector<expression::SqlValue>& owned_;
  mutable bool shares_ = false;
  // Looking a name up joins what it needs.
  mutable std::map<std::string, JoinedEntity, std::less<>> joined_;  // by path
  mutable std::string sql_;
  mutable std::deque<expression::FieldInfo> infos_;
};

}  // namespace opsflux::entities
