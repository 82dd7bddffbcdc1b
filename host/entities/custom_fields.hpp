// Fields that an administrator adds to an entity while the server runs.
//
// Each is a column of the entity's own table and a field of its definition, so that everything that is done
// with fields is done with it as well. Its name begins with "x_", which no field of a module does. A removed
// one keeps its column and its data until it is purged.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/json.hpp"
#include "host/entities/definition.hpp"
#include "host/store/session.hpp"

namespace opsflux::entities {

inline constexpr std::size_t kMaxCustomFields = 50;  // of one entity, removed ones among them

struct CustomField {
  std::string id;
  std::string entity;   // "tiers.company"
  std::string table;    // "tiers_company"
  std::string name;     // "x_asset_code"
  Json field;           // as in "fields" of a definition, with its name and type
  Json texts;           // {"en": {"label": …, "help": …, "values": {"done": …}}, …}; all languages
  std::string section;  // of the form; empty: one of its own
  bool search = false;  // the quick search looks at it
  std::int64_t position = 0;
  std::string created_at, created_by;
  std::string removed_at;  // UTC text; empty: in use
  std::string problem;     // why the entity has to do without it; not stored

  bool in_use() const { return removed_at.empty() && problem.empty(); }
};

// All of an instance, immutable; by entity and position.
class CustomFields {
 public:
  CustomFields() = default;
  explicit CustomFields(std::vector<CustomField> fields);
  static Result<CustomFields> load(store::Session& session);

  const std::vector<CustomField>& all() const { return fields_; }
  const CustomField* find(std::string_view id) const;
  // Those of an entity, removed ones among them.
  std::span<const CustomField> of(std::string_view entity) const;

  // The definition with the fields in use; itself where there are none. Errors are those of
  // Definition::parse; what a custom field says wrongly is at "<its name>.<key>".
  Result<std::shared_ptr<const Definition>> extend(std::shared_ptr<const Definition> definition) const;
  // The same set, where each field in use that does not fit these definitions has its problem noted.
  CustomFields fitted(std::span<const std::shared_ptr<const Definition>> definitions) const;

  // Whether the columns are all there, also of removed fields: "custom_field.lost" otherwise, naming the
  // field. For the tables whose name begins with `prefix`, as "tiers_".
  Result<void> check_columns(store::Session& session, std::string_view prefix) const;

 private:
  std::vector<CustomField> fields_;
};

// Whether a field may be of this type when it is added to records that are there already.
bool may_be_custom(FieldType type);

// The changes of the database, inside the caller's transaction. `field` is the parsed one, of the extended
// definition.
Result<void> add_custom_field(store::Transaction& transaction, const CustomField& custom, const Field& field);
Result<void> change_custom_field(store::Transaction& transaction, const CustomField& custom,
                                 const Field& before, const Field& field);
// What is stored about it, and nothing of its column.
Result<void> store_custom_field(store::Transaction& transaction, const CustomField& custom);
// With its column, and all that stands in it.
Result<void> purge_custom_field(store::Transaction& transaction, const CustomField& custom);
// All that is known of those of a module whose tables are gone.
Result<void> forget_custom_fields(store::Transaction& transaction, std::string_view module);

// How many records, deleted ones among them, have a value there; with `value`, that value of an enum or enums
// field.
Result<std::int64_t> count_custom_values(store::Session& session, const CustomField& custom,
                                         std::string_view value = {});

}  // namespace opsflux::entities
