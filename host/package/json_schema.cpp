#include "host/package/json_schema.hpp"

#include <regex.h>

#include "host/base/text.hpp"
#include "host/package/schema_words.hpp"

namespace opsflux::package {
namespace {

constexpr std::size_t kMaxErrors = 50;

const std::set<std::string, std::less<>> kKeywords = {
    "$schema",       "$id",         "$defs",      "$ref",       "title",
    "description",   "type",        "properties", "required",   "additionalProperties",
    "propertyNames", "items",       "enum",       "const",      "pattern",
    "minimum",       "maximum",     "minLength",  "maxLength",  "minItems",
    "maxItems",      "uniqueItems", "oneOf",      "x-uniqueBy", "x-expected"};

// A POSIX regular expression; compiled once, matched from any thread.
class Pattern {
 public:
  explicit Pattern(const std::string& text)
      : ok_(regcomp(&regex_, text.c_str(), REG_EXTENDED | REG_NOSUB) == 0) {}
  ~Pattern() {
    if (ok_) regfree(&regex_);
  }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  bool ok() const { return ok_; }
  bool matches(const std::string& text) const {
    return !has_nul(text) && regexec(&regex_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t regex_{};
  bool ok_;
};

std::string escape_pointer(std::string_view key) {
  std::string out;
  for (const char c : key)
    out += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
  return out;
}

bool is_type(const Json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  return value.is_object();
}

}  // namespace

struct JsonSchema::Compiled {
  Json root;
  std::map<std::string, Pattern, std::less<>> patterns;

  // Every keyword known, every reference and pattern good, so that check() meets nothing it cannot judge.
  Result<void> prepare(const Json& schema, const std::string& where) {
    const auto refuse = [&](const std::string& why) {
      return fail(
          Error::internal("schema.unusable", "The schema is unusable at " + where + ": " + why).at(where));
    };
    if (!schema.is_object()) return refuse("not an object.");
    for (const auto& [key, value] : schema.items())
      if (!kKeywords.contains(key))
        return refuse("the keyword \"" + key + "\" is not known to this checker.");
    if (const auto ref = schema.find("$ref"); ref != schema.end()) {
      const std::string target = ref->get<std::string>();
      if (!target.starts_with("#/$defs/") || !root["$defs"].contains(target.substr(8)))
        return refuse("there is no " + target + ".");
    }
    if (const auto pattern = schema.find("pattern"); pattern != schema.end()) {
      const std::string text = pattern->get<std::string>();
      if (!patterns.try_emplace(text, text).first->second.ok())
        return refuse("the pattern is not a regular expression.");
    }
    for (const char* group : {"properties", "$defs"})
      if (const auto it = schema.find(group); it != schema.end())
        for (const auto& [key, value] : it->items()) TRY(prepare(value, where + "/" + group + "/" + key));
    for (const char* single : {"items", "propertyNames", "additionalProperties"})
      if (const auto it = schema.find(single); it != schema.end() && it->is_object())
        TRY(prepare(*it, where + "/" + single));
    if (const auto it = schema.find("oneOf"); it != schema.end())
      for (const Json& branch : *it) TRY(prepare(branch, where + "/oneOf"));
    return {};
  }
};

namespace {

// One walk through one document.
class Checker {
 public:
  Checker(const Json& root, const std::function<const Pattern&(const std::string&)>& pattern,
          std::string_view file)
      : root_(root), pattern_(pattern), file_(file) {}

  void check(const Json& value, const Json& given, const std::string& at) {
    if (errors.size() >= kMaxErrors) return;
    const Json& schema = resolve(given);
    if (const auto it = schema.find("oneOf"); it != schema.end())
      return check_branches(value, schema, *it, at);
    if (!check_type(value, schema, at) || !check_listed(value, schema, at)) return;
    if (value.is_string()) check_string(value.get_ref<const std::string&>(), value, schema, at);
    if (value.is_number()) check_number(value, schema, at);
    if (value.is_array()) check_array(value, schema, at);
    if (value.is_object()) check_object(value, schema, at);
  }

  std::vector<Error> errors;

 private:
  const Json& resolve(const Json& schema) const {
    const auto ref = schema.find("$ref");
    return ref == schema.end() ? schema : root_.at("$defs").at(ref->get_ref<const std::string&>().substr(8));
  }

