#include "host/entities/definition.hpp"

#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/values.hpp"
#include "host/store/introspection.hpp"

namespace opsflux::entities {
namespace {

struct TypeName {
  std::string_view name;
  FieldType type;
};
constexpr TypeName kTypes[] = {
    {"text", FieldType::kText},         {"longtext", FieldType::kLongText},
    {"integer", FieldType::kInteger},   {"decimal", FieldType::kDecimal},
    {"boolean", FieldType::kBoolean},   {"date", FieldType::kDate},
    {"datetime", FieldType::kDatetime}, {"enum", FieldType::kEnum},
    {"tags", FieldType::kTags},         {"email", FieldType::kEmail},
    {"phone", FieldType::kPhone},       {"url", FieldType::kUrl},
    {"country", FieldType::kCountry},   {"reference", FieldType::kReference},
    {"json", FieldType::kJson},
};

constexpr std::string_view kEntityKeys[] = {"entity",   "plural", "table",  "icon",   "title",
                                            "subtitle", "status", "fields", "rights", "indexes",
                                            "search",   "views",  "unique", "$schema"};
constexpr std::string_view kFieldKeys[] = {
    "name",      "type",      "required", "unique", "read_only", "min",         "max",
    "max_items", "precision", "scale",    "values", "to",        "default",     "pattern",
    "display",   "limit",     "colors",   "tones",  "unit",      "placeholder", "mono"};

// Lengths in code points when the definition says none; all are upper bounds as well.
std::size_t default_length(FieldType type) {
  switch (type) {
    case FieldType::kLongText:
      return 100'000;
    case FieldType::kEmail:
      return 254;  // RFC 5321
    case FieldType::kPhone:
      return 40;
    case FieldType::kUrl:
      return 2'000;
    case FieldType::kTags:
      return 50;  // items
    case FieldType::kJson:
      return 100'000;
    default:
      return 255;
  }
}

}  // namespace

bool is_system_column(std::string_view name) {
  return std::find(std::begin(kSystemColumns), std::end(kSystemColumns), name) != std::end(kSystemColumns);
}

std::string_view to_string(FieldType type) { return kTypes[static_cast<std::size_t>(type)].name; }

std::string column_type(const Field& field) {
  switch (field.type) {
    case FieldType::kInteger:
      return "bigint";
    case FieldType::kDecimal:
      return "decimal(" + std::to_string(field.precision) + "," + std::to_string(field.scale) + ")";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kDate:
      return "date";
    case FieldType::kDatetime:
      return "timestamptz";
    case FieldType::kTags:
    case FieldType::kJson:
      return "jsonb";
    default:
      return "text";
  }
}

// Walks one definition; every error carries file and pointer.
class DefinitionParser {
 public:
  DefinitionParser(std::string_view module, std::string_view file) : file_(file) { out_->module = module; }

  Result<std::shared_ptr<const Definition>> run(const Json& json) {
    if (!json.is_object()) return fail(wrong("", "not_object", "The definition must be a JSON object."));
    TRY(known_keys(json, kEntityKeys, ""));
    TRY(identity(json));
    TRY(fields(json));
    TRY(names_of_fields(json));
    TRY(rights(json));
    TRY(views(json));
    auto document = std::make_shared<Json>(json);
    (*document)["module"] = out_->module;
    (*document)["name"] = out_->name;
    (*document)["path"] = out_->path;
    out_->document = std::move(document);
    return std::shared_ptr<const Definition>(out_);
  }

 private:
  Error wrong(std::string_view pointer, std::string_view reason, std::string message) const {
    return Error::invalid(
               "definition." + std::string(reason),
               std::string(file_) + (pointer.empty() ? "" : " at " + std::string(pointer)) + ": " + message)
        .at(std::string(file_) + "#" + std::string(pointer))
        .with("file", file_)
        .with("pointer", pointer);
  }

