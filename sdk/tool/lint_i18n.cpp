#include "host/base/text.hpp"
#include "host/package/json_schema.hpp"
#include "sdk/tool/lint.hpp"

namespace opsflux::sdk {
namespace {

constexpr std::string_view kLanguages[] = {"en", "es", "fr", "pt"};

using Texts = std::map<std::string, std::string>;

// What OpsFlux itself has words for.
const std::set<std::string, std::less<>> kCommonActions = {"view",   "create",  "edit",  "delete",
                                                           "export", "approve", "manage"};

// "{count}" and the like in a text.
std::set<std::string> placeholders(std::string_view text) {
  std::set<std::string> out;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    out.insert(std::string(text.substr(open + 1, close - open - 1)));
  }
  return out;
}

void entity_keys(const Json& entity, std::set<std::string>& keys) {
  const std::string prefix = "entity." + get_string_or(entity, "entity", "") + ".";
  for (const char* form : {"one", "many", "new", "empty"}) keys.insert(prefix + form);
  for (const Json& field : entity.value("fields", Json::array())) {
    const std::string name = get_string_or(field, "name", "");
    keys.insert(prefix + "field." + name + ".label");
    const std::string type = get_string_or(field, "type", "");
    if (type == "enum" || type == "enums")
      for (const Json& value : field.value("values", Json::array()))
        keys.insert(prefix + "enum." + name + "." + value.get<std::string>());
  }
  for (const Json& action : entity.value("actions", Json::array()))
    if (!kCommonActions.contains(action.get<std::string>()))
      keys.insert("permission." + get_string_or(entity, "entity", "") + "." + action.get<std::string>());
  for (const Json& rule : entity.value("rules", Json::array()))
    keys.insert("error.rule." + get_string_or(entity, "entity", "") + "." + get_string_or(rule, "id", ""));
  const Json views = entity.value("views", Json::object());
  if (views.contains("form"))
    for (const Json& section : views.at("form").value("sections", Json::array())) {
      keys.insert(prefix + "section." + get_string_or(section, "id", ""));
      if (section.contains("tab")) keys.insert(prefix + "tab." + get_string_or(section, "tab", ""));
    }
  for (const Json& chart : views.value("chart", Json::array()))
    keys.insert(prefix + "chart." + get_string_or(chart, "id", ""));
  if (views.contains("list") && views.at("list").contains("filter")) keys.insert(prefix + "view.current");
  if (views.contains("list"))
    for (const Json& tab : views.at("list").value("tabs", Json::array()))
      keys.insert(prefix + "view." + get_string_or(tab, "id", ""));
}

// Keys that are shown when they exist but need not: helps, and labels of permissions that come with an
// entity.
bool is_optional(const std::string& key, const std::set<std::string>& required) {
  const auto parts = split(key, '.');
  if (parts.size() == 3 && parts[0] == "permission" && kCommonActions.contains(parts[2]))
    return required.contains("entity." + std::string(parts[1]) + ".one");
  return (key.starts_with("setting.") &&
          (key.ends_with(".help") || key.find(".value.") != std::string::npos)) ||
         (key.starts_with("entity.") && key.find(".field.") != std::string::npos && key.ends_with(".help"));
}

bool is_conventional(const std::string& key) {
  for (const char* prefix :
       {"module.", "menu.", "permission.", "setting.", "setting_category.", "flag.", "entity.", "widget."})
    if (key.starts_with(prefix)) return true;
  return false;
}

class TranslationLint {
 public:
  explicit TranslationLint(std::vector<std::string> required) : required_(required.begin(), required.end()) {}