  void add(std::string_view code, const std::string& at, const std::string& message) {
    const std::string place = file_ + "#" + at;
    errors.push_back(Error::invalid(code, place + ": " + message).at(place));
  }
  void wrong(std::string_view code, const Json& value, const Json& schema, const std::string& at,
             const std::string& wanted) {
    add(code, at,
        "this must be " + get_string_or(schema, "x-expected", wanted) + "; it is " + show_value(value) + ".");
  }

  bool check_type(const Json& value, const Json& schema, const std::string& at) {
    const auto type = schema.find("type");
    if (type == schema.end()) return true;
    const std::vector<std::string> wanted =
        type->is_array() ? type->get<std::vector<std::string>>() : std::vector{type->get<std::string>()};
    if (std::any_of(wanted.begin(), wanted.end(), [&](const std::string& t) { return is_type(value, t); }))
      return true;
    wrong("schema.wrong_type", value, schema, at, name_types(wanted));
    return false;
  }

  bool check_listed(const Json& value, const Json& schema, const std::string& at) {
    if (const auto it = schema.find("const"); it != schema.end() && *it != value) {
      wrong("schema.wrong_value", value, schema, at, it->dump());
      return false;
    }
    const auto it = schema.find("enum");
    if (it == schema.end() || std::find(it->begin(), it->end(), value) != it->end()) return true;
    std::vector<std::string> values;
    for (const Json& one : *it) values.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    const std::string near = value.is_string() ? closest(value.get<std::string>(), values) : "";
    wrong("schema.wrong_value", value, schema, at,
          "one of " + join(values, ", ") + (near.empty() ? "" : " (\"" + near + "\"?)"));
    return false;
  }

  void check_string(const std::string& text, const Json& value, const Json& schema, const std::string& at) {
    const auto length = static_cast<std::int64_t>(utf8_length(text));
    if (const auto least = get_int_or(schema, "minLength", 0); length < least)
      return wrong("schema.wrong_value", value, schema, at,
                   "at least " + std::to_string(least) + " characters");
    if (const auto most = get_int_or(schema, "maxLength", length); length > most)
      return wrong("schema.wrong_value", value, Json::object(), at,
                   "at most " + std::to_string(most) + " characters");
    if (has_nul(text))
      return wrong("schema.wrong_value", value, Json::object(), at, "text without a NUL character");
    if (const auto it = schema.find("pattern");
        it != schema.end() && !pattern_(it->get_ref<const std::string&>()).matches(text))
      wrong("schema.wrong_value", value, schema, at, "text that matches " + it->get<std::string>());
  }

  void check_number(const Json& value, const Json& schema, const std::string& at) {
    if (const auto it = schema.find("minimum"); it != schema.end() && value < *it)
      return wrong("schema.wrong_value", value, schema, at, "at least " + it->dump());
    if (const auto it = schema.find("maximum"); it != schema.end() && value > *it)
      wrong("schema.wrong_value", value, schema, at, "at most " + it->dump());
  }

  void check_array(const Json& value, const Json& schema, const std::string& at) {
    const auto count = static_cast<std::int64_t>(value.size());
    if (count < get_int_or(schema, "minItems", 0))
      return add("schema.wrong_value", at, "this list must not be empty.");
    if (const auto most = get_int_or(schema, "maxItems", count); count > most)
      return add("schema.wrong_value", at,
                 "this list has " + std::to_string(count) + " items; at most " + std::to_string(most) +
                     " are allowed.");
    if (const auto it = schema.find("items"); it != schema.end())
      for (std::size_t i = 0; i < value.size(); ++i) check(value[i], *it, at + "/" + std::to_string(i));
    const std::string key = get_string_or(schema, "x-uniqueBy", "");
    if (!key.empty() || get_bool_or(schema, "uniqueItems", false)) check_unique(value, key, at);
  }

  void check_unique(const Json& list, const std::string& key, const std::string& at) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!key.empty() && (!list[i].is_object() || !list[i].contains(key))) continue;
      const Json& mark = key.empty() ? list[i] : list[i].at(key);
      const auto [it, fresh] = seen.try_emplace(mark.dump(-1, ' ', false, Json::error_handler_t::replace), i);
      if (fresh) continue;
      const std::string suffix = key.empty() ? "" : "/" + key;
      add("schema.duplicate", at + "/" + std::to_string(i) + suffix,
          show_value(mark) + " stands twice; it stands already at " + at + "/" + std::to_string(it->second) +
              suffix + ".");
    }
  }

