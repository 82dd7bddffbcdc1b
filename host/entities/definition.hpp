// An entity definition: what a module's entities/<name>.json says, checked and typed.
//
// Made once when a registry is built and immutable from then on; shared by any number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/json.hpp"
#include "host/entities/field.hpp"

namespace opsflux::store {
struct TableInfo;
}

namespace opsflux::entities {

// Columns that every entity table has, in the order in which queries select them; the fields come after.
inline constexpr std::size_t kSystemFields = 7;
inline constexpr std::string_view kSystemColumns[kSystemFields] = {
    "id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at"};
bool is_system_column(std::string_view name);

// What there is to do with the records of every entity; a definition may add actions of its own. An action is
// told by its place in these and, after them, Definition::actions.
inline constexpr std::string_view kActions[] = {"view", "create", "edit", "delete", "export"};
inline constexpr std::size_t kExport = 4;
// Which records a right is about, the widest first: all; those of a company or department of the caller;
// those he owns.
enum class Scope : std::uint8_t { kAll, kCompany, kDepartment, kOwn };
inline constexpr std::string_view kScopes[] = {"all", "company", "department", "own"};

// A right that a role has from the start.
struct Grant {
  std::string role;
  std::size_t action = 0;  // see kActions
  Scope scope = Scope::kAll;
};

// One change of the status that there is.
struct Transition {
  std::vector<std::string> from;
  std::string to;
  std::vector<std::string> roles;    // empty: whoever may edit
  ExpressionPtr condition;           // null: always
  std::optional<std::size_t> right;  // an action that it takes besides; see kActions
};

// What must hold of every record.
struct Rule {
  std::string id;
  ExpressionPtr check;
  std::vector<std::string> fields;  // where an error of it belongs; at least one, or none at all
};

enum class Likeness : std::uint8_t { kEqual, kJaroWinkler, kTrigram };
inline constexpr std::string_view kLikenesses[] = {"equal", "jaro_winkler", "trigram"};

// When two records are probably one thing entered twice: all these fields are the same, but for case, accents
// and punctuation, or alike.
struct DuplicateRule {
  std::string id;
  std::vector<std::size_t> fields;  // at least one; the first is filled in, of the others what is
  Likeness likeness = Likeness::kEqual;
  double threshold = 1;  // of each field, 0 to 1
};

// A part has no life of its own: it is shown, written, deleted and judged with its whole, a record of another
// entity of the same module that `field` refers to. See parts.hpp.
struct PartOf {
  std::string name;                     // of all parts in the whole's JSON: "lines"
  std::size_t field = 0;                // required; deletion of the whole cascades
  std::optional<std::size_t> position;  // an integer field: the part's place, from 1 on
};

class Definition {
 public:
  // Parses and checks one definition of `module`: its form by the published schema, then what it says. All
  // that is wrong at once (up to 50 causes); each names `file` and the JSON pointer.
  static Result<std::shared_ptr<const Definition>> parse(std::string_view module, std::string_view file,
                                                         const Json& json);
  ~Definition();

  std::string module;  // "tiers"
  std::string entity;  // "company"
  std::string name;    // "tiers.company"
  std::string plural;  // "companies"
  std::string table;   // "tiers_company"
  std::string title;   // field shown as the record's name
  std::string path;    // "/api/v1/tiers/companies"
  std::vector<Field> fields;
  std::vector<std::size_t> search;    // indexes of fields for the quick search
  std::vector<std::size_t> computed;  // indexes of computed fields, each after those it reads
  std::vector<std::vector<std::string>> unique_together;
  std::vector<std::vector<std::string>> indexes;  // asked for; see table_fitting.hpp
  std::optional<std::size_t> status;
  std::vector<Transition> transitions;  // empty: the status changes freely
  std::vector<Rule> rules;
  std::vector<DuplicateRule> duplicates;
  std::optional<PartOf> part_of;
  bool rolls_up = false;  // some field is a rollup
  std::vector<Grant> grants;
  std::vector<std::string> actions;  // its own ones: "approve"
  // Who views exports, as far as nobody says otherwise; false: the definition says who.
  bool export_follows_view = true;
  // The columns that scopes look at; empty where the entity has none. The owner is created_by when the
  // definition names no field.
  std::string owner, department, company;
  bool confidential = false;
  bool locks = false;  // records may be locked while somebody edits them
  std::string default_sort;
  // The names an expression about a record may use: its fields, the columns every entity has, and of the
  // caller user.id, user.name and user.role. Slots: fields by index, then system columns, then the caller.
  std::shared_ptr<const expression::FieldList> schema;
  // The file as written plus "module", "name", "path": what the web application draws screens from.
  // Kept as ordered text, because people chose the order.
  std::shared_ptr<const Json> document;

  // Index into `fields`; nullopt when there is none of that name.
  std::optional<std::size_t> find(std::string_view field) const;
  // The place of an action, see kActions, and the other way round.
  std::optional<std::size_t> action(std::string_view name) const;
  std::string_view action_name(std::size_t action) const;
  std::string to_string(const Grant& grant) const;  // "edit", "edit.own"
  const Field& field(std::size_t index) const { return fields[index]; }
  // "tiers.company.edit". Of a part: that of its whole, whose viewing and export are those of its parts and
  // whose edit is everything else.
  std::string permission(std::string_view action) const;

  // Compares the definition with the table that the migrations really made; the error names the column
  // and what the definition needs.
  Result<void> check_table(const store::TableInfo& info) const;

 private:
  friend class DefinitionParser;
  Result<void> check_unique(const store::TableInfo& info) const;
  std::unordered_map<std::string, std::size_t> index_;
};

// Of the caller in Definition::schema, in the order of their slots after fields and system columns.
inline constexpr std::string_view kCallerNames[] = {"user.id", "user.name", "user.role"};

}  // namespace opsflux::entities
