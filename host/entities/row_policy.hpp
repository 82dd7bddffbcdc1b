// Which records of an entity a caller may act on, as a condition inside the statement that reads them.
//
// A right has a scope: all records, those of the caller's companies or departments, or those he owns. The
// narrower scopes are part of the wider ones. What belongs to a company is nobody's own outside of it.
// Besides, a single record may be shared with a person or a group (see shares.hpp): then it counts as in
// scope, for who has the right at all. A part is in scope where its whole is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/entities/catalog.hpp"
#include "host/entities/expression/sql.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {

class RowPolicy {
 public:
  // `action`: see kActions. References must outlive it.
  RowPolicy(const EntityEntry& entity, const Catalog& catalog, const Caller& caller, std::size_t action)
      : entity_(entity),
        definition_(*entity.definition),
        catalog_(catalog),
        caller_(caller),
        action_(action),
        scope_(scope_of(entity, catalog, caller, action)) {}

  // Whether the caller has the right for any record at all.
  bool allowed() const { return scope_.has_value(); }
  bool every_record() const { return scope_ == Scope::kAll; }

  // " AND (…)" about the entity's table `alias`, with parameters added to `owned` and numbered by their place
  // in it; empty where every record is allowed.
  std::string sql(std::string_view alias, std::vector<expression::SqlValue>& owned,
                  store::Dialect dialect) const;
  // Whether a record that is about to be made is one that the caller may make. Shares do not count. Not for
  // parts, which are judged by the record that is their whole.
  bool covers(const Record& record) const;
  // Whether a record may be moved to the company and department that it now has.
  bool covers_move(const Record& record, const Record& before) const;

 private:
  // Nobody changes or deletes what he may not even see, however wide that right is.
  static std::optional<Scope> scope_of(const EntityEntry& entity, const Catalog& catalog,
                                       const Caller& caller, std::size_t action);
  std::string among(const std::string& column, const std::vector<std::string>& ids,
                    std::vector<expression::SqlValue>& owned) const;
  std::string shared(std::string_view alias, std::vector<expression::SqlValue>& owned,
                     store::Dialect dialect) const;
  bool names(const std::string& column, const Record& record) const;
  bool is_among(const std::string& column, const std::vector<std::string>& ids, const Record& record) const;

  const EntityEntry& entity_;
  const Definition& definition_;
  const Catalog& catalog_;
  const Caller& caller_;
  std::size_t action_;
  std::optional<Scope> scope_;
};

// Whether the records belong to companies: then who made one owns it as long as he is of its company.
bool of_companies(const EntityEntry& entity);

// What is done with a whole by doing something with one of its parts.
constexpr std::size_t action_of_whole(std::size_t action) {
  return action == 0 || action == kExport ? action : 2;
}

// The table that policies look at besides the records' own.
inline constexpr std::string_view kShareTable = "core_share";

// The first `count` values as a statement takes them; views into `owned`.
std::vector<store::Value> as_params(const std::vector<expression::SqlValue>& owned, std::size_t count);

}  // namespace opsflux::entities
