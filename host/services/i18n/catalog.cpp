#include "host/services/i18n/catalog.hpp"

#include <mutex>
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/json_writer.hpp"
#include "host/base/text.hpp"

namespace opsflux::i18n {
namespace {

std::size_t index_of(Language language) { return static_cast<std::size_t>(language); }

Error problem_in(std::string_view code, std::string_view source, std::string_view key,
                 std::string_view message) {
  return Error::invalid(code, std::string(source) + ": " + std::string(message))
      .at(std::string(source) + "#" + std::string(key))
      .with("file", source)
      .with("key", key);
}

// "tiers.wrong_siret" -> "tiers.error.wrong_siret"
std::string module_error_key(std::string_view code) {
  const auto dot = code.find('.');
  if (dot == std::string_view::npos) return {};
  return std::string(code.substr(0, dot)) + ".error" + std::string(code.substr(dot));
}

}  // namespace

const std::string* Catalog::find(Language language, std::string_view key) const {
  const auto it = texts_.find(key);
  if (it == texts_.end()) return nullptr;
  const std::string& own = it->second.texts[index_of(language)];
  const std::string& text = own.empty() ? it->second.texts[index_of(Language::kEnglish)] : own;
  return text.empty() ? nullptr : &text;
}

bool Catalog::has(Language language, std::string_view key) const {
  const auto it = texts_.find(key);
  return it != texts_.end() && !it->second.texts[index_of(language)].empty();
}

std::string Catalog::text(Language language, std::string_view key, Params params) const {
  const std::string* found = find(language, key);
  return found == nullptr ? std::string(key) : render(*found, language, params);
}

// "a whole number" -> the text "expected.a_whole_number", where there is one.
std::string Catalog::expected_words(Language language, const std::string& english) const {
  std::string key = "expected." + english;
  std::replace(key.begin(), key.end(), ' ', '_');
  const std::string* found = find(language, key);
  return found == nullptr ? english : *found;
}

// "tiers.company" -> "Companies"; null where the entity, or a word for it, is not there.
const std::string* Catalog::entity_word(Language language, std::string_view name) const {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return nullptr;
  return find(language,
              std::string(name.substr(0, dot)) + ".entity." + std::string(name.substr(dot + 1)) + ".many");
}

// "tiers.company.view" -> "Companies: view"; "tiers.score.recompute" -> its label. The id where there are no
// words.
std::string Catalog::permission_words(Language language, const std::string& id) const {
  const auto first = id.find('.'), last = id.rfind('.');
  if (first == std::string::npos) return id;
  const std::string module = id.substr(0, first);
  if (const std::string* label = find(language, module + ".permission." + id.substr(first + 1)))
    return *label;
  if (last == first) return id;
  const std::string* entity = entity_word(language, id.substr(0, last));
  const std::string* action = find(language, "action." + id.substr(last + 1));
  if (entity == nullptr || action == nullptr) return id;
  const std::pair<std::string, std::string> words[] = {{"what", *entity}, {"action", *action}};
  return text(language, "permission.of_entity", words);
}

std::string Catalog::sentence(Language language, const Error& error) const {
  const std::string* found = find(language, "errors." + error.code);
  if (found == nullptr) found = find(language, module_error_key(error.code));
  if (found == nullptr) return error.message;
  std::vector<std::pair<std::string, std::string>> params = error.params;
  for (auto& [name, value] : params) {
    if (name == "expected") value = expected_words(language, value);
    if (name == "permission") value = permission_words(language, value);
    if (name == "entity")
      if (const std::string* word = entity_word(language, value)) value = *word;
  }
  params.emplace_back("field", error.field);
  params.emplace_back("message", error.message);
  return render(*found, language, params);
}

void Catalog::each(function_ref<void(const Item&)> visit) const {
  for (const auto& [key, entry] : texts_) {
    const std::string_view whole = key;
    const std::size_t owner = entry.owner_length;
    visit({whole.substr(0, owner), whole.substr(owner == 0 ? 0 : owner + 1), entry.texts});
  }
}

const std::array<std::string, kLanguageCount>* Catalog::of(std::string_view owner,
                                                           std::string_view key) const {
  const auto found =
      owner.empty() ? texts_.find(key) : texts_.find(std::string(owner) + "." + std::string(key));
  return found == texts_.end() || found->second.owner_length != owner.size() ? nullptr : &found->second.texts;
}

bool CatalogBuilder::replace(Language language, std::string_view key, std::string text) {
  const auto found = texts_.find(key);
  if (found == texts_.end()) return false;
  found->second.texts[index_of(language)] = std::move(text);
  return true;
}

void CatalogBuilder::hand_out(Language language, std::string key, std::string text) {
  handed_out_[index_of(language)][std::move(key)] = std::move(text);
}

Result<void> CatalogBuilder::add(Language language, const Json& texts, std::string_view owner,
                                 std::string_view source, Audience audience) {
  if (!texts.is_object())
    return fail(problem_in("i18n.not_flat", source, "", "translations are one object of key and text."));
  for (const auto& [key, value] : texts.items()) {
    if (!value.is_string() || value.get_ref<const std::string&>().empty())
      return fail(problem_in("i18n.not_flat", source, key, "the key \"" + key + "\" must have a text."));
    const std::string& text = value.get_ref<const std::string&>();
    if (auto checked = check_message(text); !checked)
      return fail(
          problem_in("i18n.malformed", source, key, "the key \"" + key + "\": " + checked.error().message));
    Catalog::Entry& entry = texts_[owner.empty() ? key : std::string(owner) + "." + key];
    std::string& slot = entry.texts[index_of(language)];
    if (!slot.empty())
      return fail(problem_in("i18n.duplicate", source, key, "the key \"" + key + "\" is there already."));
    slot = text;
    entry.open = audience == Audience::kEveryone && (owner.empty() || key.starts_with("error."));
    entry.owner_length = owner.size();
  }
  return {};
}

Result<void> CatalogBuilder::check_complete(const std::array<Json, kLanguageCount>& files,
                                            const std::filesystem::path& folder) const {
  for (const Json& file : files)
    for (const auto& [key, value] : file.items())
      for (const Language language : kLanguages)
        if (!files[index_of(language)].contains(key)) {
          const std::string name = (folder / (std::string(language_tag(language)) + ".json")).string();
          return fail(problem_in("i18n.missing_key", name, key, "the key \"" + key + "\" is missing.")
                          .with("language", language_tag(language)));
        }
  return {};
}

Result<void> CatalogBuilder::add_folder(const std::filesystem::path& folder, std::string_view owner,
                                        bool complete, Audience audience) {
  std::array<Json, kLanguageCount> files;
  for (const Language language : kLanguages) {
    const std::filesystem::path path = folder / (std::string(language_tag(language)) + ".json");
    auto text = read_file(path);
    if (!text && text.error().code == "file.missing" && !complete) continue;
    if (!text) return fail(std::move(text).error());
    auto json = parse_json(*text);
    if (!json) return fail(std::move(json.error()).at(path.string()));
    TRY(add(language, *json, owner, path.string(), audience));
    files[index_of(language)] = std::move(*json);
  }
  return complete ? check_complete(files, folder) : Result<void>();
}

std::shared_ptr<const Catalog> CatalogBuilder::build() {
  auto catalog = std::make_shared<Catalog>();
  catalog->texts_ = std::move(texts_);
  catalog->handed_out_ = std::move(handed_out_);
  std::map<std::string_view, const Catalog::Entry*> sorted;  // the same texts give the same bytes
  for (const auto& [key, entry] : catalog->texts_) sorted.emplace(key, &entry);
  for (const Language language : kLanguages) {
    std::string all, open;
    JsonWriter all_json(all), open_json(open);
    all_json.begin_object();
    open_json.begin_object();
    for (const auto& [key, entry] : sorted) {
      const std::string* text = catalog->find(language, key);
      if (text == nullptr) continue;
      all_json.key(key).string(*text);
      if (entry->open) open_json.key(key).string(*text);
    }
    for (const auto& [key, text] : catalog->handed_out_[index_of(language)]) {
      all_json.key(key).string(text);
      open_json.key(key).string(text);
    }
    all_json.end_object();
    open_json.end_object();
    catalog->all_[index_of(language)] = {std::make_shared<const std::string>(all),
                                         sha256_hex(all).substr(0, 32)};
    catalog->open_[index_of(language)] = {std::make_shared<const std::string>(open),
                                          sha256_hex(open).substr(0, 32)};
  }
  return catalog;
}

std::shared_ptr<const Catalog> Translator::catalog() const {
  std::shared_lock lock(mutex_);
  return catalog_;
}

void Translator::publish(std::shared_ptr<const Catalog> next) {
  std::unique_lock lock(mutex_);
  catalog_.swap(next);
}

}  // namespace opsflux::i18n
