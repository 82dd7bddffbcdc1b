#include "host/entities/field.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::entities {
namespace {

using ExpressionType = expression::Type;

struct TypeFacts {
  FieldType type;
  std::string_view name;
  Storage storage;
  ExpressionType expression;
  std::size_t length;
};

constexpr std::size_t kLong = 100'000;

// In the order of FieldType.
constexpr TypeFacts kTypes[] = {
    {FieldType::kText, "text", Storage::kText, ExpressionType::kString, 255},
    {FieldType::kLongText, "longtext", Storage::kText, ExpressionType::kString, kLong},
    {FieldType::kRichText, "richtext", Storage::kText, ExpressionType::kString, kLong},
    {FieldType::kInteger, "integer", Storage::kInteger, ExpressionType::kInt, 0},
    {FieldType::kDecimal, "decimal", Storage::kDecimal, ExpressionType::kDecimal, 0},
    {FieldType::kMoney, "money", Storage::kDecimal, ExpressionType::kDecimal, 0},
    {FieldType::kCurrency, "currency", Storage::kText, ExpressionType::kString, 3},
    {FieldType::kBoolean, "boolean", Storage::kBoolean, ExpressionType::kBool, 0},
    {FieldType::kDate, "date", Storage::kDate, ExpressionType::kDate, 10},
    {FieldType::kDatetime, "datetime", Storage::kTimestamp, ExpressionType::kTimestamp, 40},
    {FieldType::kDuration, "duration", Storage::kMicroseconds, ExpressionType::kDuration, 60},
    {FieldType::kEnum, "enum", Storage::kText, ExpressionType::kEnum, 63},
    {FieldType::kEnums, "enums", Storage::kJson, ExpressionType::kStringList, 200},
    {FieldType::kTags, "tags", Storage::kJson, ExpressionType::kStringList, 50},
    {FieldType::kEmail, "email", Storage::kText, ExpressionType::kString, 254},  // RFC 5321
    {FieldType::kPhone, "phone", Storage::kText, ExpressionType::kString, 40},
    {FieldType::kUrl, "url", Storage::kText, ExpressionType::kString, 2'000},
    {FieldType::kCountry, "country", Storage::kText, ExpressionType::kString, 2},
    {FieldType::kColor, "color", Storage::kText, ExpressionType::kString, 7},
    {FieldType::kAddress, "address", Storage::kJson, ExpressionType::kOpaque, 0},
    {FieldType::kGeo, "geo", Storage::kJson, ExpressionType::kOpaque, 0},
    {FieldType::kReference, "reference", Storage::kText, ExpressionType::kString, 36},
    {FieldType::kReferences, "references", Storage::kJson, ExpressionType::kStringList, 100},
    {FieldType::kAny, "any", Storage::kText, ExpressionType::kString, 200},
    {FieldType::kParent, "parent", Storage::kText, ExpressionType::kString, 36},
    {FieldType::kUser, "user", Storage::kText, ExpressionType::kString, 36},
    {FieldType::kGroup, "group", Storage::kText, ExpressionType::kString, 36},
    {FieldType::kJson, "json", Storage::kJson, ExpressionType::kOpaque, kLong},
    {FieldType::kFile, "file", Storage::kText, ExpressionType::kString, 36},
    {FieldType::kFiles, "files", Storage::kJson, ExpressionType::kStringList, 20},
    {FieldType::kImage, "image", Storage::kText, ExpressionType::kString, 36},
    {FieldType::kSequence, "sequence", Storage::kText, ExpressionType::kString, 100},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kTypes); ++i)
    if (kTypes[i].type != static_cast<FieldType>(i)) return false;
  return true;
}
static_assert(in_order() && std::size(kTypes) == static_cast<std::size_t>(FieldType::kSequence) + 1);

const TypeFacts& facts(FieldType type) { return kTypes[static_cast<std::size_t>(type)]; }

}  // namespace

std::string_view to_string(FieldType type) { return facts(type).name; }

std::optional<FieldType> field_type(std::string_view name) {
  for (const TypeFacts& type : kTypes)
    if (type.name == name) return type.type;
  return std::nullopt;
}

std::string field_type_list() {
  std::string out;
  for (const TypeFacts& type : kTypes) out += (out.empty() ? "" : ", ") + std::string(type.name);
  return out;
}

Storage storage_of(FieldType type) { return facts(type).storage; }
ExpressionType expression_type(FieldType type) { return facts(type).expression; }
std::size_t default_length(FieldType type) { return facts(type).length; }

std::string column_type(const Field& field) {
  switch (storage_of(field.type)) {
    case Storage::kInteger:
    case Storage::kMicroseconds:
      return "bigint";
    case Storage::kDecimal:
      return "decimal(" + std::to_string(field.precision) + "," + std::to_string(field.scale) + ")";
    case Storage::kBoolean:
      return "boolean";
    case Storage::kDate:
      return "date";
    case Storage::kTimestamp:
      return "timestamptz";
    case Storage::kJson:
      return "jsonb";
    case Storage::kText:
      break;
  }
  return "text";
}

}  // namespace opsflux::entities