  void read(const std::string& language, const package::PackageFiles& files) {
    const std::string name = file(language);
    const auto it = files.find(name);
    if (it == files.end())
      return add(name, "lint.no_language",
                 "The file is missing: a module speaks French, English, Spanish and Portuguese.");
    const auto json = parse_json(it->second);
    if (!json || !json->is_object())
      return add(name, "lint.bad_translation",
                 name + ": " + (json ? "It must be one object of keys and texts." : json.error().message));
    Texts& texts = texts_[language];
    for (const auto& [key, value] : json->items()) {
      if (!value.is_string())
        add(name + "#/" + key, "lint.bad_translation", "\"" + key + "\" must be a text: the file is flat.");
      else if (trim(value.get_ref<const std::string&>()).empty())
        add(name + "#/" + key, "lint.empty_text", "\"" + key + "\" has no text.");
      else
        texts[key] = value.get<std::string>();
    }
  }

  Findings run() {
    std::set<std::string> all = required_;
    for (const auto& [language, texts] : texts_)
      for (const auto& [key, text] : texts) all.insert(key);
    for (const auto& [language, texts] : texts_) {
      check_missing(language, texts, all);
      check_useless(language, texts);
      check_placeholders(language, texts);
    }
    return std::move(out_);
  }

 private:
  static std::string file(const std::string& language) { return "i18n/" + language + ".json"; }
  void add(const std::string& where, const char* code, const std::string& message,
           Severity severity = Severity::kError) {
    out_.push_back({severity, where, code, message});
  }

  void check_missing(const std::string& language, const Texts& texts, const std::set<std::string>& all) {
    for (const std::string& key : all)
      if (!texts.contains(key))
        add(file(language) + "#/" + key, "lint.missing_text",
            "\"" + key + "\" is missing" +
                (required_.contains(key) ? "." : " here; another language has it."));
  }

  void check_useless(const std::string& language, const Texts& texts) {
    for (const auto& [key, text] : texts) {
      if (required_.contains(key) || is_optional(key, required_) || !is_conventional(key)) continue;
      const std::string near = package::closest(key, {required_.begin(), required_.end()});
      add(file(language) + "#/" + key, "lint.unused_text",
          "\"" + key + "\" belongs to nothing in this module" +
              (near.empty() ? "." : "; did you mean \"" + near + "\"?"),
          Severity::kWarning);
    }
  }

  void check_placeholders(const std::string& language, const Texts& texts) {
    const auto english = texts_.find("en");
    if (english == texts_.end() || language == "en") return;
    for (const auto& [key, text] : texts) {
      const auto other = english->second.find(key);
      if (other != english->second.end() && placeholders(other->second) != placeholders(text))
        add(file(language) + "#/" + key, "lint.placeholders",
            "\"" + key + "\" has other {placeholders} than in English.");
    }
  }

  std::set<std::string> required_;
  std::map<std::string, Texts> texts_;
  Findings out_;
};

}  // namespace

std::vector<std::string> required_keys(const package::Manifest& manifest,
                                       const package::PackageFiles& files) {
  std::set<std::string> keys = {"module.name", "module.description"};
  for (const auto& menu : manifest.menus) {
    keys.insert("menu." + menu.id);
    for (const auto& item : menu.items) keys.insert("menu." + item.id);
  }
  for (const auto& permission : manifest.permissions) keys.insert("permission." + permission.id);
  for (const auto& setting : manifest.settings) {
    keys.insert("setting." + setting.key + ".label");
    if (!setting.category.empty()) keys.insert("setting_category." + setting.category);
  }
  for (const auto& flag : manifest.flags) keys.insert("flag." + flag.key);
  if (manifest.web)
    for (const auto& widget : manifest.web->widgets) keys.insert("widget." + widget.id);
  for (const auto& [name, content] : files) {
    if (!name.starts_with("entities/")) continue;
    const auto json = parse_json(content);
    if (json && package::entity_schema().check(*json, name).empty()) entity_keys(*json, keys);
  }
  return {keys.begin(), keys.end()};
}

Findings lint_translations(const package::Manifest& manifest, const package::PackageFiles& files) {
  TranslationLint lint(required_keys(manifest, files));
  for (const std::string_view language : kLanguages) lint.read(std::string(language), files);
  return lint.run();
}

}  // namespace opsflux::sdk