  Result<void> known_keys(const Json& object, std::span<const std::string_view> known,
                          const std::string& pointer) const {
    for (const auto& [key, value] : object.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        return fail(wrong(pointer + "/" + key, "unknown_key", "The key \"" + key + "\" is not known here."));
    return {};
  }

  Result<std::string> identifier(const Json& object, const char* key, const std::string& pointer) const {
    const std::string value = get_string_or(object, key, "");
    if (!is_identifier(value))
      return fail(wrong(
          pointer + "/" + key, "not_identifier",
          "\"" + std::string(key) +
              "\" must be a name such as legal_name: a small letter, then small letters, digits and _."));
    return value;
  }

  Result<void> identity(const Json& json) {
    TRY_ASSIGN(entity, identifier(json, "entity", ""));
    TRY_ASSIGN(plural, identifier(json, "plural", ""));
    TRY_ASSIGN(table, identifier(json, "table", ""));
    out_->entity = std::move(entity);
    out_->plural = std::move(plural);
    out_->table = std::move(table);
    out_->name = out_->module + "." + out_->entity;
    out_->path = "/api/v1/" + out_->module + "/" + out_->plural;
    if (!out_->table.starts_with(out_->module + "_"))
      return fail(
          wrong("/table", "foreign_table",
                "The table must be named " + out_->module + "_…, because a module owns only such tables."));
    return {};
  }

  Result<void> fields(const Json& json) {
    const auto it = json.find("fields");
    if (it == json.end() || !it->is_array() || it->empty())
      return fail(wrong("/fields", "no_fields", "\"fields\" must list at least one field."));
    if (it->size() > 200)
      return fail(wrong("/fields", "too_many_fields", "An entity has at most 200 fields."));
    for (std::size_t i = 0; i < it->size(); ++i) {
      const std::string pointer = "/fields/" + std::to_string(i);
      TRY_ASSIGN(parsed, field((*it)[i], pointer));
      if (is_system_column(parsed.name))
        return fail(wrong(pointer + "/name", "reserved_field",
                          "The name " + parsed.name + " is one that every entity has."));
      if (!out_->index_.emplace(parsed.name, out_->fields.size()).second)
        return fail(
            wrong(pointer + "/name", "duplicate_field", "The field " + parsed.name + " stands twice."));
      out_->fields.push_back(std::move(parsed));
    }
    return {};
  }

  Result<Field> field(const Json& json, const std::string& pointer) {
    if (!json.is_object()) return fail(wrong(pointer, "not_object", "A field must be a JSON object."));
    TRY(known_keys(json, kFieldKeys, pointer));
    Field out;
    TRY_ASSIGN(name, identifier(json, "name", pointer));
    out.name = std::move(name);
    const std::string type = get_string_or(json, "type", "");
    const auto known =
        std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& t) { return t.name == type; });
    if (known == std::end(kTypes))
      return fail(wrong(pointer + "/type", "unknown_type",
                        "The field type \"" + type + "\" is not known; known are " + type_list() + "."));
    out.type = known->type;
    out.required = get_bool_or(json, "required", false);
    out.unique = get_bool_or(json, "unique", false);
    out.read_only = get_bool_or(json, "read_only", false);
    TRY(numbers(json, pointer, out));
    TRY(lists(json, pointer, out));
    TRY(pattern(json, pointer, out));
    if (const auto it = json.find("default"); it != json.end() && !it->is_null()) {
      out.default_value = *it;
      const bool relative = (out.type == FieldType::kDate && *it == "today") ||
                            (out.type == FieldType::kDatetime && *it == "now");
      if (!relative)
        if (auto checked = parse_value(out, *it); !checked)
          return fail(wrong(pointer + "/default", "bad_default",
                            "The default does not fit the field: " + checked.error().message));
    }
    return out;
  }

  Result<void> numbers(const Json& json, const std::string& pointer, Field& out) {
    out.max_length = default_length(out.type);
    if (out.type == FieldType::kDecimal) {
      out.precision = static_cast<int>(get_int_or(json, "precision", 18));
      out.scale = static_cast<int>(get_int_or(json, "scale", 2));
      if (out.precision < 1 || out.precision > 18 || out.scale < 0 || out.scale > out.precision)
        return fail(wrong(pointer + "/precision", "bad_precision",
                          "A decimal has 1 to 18 digits, of which 0 to that many stand after the point."));
    }
    const bool number = out.type == FieldType::kInteger || out.type == FieldType::kDecimal;
    for (const char* key : {"min", "max"}) {
      const auto it = json.find(key);
      if (it == json.end()) continue;
      if (number) {
        const std::string digits = it->is_string() ? it->get<std::string>() : it->dump();
        const auto value = decimal_to_scaled(digits, 18, out.scale);
        if (!value)
          return fail(wrong(pointer + "/" + key, "bad_bound",
                            std::string("\"") + key + "\" must be a number that the field can hold."));
        (key[1] == 'i' ? out.min : out.max) = *value;
      } else {
        if (!it->is_number_integer() || *it < 1 || key[1] == 'i')
          return fail(wrong(pointer + "/" + key, "bad_bound",
                            "Only \"max\" is known for this type: the longest length."));
        if (it->get<std::size_t>() > default_length(FieldType::kLongText))
          return fail(wrong(pointer + "/max", "bad_bound", "A text has at most 100000 characters."));
        out.max_length = it->get<std::size_t>();
      }
    }
    if (const auto items = get_int_or(json, "max_items", 0); items > 0)
      out.max_length = static_cast<std::size_t>(items);
    return {};
  }

