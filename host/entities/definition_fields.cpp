// The fields of a definition.
#include <re2/re2.h>

#include "host/base/full_name.hpp"
#include "host/base/text.hpp"
#include "host/entities/currencies.hpp"
#include "host/entities/definition_parser.hpp"
#include "host/entities/media_type.hpp"
#include "host/entities/values.hpp"

namespace opsflux::entities {
namespace {

// What SQL of one of the two databases would not take for the name of a column, in order.
constexpr std::string_view kSqlWords[] = {"add",
                                          "all",
                                          "alter",
                                          "analyse",
                                          "analyze",
                                          "and",
                                          "any",
                                          "array",
                                          "as",
                                          "asc",
                                          "asymmetric",
                                          "authorization",
                                          "autoincrement",
                                          "between",
                                          "binary",
                                          "both",
                                          "case",
                                          "cast",
                                          "check",
                                          "collate",
                                          "collation",
                                          "column",
                                          "commit",
                                          "concurrently",
                                          "constraint",
                                          "create",
                                          "cross",
                                          "current_catalog",
                                          "current_date",
                                          "current_role",
                                          "current_schema",
                                          "current_time",
                                          "current_timestamp",
                                          "current_user",
                                          "default",
                                          "deferrable",
                                          "delete",
                                          "desc",
                                          "distinct",
                                          "do",
                                          "drop",
                                          "else",
                                          "end",
                                          "escape",
                                          "except",
                                          "exists",
                                          "false",
                                          "fetch",
                                          "for",
                                          "foreign",
                                          "freeze",
                                          "from",
                                          "full",
                                          "grant",
                                          "group",
                                          "having",
                                          "if",
                                          "ilike",
                                          "in",
                                          "index",
                                          "initially",
                                          "inner",
                                          "insert",
                                          "intersect",
                                          "into",
                                          "is",
                                          "isnull",
                                          "join",
                                          "lateral",
                                          "leading",
                                          "left",
                                          "like",
                                          "limit",
                                          "localtime",
                                          "localtimestamp",
                                          "natural",
                                          "not",
                                          "nothing",
                                          "notnull",
                                          "null",
                                          "offset",
                                          "on",
                                          "only",
                                          "or",
                                          "order",
                                          "outer",
                                          "overlaps",
                                          "placing",
                                          "primary",
                                          "references",
                                          "returning",
                                          "right",
                                          "select",
                                          "session_user",
                                          "set",
                                          "similar",
                                          "some",
                                          "symmetric",
                                          "table",
                                          "tablesample",
                                          "then",
                                          "to",
                                          "trailing",
                                          "transaction",
                                          "true",
                                          "union",
                                          "unique",
                                          "update",
                                          "user",
                                          "using",
                                          "values",
                                          "variadic",
                                          "verbose",
                                          "when",
                                          "where",
                                          "window",
                                          "with"};

bool any_of(FieldType type, std::initializer_list<FieldType> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Keys that only mean something for some types.
struct Option {
  const char* key;
  bool (*fits)(FieldType);
  const char* of;  // the types, for the message
};
constexpr Option kOptions[] = {
    {"values",
     [](FieldType t) {
       return any_of(t, {FieldType::kEnum, FieldType::kEnums});
     },
     "enum and enums"},
    {"colors",
     [](FieldType t) {
       return any_of(t, {FieldType::kEnum, FieldType::kEnums});
     },
     "enum and enums"},
    {"tones",
     [](FieldType t) {
       return any_of(t, {FieldType::kEnum, FieldType::kEnums});
     },
     "enum and enums"},
    {"to",
     [](FieldType t) {
       return any_of(t, {FieldType::kReference, FieldType::kReferences});
     },
     "reference and references"},
    {"on_delete",
     [](FieldType t) {
       return any_of(t, {FieldType::kReference, FieldType::kParent});
     },
     "reference and parent"},
    {"precision", [](FieldType t) { return storage_of(t) == Storage::kDecimal; }, "decimal and money"},
    {"scale", [](FieldType t) { return storage_of(t) == Storage::kDecimal; }, "decimal and money"},
    {"currency", [](FieldType t) { return t == FieldType::kMoney; }, "money"},
    {"format", [](FieldType t) { return t == FieldType::kSequence; }, "sequence"},
    {"min", [](FieldType t) { return is_number(t); }, "integer, decimal and money"},
    {"max",
     [](FieldType t) {
       return is_number(t) || any_of(t, {FieldType::kText, FieldType::kLongText, FieldType::kRichText,
                                         FieldType::kEmail, FieldType::kPhone, FieldType::kUrl});
     },
     "numbers and texts"},
    {"max_items", [](FieldType t) { return is_text_list(t); }, "enums, tags, references and files"},
    {"accept", [](FieldType t) { return is_file(t); }, "file, files and image"},
    {"max_size", [](FieldType t) { return is_file(t); }, "file, files and image"},
    {"pattern",
     [](FieldType t) {
       return any_of(t, {FieldType::kText, FieldType::kLongText, FieldType::kEmail, FieldType::kPhone,
                         FieldType::kUrl});
     },
     "texts"},
    {"unique", [](FieldType t) { return storage_of(t) != Storage::kJson && !is_file(t); },
     "fields of one value that are no files"},
    {"default", [](FieldType t) { return !is_file(t); }, "fields that name no files"},
};

// What a type cannot be without.
struct Need {
  FieldType type;
  const char *key, *why;
};
constexpr Need kNeeds[] = {
    {FieldType::kEnum, "values", "An enum lists its values in \"values\"."},
    {FieldType::kEnums, "values", "An enums field lists its values in \"values\"."},
    {FieldType::kReference, "to", "A reference names an entity in \"to\"."},
    {FieldType::kReferences, "to", "A references field names an entity in \"to\"."},
    {FieldType::kMoney, "currency", "Money names its \"currency\": a code such as EUR, or a currency field."},
    {FieldType::kSequence, "format", "A sequence has a \"format\" such as PRJ-{year}-{number:4}."},
};

}  // namespace

void DefinitionParser::fields(const Json& json) {
  const Json& list = json.at("fields");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = "/fields/" + std::to_string(i);
    Field parsed = field(list[i], at);
    if (is_system_column(parsed.name))
      complain(at + "/name", "reserved_field", "Every entity has the field " + parsed.name + " already.");
    if (std::binary_search(std::begin(kSqlWords), std::end(kSqlWords), parsed.name))
      complain(at + "/name", "reserved_word",
               "\"" + parsed.name + "\" is a word of SQL and cannot name a column; take for instance \"" +
                   parsed.name + "_on\" or \"" + out_->entity + "_" + parsed.name + "\".");
    if (parsed.name.starts_with("x_") != (i >= first_custom_))
      complain(at + "/name", "reserved_field",
               i >= first_custom_ ? "The name of a custom field begins with x_."
                                  : "Names that begin with x_ are those of fields that administrators add.");
    out_->index_.emplace(parsed.name, out_->fields.size());
    out_->fields.push_back(std::move(parsed));
  }
}

Field DefinitionParser::field(const Json& json, const std::string& at) {
  Field out;
  out.name = get_string_or(json, "name", "");
  out.type = *field_type(get_string_or(json, "type", ""));
  out.required = get_bool_or(json, "required", false);
  out.unique = get_bool_or(json, "unique", false);
  out.read_only = get_bool_or(json, "read_only", false) || json.contains("computed") ||
                  json.contains("rollup") || out.type == FieldType::kSequence;
  out.format = get_string_or(json, "format", "");
  out.currency = get_string_or(json, "currency", "");
  out.accept = json.value("accept", std::vector<std::string>());
  out.max_size = get_int_or(json, "max_size", 0);
  out.pattern_text = get_string_or(json, "pattern", "");
  out.values = json.value("values", std::vector<std::string>());
  out.view_roles = json.value("view", std::vector<std::string>());
  out.edit_roles = json.value("edit", std::vector<std::string>());
  const std::string personal = get_string_or(json, "personal", "");
  out.personal = personal.empty()         ? Personal::kNo
                 : personal == "personal" ? Personal::kPersonal
                                          : Personal::kSensitive;
  const std::string on_delete = get_string_or(json, "on_delete", "keep");
  out.on_delete = on_delete == "cascade"  ? OnDelete::kCascade
                  : on_delete == "refuse" ? OnDelete::kRefuse
                                          : OnDelete::kKeep;
  options(json, at, out);
  numbers(json, at, out);
  target(json, at, out);
  pattern(at, out);
  default_value(json, at, out);
  rollup(json, at, out);
  return out;
}

void DefinitionParser::options(const Json& json, const std::string& at, const Field& field) {
  for (const Option& option : kOptions)
    if (json.contains(option.key) && !option.fits(field.type))
      complain(at + "/" + option.key, "useless_key",
               "\"" + std::string(option.key) + "\" is for " + option.of + ", and this is " +
                   std::string(to_string(field.type)) + ".");
  for (const Need& need : kNeeds)
    if (need.type == field.type && !json.contains(need.key)) complain(at, "missing_key", need.why);
  for (const char* per_value : {"colors", "tones"}) {
    const Json given = json.value(per_value, Json::object());
    for (const auto& [value, unused] : given.items())
      if (std::find(field.values.begin(), field.values.end(), value) == field.values.end())
        complain(at + "/" + per_value + "/" + value, "unknown_value",
                 "\"" + value + "\" is none of \"values\".");
  }
  if (field.type == FieldType::kImage)
    for (std::size_t i = 0; i < field.accept.size(); ++i)
      if (field.accept[i] != "image/*" && !is_plain_image(field.accept[i]))
        complain(at + "/accept/" + std::to_string(i), "not_an_image_type",
                 "An image is one of image/png, image/jpeg, image/gif and image/webp.");
  if (field.required && field.read_only && json.contains("computed"))
    complain(at + "/required", "useless_key", "A computed field is not filled in by anybody.");
}

void DefinitionParser::numbers(const Json& json, const std::string& at, Field& field) {
  field.max_length = default_length(field.type);
  if (const auto items = get_int_or(json, "max_items", 0); items > 0)
    field.max_length = static_cast<std::size_t>(items);
  if (storage_of(field.type) == Storage::kDecimal) {
    field.precision = static_cast<int>(get_int_or(json, "precision", 18));
    field.scale = static_cast<int>(get_int_or(json, "scale", 2));
    if (field.scale > field.precision)
      complain(at + "/scale", "bad_precision",
               "Of all the digits not more stand after the point than there are.");
  }
  for (const char* key : {"min", "max"})
    if (const auto it = json.find(key); it != json.end())
      bound(*it, at + "/" + key, std::string_view(key) == "min", field);
  if (field.min && field.max && *field.min > *field.max)
    complain(at + "/max", "bad_bound", "\"max\" must not be below \"min\".");
}

void DefinitionParser::bound(const Json& value, const std::string& at, bool lower, Field& field) {
  if (is_number(field.type)) {
    const std::string digits = value.is_string() ? value.get<std::string>() : value.dump();
    const auto scaled = decimal_to_scaled(digits, 18, field.scale);
    if (!scaled) return complain(at, "bad_bound", "The bound must be a number that the field can hold.");
    (lower ? field.min : field.max) = *scaled;
    return;
  }
  if (lower) return;  // told already
  if (!value.is_number_integer() || value < 1 || value > default_length(FieldType::kLongText))
    return complain(at, "bad_bound", "The longest length of a text is a whole number from 1 to 100000.");
  field.max_length = value.get<std::size_t>();
}

void DefinitionParser::target(const Json& json, const std::string& at, Field& field) {
  field.to = get_string_or(json, "to", "");
  if (field.type == FieldType::kUser) field.to = kPeopleEntity;
  if (field.type == FieldType::kGroup) field.to = kGroupEntity;
  if (field.type == FieldType::kParent) field.to = out_->name;
  if (!field.to.empty()) field.to = full_name(out_->module, field.to);
  if (field.type == FieldType::kMoney && !field.currency.empty() && field.currency[0] < 'a' &&
      !is_currency(field.currency))
    complain(at + "/currency", "unknown_currency", "\"" + field.currency + "\" is no currency of ISO 4217.");
}

void DefinitionParser::pattern(const std::string& at, Field& field) {
  if (field.pattern_text.empty()) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto compiled = std::make_shared<const re2::RE2>(field.pattern_text, options);
  if (!compiled->ok())
    return complain(at + "/pattern", "bad_pattern",
                    "The pattern is not a regular expression (RE2 syntax): " + compiled->error() + ".");
  field.pattern = std::move(compiled);
}

void DefinitionParser::default_value(const Json& json, const std::string& at, Field& field) {
  const auto it = json.find("default");
  if (it == json.end() || it->is_null()) return;
  if (json.contains("computed") || json.contains("rollup") || field.type == FieldType::kSequence)
    return complain(at + "/default", "useless_key", "The server gives this field its value.");
  field.default_value = *it;
  const bool relative = (field.type == FieldType::kDate && *it == "today") ||
                        (field.type == FieldType::kDatetime && *it == "now") ||
                        (field.type == FieldType::kUser && *it == "me");
  if (relative) return;
  if (auto checked = parse_value(field, *it); !checked)
    complain(at + "/default", "bad_default",
             "The default does not fit the field: " + checked.error().message);
}

// What a field says about others.
void DefinitionParser::after_all_fields(const Json& json) {
  for (std::size_t i = 0; i < out_->fields.size(); ++i) {
    const Field& field = out_->fields[i];
    if (!has_own_currency(field)) continue;
    const auto index = out_->find(field.currency);
    if (!index || out_->fields[*index].type != FieldType::kCurrency)
      complain("/fields/" + std::to_string(i) + "/currency", "not_a_currency",
               "\"" + field.currency + "\" must be a field of the type currency.");
  }
  const auto parents = std::count_if(out_->fields.begin(), out_->fields.end(),
                                     [](const Field& field) { return field.type == FieldType::kParent; });
  if (parents > 1 || json.at("fields").size() > 200)
    complain("/fields", "several_parents",
             "A record stands in one tree: only one field is of the type parent.");
}

}  // namespace opsflux::entities
