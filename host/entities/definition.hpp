// An entity definition: what a module's entities/<name>.json says, checked and typed.
//
// Made once when a registry is built and immutable from then on; shared by any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/json.hpp"

namespace re2 {
class RE2;
}

namespace opsflux::store {
struct TableInfo;
}

namespace opsflux::entities {

enum class FieldType : std::uint8_t {
  kText,
  kLongText,
  kInteger,
  kDecimal,
  kBoolean,
  kDate,
  kDatetime,
  kEnum,
  kTags,
  kEmail,
  kPhone,
  kUrl,
  kCountry,
  kReference,
  kJson,
};

std::string_view to_string(FieldType type);
// The column type a migration must declare for a field, for instance "decimal(18,2)".
struct Field;
std::string column_type(const Field& field);

struct Field {
  std::string name;
  FieldType type = FieldType::kText;
  bool required = false;
  bool unique = false;
  bool read_only = false;                // set by the module's own code, never by a client
  std::optional<std::int64_t> min, max;  // of a number; for decimals in units of the scale
  std::size_t max_length = 0;            // code points of text; items of tags
  int precision = 0, scale = 0;          // decimal
  std::vector<std::string> values;       // enum
  std::string to;                        // reference: "tiers.company"
  Json default_value;                    // null: none; texts "today" and "now" for dates
  std::shared_ptr<const re2::RE2> pattern;
  std::string pattern_text;
};

// Where a field's value stands in rows and records: the columns every entity has come first.
inline constexpr std::size_t kSystemFields = 7;

class Definition {
 public:
  // Parses and checks one definition of `module`; errors name `file` and the JSON pointer.
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
  std::vector<std::size_t> search;  // indexes of fields for the quick search
  std::vector<std::vector<std::string>> unique_together;
  std::unordered_map<std::string, std::vector<std::string>> rights;  // role -> actions
  std::string default_sort;
  // The file as written plus "module", "name", "path": what the web application draws screens from.
  // Kept as ordered text, because people chose the order.
  std::shared_ptr<const Json> document;

  // Index into `fields`; nullopt when there is none of that name.
  std::optional<std::size_t> find(std::string_view field) const;
  const Field& field(std::size_t index) const { return fields[index]; }
  std::string permission(std::string_view action) const { return name + "." + std::string(action); }

  // Compares the definition with the table that the migrations really made; the error names the column
  // and what the definition needs.
  Result<void> check_table(const store::TableInfo& info) const;

 private:
  friend class DefinitionParser;
  Result<void> check_unique(const store::TableInfo& info) const;
  std::unordered_map<std::string, std::size_t> index_;
};

inline constexpr std::string_view kActions[] = {"view", "create", "edit", "delete"};
// Columns that every entity table has, in the order in which queries select them.
inline constexpr std::string_view kSystemColumns[kSystemFields] = {
    "id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at"};
bool is_system_column(std::string_view name);

}  // namespace opsflux::entities