  Result<void> lists(const Json& json, const std::string& pointer, Field& out) {
    if (out.type == FieldType::kEnum) {
      const auto it = json.find("values");
      if (it == json.end() || !it->is_array() || it->empty())
        return fail(wrong(pointer + "/values", "no_values", "An enum lists its values in \"values\"."));
      for (const Json& value : *it) {
        if (!value.is_string() || !is_identifier(value.get<std::string>()))
          return fail(wrong(pointer + "/values", "not_identifier",
                            "Values of an enum are names such as in_progress."));
        out.values.push_back(value.get<std::string>());
      }
    }
    if (out.type == FieldType::kReference) {
      out.to = get_string_or(json, "to", "");
      if (out.to.find('.') == std::string::npos) out.to = out_->module + "." + out.to;
      const auto parts = split(out.to, '.');
      if (parts.size() != 2 || !is_identifier(parts[0]) || !is_identifier(parts[1]))
        return fail(wrong(pointer + "/to", "bad_reference", "\"to\" names an entity such as tiers.company."));
    }
    return {};
  }

  Result<void> pattern(const Json& json, const std::string& pointer, Field& out) {
    out.pattern_text = get_string_or(json, "pattern", "");
    if (out.pattern_text.empty()) return {};
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    auto compiled = std::make_shared<const re2::RE2>(out.pattern_text, options);
    if (!compiled->ok())
      return fail(wrong(pointer + "/pattern", "bad_pattern",
                        "The pattern is not a regular expression (RE2 syntax): " + compiled->error() + "."));
    out.pattern = std::move(compiled);
    return {};
  }

  Result<void> names_of_fields(const Json& json) {
    out_->title = get_string_or(json, "title", out_->fields.front().name);
    TRY(existing(out_->title, "/title"));
    if (const auto it = json.find("search"); it != json.end() && it->is_array())
      for (const Json& name : *it) {
        TRY(existing(name.is_string() ? name.get<std::string>() : "", "/search"));
        out_->search.push_back(*out_->find(name.get<std::string>()));
      }
    if (const auto it = json.find("unique"); it != json.end() && it->is_array())
      for (const Json& group : *it) {
        std::vector<std::string> names;
        for (const Json& name : group) {
          TRY(existing(name.is_string() ? name.get<std::string>() : "", "/unique"));
          names.push_back(name.get<std::string>());
        }
        out_->unique_together.push_back(std::move(names));
      }
    return {};
  }

  Result<void> existing(const std::string& name, const std::string& pointer) const {
    if (out_->find(name) || is_system_column(name)) return {};
    return fail(wrong(pointer, "unknown_field", "There is no field \"" + name + "\" in this entity."));
  }

  Result<void> rights(const Json& json) {
    const auto it = json.find("rights");
    if (it == json.end()) return {};
    if (!it->is_object())
      return fail(wrong("/rights", "not_object", "\"rights\" gives for each role a list of actions."));
    for (const auto& [role, actions] : it->items()) {
      for (const Json& action : actions) {
        if (!action.is_string() || std::find(std::begin(kActions), std::end(kActions),
                                             action.get<std::string>()) == std::end(kActions))
          return fail(
              wrong("/rights/" + role, "unknown_action", "The actions are view, create, edit and delete."));
        out_->rights[role].push_back(action.get<std::string>());
      }
    }
    return {};
  }

  Result<void> views(const Json& json) {
    const auto it = json.find("views");
    if (it == json.end()) return {};
    if (!it->is_object()) return fail(wrong("/views", "not_object", "\"views\" must be an object."));
    if (const auto list = it->find("list"); list != it->end()) {
      out_->default_sort = get_string_or(*list, "sort", "");
      if (const auto columns = list->find("columns"); columns != list->end())
        for (const Json& name : *columns)
          TRY(existing(name.is_string() ? name.get<std::string>() : "", "/views/list/columns"));
    }
    if (const auto form = it->find("form"); form != it->end() && form->contains("sections"))
      for (const Json& section : (*form)["sections"])
        if (const auto names = section.find("fields"); names != section.end())
          for (const Json& name : *names)
            TRY(existing(name.is_string() ? name.get<std::string>() : "", "/views/form/sections"));
    return {};
  }

  static std::string type_list() {
    std::string out;
    for (const TypeName& type : kTypes) out += (out.empty() ? "" : ", ") + std::string(type.name);
    return out;
  }

  std::string_view file_;
  std::shared_ptr<Definition> out_ = std::make_shared<Definition>();
};

Definition::~Definition() = default;

Result<std::shared_ptr<const Definition>> Definition::parse(std::string_view module, std::string_view file,
                                                            const Json& json) {
  return DefinitionParser(module, file).run(json);
}

std::optional<std::size_t> Definition::find(std::string_view field) const {
  const auto it = index_.find(std::string(field));
  if (it == index_.end()) return std::nullopt;
  return it->second;
}

}  // namespace opsflux::entities
