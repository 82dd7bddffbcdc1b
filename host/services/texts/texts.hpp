// The texts of the server, of its modules and of the web application, and what administrators put in their
// place while the server runs.
//
// Three layers make the catalogue that everybody reads: the files of the server and of its active modules;
// above them the overrides, from the table core_text; and what others add, such as the texts of custom
// fields. It is made anew when the files change (a module came, went or was upgraded) and after the commit of
// a change, and taken in one step.
//
// Texts of the web application are in its own files, and only those that were changed are handed out, as
// "web.<key>", with the other texts that it loads.
//
// An override whose key is gone, or that does not fit its original any more (see check_text), is kept and not
// used.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "host/base/caller.hpp"
#include "host/entities/audit.hpp"
#include "host/services/i18n/catalog.hpp"
#include "host/services/live/live_hub.hpp"
#include "host/services/texts/overrides.hpp"
#include "host/store/database.hpp"

namespace opsflux::texts {

// What the server's own texts are called where a module has its id.
inline constexpr std::string_view kCore = "core";

struct Parts {
  store::Database& database;
  const entities::Audit& audit;
  const Clock& clock;
  i18n::Translator& translator;
  live::LiveHub& hub;
};

enum class TextState : std::uint8_t { kOriginal, kChanged, kUnused, kUnfit };

struct Text {
  TextId id{};
  std::string original{};  // in its language; empty: there is none, and English stands in
  std::string english{};
  std::optional<Override> override{};
  TextState state = TextState::kOriginal;
  std::optional<Error> problem{};  // of kUnfit

  const std::string& file_text() const { return original.empty() ? english : original; }
  const std::string& shown() const {
    return override && state != TextState::kUnfit ? override->text : file_text();
  }
};

// What somebody wants of a text: another one, or (nullopt) the original.
struct Wanted {
  TextId id{};
  std::optional<std::string> text{};
  std::int64_t line = 0;  // in a file, for errors; 0: it comes from none
};

struct ChangeCounts {
  std::int64_t changed = 0, reset = 0, unchanged = 0;
};

// Safe from any thread.
class Texts {
 public:
  // Reads what is stored. `web` has the web application's texts, owned by "web".
  static Result<std::unique_ptr<Texts>> open(const Parts& parts, std::shared_ptr<const i18n::Catalog> web);

  // Other files from now on. `more` adds what lies above the overrides.
  void take_files(std::shared_ptr<const i18n::Catalog> files,
                  std::function<void(i18n::CatalogBuilder&)> more = {});

  // All of a language, by namespace and key, overrides without use among them.
  std::vector<Text> all(i18n::Language language) const;
  // Error: text.no_key.
  Result<Text> find(const TextId& id) const;

  // All or nothing. A text that is the original's is the wish for the original. One refusal of what comes
  // from no file is given as it is, others as causes of "text.bad_rows", each with "line", "language",
  // "namespace" and "key"; `refused` are those that were found before.
  Result<ChangeCounts> change(const std::vector<Wanted>& wanted, const Caller& caller,
                              std::vector<Error> refused = {});

  // Deletes what was changed of a module, in the transaction that purges it.
  Result<void> forget(store::Transaction& transaction, std::string_view module);

 private:
  struct Layers {
    std::shared_ptr<const i18n::Catalog> files, web;
    std::shared_ptr<const Overrides> overrides;
  };
  struct Planned {
    TextId id;
    std::optional<Override> override;
    std::string before, after;
  };

  Texts(const Parts& parts, Layers layers) : parts_(parts), layers_(std::move(layers)) {}
  Layers layers() const;
  static Text text_of(const Layers& layers, const TextId& id);
  static Result<std::optional<Planned>> plan(const Layers& layers, const Wanted& wanted);
  Result<void> store(std::vector<Planned>& planned, const Caller& caller);
  void take(const std::vector<Planned>& planned);
  void publish();

  const Parts parts_;
  std::mutex changing_;       // one change after another: each compares with what the one before has stored
  mutable std::mutex mutex_;  // of what follows
  Layers layers_;
  std::function<void(i18n::CatalogBuilder&)> more_;
};

}  // namespace opsflux::texts
