// All texts that the server itself writes or hands to the web application, in four languages.
//
// A Catalog is immutable. The registry builds the next one when modules change: CatalogBuilder starts from
// the core catalogue, adds the translations of each active module under the module's id, and
// Translator::publish makes the result the one in use.
//
// Keys: the core's own have two beginnings, "errors.<code>" for the sentence of an error and
// "problem.<kind>" for its title. Those of a module (and of a core service, which is shaped like one) are
// prefixed with its id: "tiers.entity.company.one"; the error "tiers.wrong_siret" has its sentence at
// "tiers.error.wrong_siret".
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/base/error.hpp"
#include "host/base/function_ref.hpp"
#include "host/base/json.hpp"
#include "host/services/i18n/message.hpp"

namespace opsflux::i18n {

class Catalog {
 public:
  // The text in `language`, else in English; null when neither is there. Valid as long as the catalogue.
  const std::string* find(Language language, std::string_view key) const;
  bool has(Language language, std::string_view key) const;
  // The text with its parameters filled in; the key itself when there is no text.
  std::string text(Language language, std::string_view key, Params params = {}) const;
  // The sentence of an error: its translation by code, else Error::message. Besides the error's own
  // parameters a translation may use {field} and {message}. Of the error's own, {expected}, {permission} and
  // {entity} are given in words of the language where there are any: "tiers.contact" as what its records are
  // called, "Contacts". {message} is the English sentence, for technical
  // detail that only authors of modules and administrators read.
  std::string sentence(Language language, const Error& error) const;

  // What a permission is called: "Companies: view". The id where there are no words.
  std::string permission_words(Language language, const std::string& id) const;

  // All keys as a flat JSON object, gaps filled with English: what the web application loads.
  struct Document {
    std::shared_ptr<const std::string> json;
    std::string tag;  // digest of the bytes, for ETag
  };
  const Document& all(Language language) const { return all_[static_cast<std::size_t>(language)]; }
  // Only what may be read by somebody who has not signed in: the core's own texts and core services' errors.
  const Document& open(Language language) const { return open_[static_cast<std::size_t>(language)]; }

  // A text of a file as it is there, without the owner before its key; "" owns the core's own.
  struct Item {
    std::string_view owner, key;
    const std::array<std::string, kLanguageCount>& texts;  // empty: missing
  };
  // All of them, in no order. What is handed out only is not among them.
  void each(function_ref<void(const Item&)> visit) const;
  // Of one; null when there is none.
  const std::array<std::string, kLanguageCount>* of(std::string_view owner, std::string_view key) const;

  std::size_t size() const { return texts_.size(); }

 private:
  std::string expected_words(Language language, const std::string& english) const;
  const std::string* entity_word(Language language, std::string_view name) const;

  friend class CatalogBuilder;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };
  struct Entry {
    std::array<std::string, kLanguageCount> texts;  // empty: missing
    bool open = false;
    std::size_t owner_length = 0;  // of the key's beginning
  };
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> texts_;
  std::array<std::map<std::string, std::string>, kLanguageCount> handed_out_;
  std::array<Document, kLanguageCount> all_, open_;
};

enum class Audience : std::uint8_t { kSignedIn, kEveryone };

// Used by one thread; build() may be called once.
class CatalogBuilder {
 public:
  CatalogBuilder() = default;
  explicit CatalogBuilder(const Catalog& base) : texts_(base.texts_), handed_out_(base.handed_out_) {}

  // Adds a flat object of key -> text. `owner` is put before each key with a dot; empty for the core's own.
  // `source` names the file in errors. kEveryone: the owner's "error." keys (for the core: all) are open.
  // Errors: i18n.not_flat, i18n.malformed, i18n.duplicate; `field` is file#key.
  Result<void> add(Language language, const Json& texts, std::string_view owner, std::string_view source,
                   Audience audience = Audience::kSignedIn);
  // Adds fr.json, en.json, es.json and pt.json of a folder. A missing file is refused when `complete`, as is
  // a key that one of the four lacks (i18n.missing_key naming key and language).
  Result<void> add_folder(const std::filesystem::path& folder, std::string_view owner, bool complete,
                          Audience audience = Audience::kSignedIn);

  // Puts another text in the place of one that is there, by its complete key. False: there is none.
  bool replace(Language language, std::string_view key, std::string text);
  // A text that stands in both documents of its language and nowhere else: no look-up finds it, and other
  // languages do without.
  void hand_out(Language language, std::string key, std::string text);

  std::shared_ptr<const Catalog> build();

 private:
  Result<void> check_complete(const std::array<Json, kLanguageCount>& files,
                              const std::filesystem::path& folder) const;

  decltype(Catalog::texts_) texts_;
  decltype(Catalog::handed_out_) handed_out_;
};

// The catalogue in use. Safe from any thread.
class Translator {
 public:
  explicit Translator(std::shared_ptr<const Catalog> catalog) : catalog_(std::move(catalog)) {}

  std::shared_ptr<const Catalog> catalog() const;
  void publish(std::shared_ptr<const Catalog> next);

 private:
  // A lock rather than std::atomic<std::shared_ptr>: taken only where a person reads the result, and
  // ThreadSanitizer understands it.
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Catalog> catalog_;
};

}  // namespace opsflux::i18n
