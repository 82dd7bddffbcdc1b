#include "host/services/custom_fields/field_input.hpp"

#include <nlohmann/json.hpp>

#include "host/base/fold.hpp"
#include "host/base/text.hpp"
#include "host/services/i18n/message.hpp"

namespace opsflux::custom_fields {
namespace {

using entities::CustomField;

// What cannot be changed once there are values.
constexpr const char* kFixed[] = {"type", "precision", "scale", "to", "currency"};

class Reader {
 public:
  Reader(const Json& body, std::initializer_list<std::string_view> known) : body_(body) {
    for (const auto& [key, unused] : body.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        wrong(key, "custom_field.unknown_key", "There is no \"" + key + "\" here.");
  }

  void wrong(std::string_view field, std::string_view code, const std::string& message) {
    errors_.push_back(Error::invalid(code, message).at(field));
  }
  bool given(const char* key) const { return body_.contains(key); }

  std::string text(const char* key, std::size_t longest) {
    const auto it = body_.find(key);
    if (it == body_.end() || it->is_null()) return {};
    if (!it->is_string() || utf8_length(it->get<std::string>()) > longest) {
      wrong(key, "custom_field.wrong_text",
            "\"" + std::string(key) + "\" is a text of at most " + std::to_string(longest) + " characters.");
      return {};
    }
    return it->get<std::string>();
  }

  bool flag(const char* key, bool fallback) {
    const auto it = body_.find(key);
    if (it == body_.end()) return fallback;
    if (it->is_boolean()) return it->get<bool>();
    wrong(key, "custom_field.wrong_flag", "\"" + std::string(key) + "\" is true or false.");
    return fallback;
  }

  Json field() {
    const auto it = body_.find("field");
    if (it == body_.end() || !it->is_object()) {
      wrong("field", "custom_field.no_field",
            "\"field\" is an object with the type and the rules of the field.");
      return Json::object();
    }
    const std::string type = get_string_or(*it, "type", "");
    const auto known = entities::field_type(type);
    if (!known || !entities::may_be_custom(*known))
      wrong("field.type", "custom_field.bad_type", "A field of the type \"" + type + "\" cannot be added.");
    for (const char* key : {"computed", "name", "custom"})
      if (it->contains(key))
        wrong("field." + std::string(key), "custom_field.unknown_key",
              "\"" + std::string(key) + "\" is not for custom fields.");
    return *it;
  }

  Json texts(const Json& field) {
    const auto it = body_.find("texts");
    if (it == body_.end() || !it->is_object() || it->empty()) {
      wrong("texts", "custom_field.no_label", "\"texts\" has the label in at least one language.");
      return Json::object();
    }
    bool labelled = false;
    for (const auto& [tag, texts] : it->items()) {
      if (!i18n::language_from(tag) || tag.size() != 2)
        wrong("texts." + tag, "custom_field.no_language", "The languages are fr, en, es and pt.");
      labelled = one_language("texts." + tag, texts, field) || labelled;
    }
    if (!labelled)
      wrong("texts", "custom_field.no_label", "\"texts\" has the label in at least one language.");
    return *it;
  }

  Result<void> verdict() {
    if (errors_.empty()) return {};
    if (errors_.size() == 1) return fail(std::move(errors_.front()));
    Error all = Error::invalid("custom_field.wrong",
                               std::to_string(errors_.size()) + " things are wrong with the field.")
                    .with("count", std::to_string(errors_.size()));
    all.causes = std::move(errors_);
    return fail(std::move(all));
  }

 private:
  void message(const std::string& at, const Json& text, std::size_t longest) {
    if (!text.is_string() || trim(text.get_ref<const std::string&>()).empty() ||
        utf8_length(text.get_ref<const std::string&>()) > longest)
      return wrong(at, "custom_field.wrong_text",
                   "A text of 1 to " + std::to_string(longest) + " characters stands here.");
    if (auto checked = i18n::check_message(text.get_ref<const std::string&>()); !checked) {
      errors_.push_back(std::move(checked.error()));
      errors_.back().field = at;
    }
  }

  // Whether it has a label.
  bool one_language(const std::string& at, const Json& texts, const Json& field) {
    if (!texts.is_object()) {
      wrong(at, "custom_field.no_label", "Here stand a label, a help text and the texts of values.");
      return false;
    }
    for (const auto& [key, value] : texts.items()) {
      if (key == "label")
        message(at + ".label", value, kMaxLabel);
      else if (key == "help")
        message(at + ".help", value, kMaxHelp);
      else if (key == "values" && value.is_object())
        values(at + ".values", value, field);
      else
        wrong(at + "." + key, "custom_field.unknown_key", "Here stand \"label\", \"help\" and \"values\".");
    }
    return texts.contains("label");
  }

  void values(const std::string& at, const Json& texts, const Json& field) {
    const Json known = field.value("values", Json::array());
    for (const auto& [value, text] : texts.items()) {
      if (std::find(known.begin(), known.end(), Json(value)) == known.end())
        wrong(at + "." + value, "custom_field.no_value", "\"" + value + "\" is none of the field's values.");
      message(at + "." + value, text, kMaxLabel);
    }
  }

  const Json& body_;
  std::vector<Error> errors_;
};

std::string label_in(const Json& texts, i18n::Language language) {
  const auto of = [&](std::string_view tag) {
    const auto it = texts.find(tag);
    return it == texts.end() ? std::string() : get_string_or(*it, "label", "");
  };
  if (std::string own = of(i18n::language_tag(language)); !own.empty()) return own;
  for (const std::string_view tag : {"en", "fr", "es", "pt"})
    if (std::string other = of(tag); !other.empty()) return other;
  return {};
}

// "Numéro d'équipement" -> "x_numero_d_equipement": letters lose their accents, all that is not Latin becomes
// one underscore.
std::string name_of(const std::string& label) {
  std::string out = "x";
  bool gap = true;
  for (const char c : fold(label)) {
    if (out.size() >= 40) break;
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain && gap) out += '_';
    if (plain) out += c;
    gap = !plain;
  }
  return out == "x" ? "x_field" : out;
}

std::string free_name(const std::string& wanted, std::span<const CustomField> taken) {
  const auto is_taken = [&](const std::string& name) {
    return std::any_of(taken.begin(), taken.end(), [&](const auto& field) { return field.name == name; });
  };
  std::string out = wanted;
  for (int i = 2; is_taken(out); ++i) out = wanted + "_" + std::to_string(i);
  return out;
}

const std::string* text_in(const Json& texts, std::string_view tag, const std::string& key,
                           const std::string& value) {
  const auto language = texts.find(tag);
  if (language == texts.end()) return nullptr;
  const auto found = language->find(key);
  if (found == language->end()) return nullptr;
  if (value.empty()) return found->get_ptr<const std::string*>();
  const auto text = found->find(value);
  return text == found->end() ? nullptr : text->get_ptr<const std::string*>();
}

std::string text_or(const Json& texts, i18n::Language language, const std::string& key,
                    const std::string& value, const std::string& fallback) {
  if (const std::string* own = text_in(texts, i18n::language_tag(language), key, value)) return *own;
  for (const std::string_view tag : {"en", "fr", "es", "pt"})
    if (const std::string* other = text_in(texts, tag, key, value)) return *other;
  return fallback;
}

}  // namespace

Result<CustomField> new_field(const Json& body, i18n::Language language, std::span<const CustomField> taken) {
  if (!body.is_object())
    return fail(Error::malformed("custom_field.not_object", "The body must be a JSON object."));
  Reader reader(body, {"entity", "field", "texts", "name", "section", "search"});
  CustomField out;
  out.entity = reader.text("entity", 130);
  out.field = reader.field();
  out.texts = reader.texts(out.field);
  out.name = reader.text("name", 60);
  out.section = reader.text("section", 63);
  out.search = reader.flag("search", false);
  const bool good_name =
      out.name.empty() || (is_identifier(out.name) && out.name.starts_with("x_") && out.name.size() > 2);
  if (!good_name)
    reader.wrong("name", "custom_field.bad_name",
                 "The name is x_ followed by lower-case letters, digits and underscores.");
  if (free_name(out.name, taken) != out.name && !out.name.empty())
    reader.wrong("name", "custom_field.name_taken", "There is a field of this name already.");
  TRY(reader.verdict());
  if (out.name.empty()) out.name = free_name(name_of(label_in(out.texts, language)), taken);
  out.field["name"] = out.name;
  out.position = taken.empty() ? 1 : taken.back().position + 1;
  return out;
}

Result<CustomField> changed_field(const CustomField& before, const Json& body) {
  if (!body.is_object())
    return fail(Error::malformed("custom_field.not_object", "The body must be a JSON object."));
  Reader reader(body, {"field", "texts", "section", "search"});
  CustomField out = before;
  out.problem.clear();
  if (reader.given("field")) {
    out.field = reader.field();
    for (const char* key : kFixed)
      if (out.field.value(key, Json()) != before.field.value(key, Json()))
        reader.wrong("field." + std::string(key), "custom_field.fixed",
                     "What decides how values are stored cannot be changed; add another field instead.");
    out.field["name"] = before.name;
  }
  if (reader.given("texts")) out.texts = reader.texts(out.field);
  if (reader.given("section")) out.section = reader.text("section", 63);
  out.search = reader.flag("search", before.search);
  TRY(reader.verdict());
  return out;
}

Json texts_of(const entities::CustomFields& fields, i18n::Language language) {
  Json out = Json::object();
  for (const CustomField& custom : fields.all()) {
    if (!custom.in_use()) continue;
    const auto dot = custom.entity.find('.');
    Json& texts = out[custom.entity.substr(0, dot)];
    const std::string of = "entity." + custom.entity.substr(dot + 1);
    const std::string field = of + ".field." + custom.name;
    texts[field + ".label"] = text_or(custom.texts, language, "label", "", custom.name);
    if (const std::string help = text_or(custom.texts, language, "help", "", ""); !help.empty())
      texts[field + ".help"] = help;
    for (const Json& value : custom.field.value("values", Json::array())) {
      const auto& name = value.get_ref<const std::string&>();
      texts[of + ".enum." + custom.name + "." + name] = text_or(custom.texts, language, "values", name, name);
    }
  }
  return out;
}

}  // namespace opsflux::custom_fields