  void check_object(const Json& value, const Json& schema, const std::string& at) {
    static const Json kNone = Json::object();
    const Json& properties = schema.contains("properties") ? schema.at("properties") : kNone;
    for (const Json& key : schema.value("required", Json::array()))
      if (!value.contains(key.get_ref<const std::string&>()))
        add("schema.missing_key", at, "\"" + key.get<std::string>() + "\" is missing here.");
    const auto others = schema.find("additionalProperties");
    for (const auto& [key, member] : value.items()) {
      const std::string place = at + "/" + escape_pointer(key);
      if (const auto it = schema.find("propertyNames"); it != schema.end()) check(Json(key), *it, place);
      if (const auto it = properties.find(key); it != properties.end()) {
        check(member, *it, place);
      } else if (others != schema.end() && others->is_object()) {
        check(member, *others, place);
      } else if (others != schema.end() && *others == false) {
        add_unknown(key, properties, value, place);
      }
    }
  }

  void add_unknown(const std::string& key, const Json& properties, const Json& value, const std::string& at) {
    std::vector<std::string> free;
    for (const auto& [name, schema] : properties.items())
      if (!value.contains(name)) free.push_back(name);
    const std::string near = closest(key, free);
    add("schema.unknown_key", at,
        "\"" + show_text(key) + "\" is not known here" +
            (near.empty() ? "." : "; did you mean \"" + near + "\"?"));
    if (!near.empty()) errors.back().params.emplace_back("meant", near);
  }

  // The branch is the one whose own required keys (those that not every branch requires) are all there.
  void check_branches(const Json& value, const Json& schema, const Json& branches, const std::string& at) {
    if (!value.is_object()) return wrong("schema.wrong_type", value, schema, at, "an object");
    const Json* chosen = nullptr;
    int fitting = 0;
    for (const Json& branch : branches) {
      const Json& required = branch.at("required");
      const bool fits = std::all_of(required.begin(), required.end(), [&](const Json& key) {
        const bool common = std::all_of(branches.begin(), branches.end(), [&](const Json& other) {
          const Json& theirs = other.at("required");
          return std::find(theirs.begin(), theirs.end(), key) != theirs.end();
        });
        return common || value.contains(key.get_ref<const std::string&>());
      });
      if (fits) chosen = &branch, ++fitting;
    }
    if (fitting == 1) return check(value, *chosen, at);
    add("schema.wrong_value", at, "this must be " + get_string_or(schema, "x-expected", "of one form") + ".");
  }

  const Json& root_;
  const std::function<const Pattern&(const std::string&)>& pattern_;
  const std::string file_;
};

}  // namespace

Result<JsonSchema> JsonSchema::create(std::string_view text) {
  TRY_ASSIGN(root, parse_json(text));
  auto compiled = std::make_shared<Compiled>();
  compiled->root = std::move(root);
  TRY(compiled->prepare(compiled->root, "#"));
  return JsonSchema(std::move(compiled));
}

std::vector<Error> JsonSchema::check(const Json& document, std::string_view file) const {
  const std::function<const Pattern&(const std::string&)> pattern =
      [&](const std::string& text) -> const Pattern& { return compiled_->patterns.find(text)->second; };
  Checker checker(compiled_->root, pattern, file);
  checker.check(document, compiled_->root, "");
  return std::move(checker.errors);
}

namespace {

// A schema that is compiled in and unusable is our own mistake; the tests open both.
JsonSchema built_in(std::string_view text) {
  auto schema = JsonSchema::create(text);
  if (!schema) throw std::logic_error(describe(schema.error()));
  return *std::move(schema);
}

}  // namespace

const JsonSchema& manifest_schema() {
  static const JsonSchema schema = built_in(manifest_schema_text());
  return schema;
}

const JsonSchema& entity_schema() {
  static const JsonSchema schema = built_in(entity_schema_text());
  return schema;
}

}  // namespace opsflux::package
