// One field of an entity: its type, and the rules that its values keep.
//
// What is the same for all fields of a type stands in one table (field.cpp), which everything that differs by
// type asks: storage, expressions, length, order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/entities/expression/types.hpp"

namespace re2 {
class RE2;
}
namespace opsflux::expression {
class Expression;
}

namespace opsflux::entities {

enum class FieldType : std::uint8_t {
  kText,
  kLongText,
  kRichText,  // CommonMark without HTML
  kInteger,
  kDecimal,
  kMoney,     // a decimal in a currency, which is fixed or that of another field
  kCurrency,  // ISO 4217
  kBoolean,
  kDate,
  kDatetime,
  kDuration,  // ISO 8601, days and shorter: "P1DT2H30M"
  kEnum,
  kEnums,  // several of the values
  kTags,
  kEmail,
  kPhone,
  kUrl,
  kCountry,
  kColor,       // "#1e90ff"
  kAddress,     // {"lines": [...], "postal_code": …, "city": …, "region": …, "country": …}
  kGeo,         // {"latitude": 48.8583, "longitude": 2.2945}, WGS 84 degrees
  kReference,   // identifier of a record of one entity
  kReferences,  // several
  kAny,         // a record of any entity: "tiers.company/<identifier>"
  kParent,      // a record of the same entity, never through itself
  kUser,
  kGroup,
  kJson,
  kFile,      // identifier of a file that belongs to the record
  kFiles,     // several
  kImage,     // a file that is a picture
  kSequence,  // numbered by the server: "PRJ-2026-0001"
};

// How a column holds it; see column_type for the SQL.
enum class Storage : std::uint8_t {
  kText,
  kInteger,
  kDecimal,
  kBoolean,
  kDate,
  kTimestamp,
  kMicroseconds,  // a duration
  kJson,
};

// What becomes of a referring record when the one it refers to is deleted.
enum class OnDelete : std::uint8_t { kKeep, kRefuse, kCascade };

enum class Personal : std::uint8_t { kNo, kPersonal, kSensitive };

// Whose records fields of the types user and group name.
inline constexpr std::string_view kPeopleEntity = "identity.user", kGroupEntity = "identity.group";

using ExpressionPtr = std::shared_ptr<const expression::Expression>;

// A value summed up over the record's parts: "sum of lines.amount". See parts.hpp.
struct Rollup {
  enum class Op : std::uint8_t { kCount, kSum, kMin, kMax } op = Op::kCount;
  std::string parts;  // as the record names them: "lines"
  std::string field;  // of the parts; empty for a count
};
inline constexpr std::string_view kRollupOps[] = {"count", "sum", "min", "max"};

struct Field {
  std::string name;
  FieldType type = FieldType::kText;
  bool required = false;
  bool unique = false;
  bool read_only = false;                // set by code or computed, never by a client
  std::optional<std::int64_t> min, max;  // of a number; for decimals in units of the scale
  std::vector<std::string> accept;       // files: media types such as "image/*"; empty: all
  std::int64_t max_size = 0;             // files: bytes of each; 0: as the server has it
  std::size_t max_length = 0;            // code points of text; items of lists
  int precision = 0, scale = 0;          // decimal, money
  std::vector<std::string> values;       // enum, enums
  std::string to;                        // reference(s), user, group: "tiers.company"
  std::string currency;                  // money: "EUR", or the name of a field of type currency
  std::string format;                    // sequence
  Json default_value;                    // null: none; texts "today" and "now" for dates, "me" for users
  std::shared_ptr<const re2::RE2> pattern;
  std::string pattern_text;
  Personal personal = Personal::kNo;
  OnDelete on_delete = OnDelete::kKeep;             // reference, parent
  std::vector<std::string> view_roles, edit_roles;  // who sees, who sets it; empty: everybody
  ExpressionPtr computed, required_if, visible_if, read_only_if;
  std::optional<Rollup> rollup;
};

std::string_view to_string(FieldType type);
std::optional<FieldType> field_type(std::string_view name);
std::string field_type_list();  // "text, longtext, …"

Storage storage_of(FieldType type);
expression::Type expression_type(FieldType type);
// Longest text in code points, or most items, when the definition says none.
std::size_t default_length(FieldType type);

inline bool is_number(FieldType type) {
  return storage_of(type) == Storage::kInteger || storage_of(type) == Storage::kDecimal;
}
// What may be added up.
inline bool is_measure(FieldType type) { return is_number(type) || type == FieldType::kDuration; }
// Money whose currency is that of another field, so that amounts of two records may not be added.
inline bool has_own_currency(const Field& field) {
  return field.type == FieldType::kMoney && !field.currency.empty() && field.currency[0] >= 'a';
}
inline bool is_text_list(FieldType type) {
  return type == FieldType::kTags || type == FieldType::kEnums || type == FieldType::kReferences ||
         type == FieldType::kFiles;
}
// Names files, by their identifiers.
inline bool is_file(FieldType type) {
  return type == FieldType::kFile || type == FieldType::kFiles || type == FieldType::kImage;
}
// Points to one record of one entity.
inline bool is_reference(FieldType type) {
  return type == FieldType::kReference || type == FieldType::kParent || type == FieldType::kUser ||
         type == FieldType::kGroup;
}
inline bool stores_json(const Field& field) { return storage_of(field.type) == Storage::kJson; }
// Whether two values can be told which comes first.
inline bool has_order(FieldType type) {
  return storage_of(type) != Storage::kJson && type != FieldType::kRichText && !is_file(type);
}

// The column type a migration must declare for a field, for instance "decimal(18,2)".
std::string column_type(const Field& field);

}  // namespace opsflux::entities
