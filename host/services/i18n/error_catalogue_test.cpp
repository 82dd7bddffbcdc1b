// Every error code that the sources use has a sentence in each language; and the sentences agree.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/base/text.hpp"
#include "host/services/i18n/catalog.hpp"

namespace opsflux::i18n {
namespace {
namespace fs = std::filesystem;

const fs::path kHost = fs::path(__FILE__).parent_path().parent_path().parent_path();

struct SourceFile {
  fs::path path;
  std::string text;  // comments blanked out
};

// Where a literal or comment that starts at `i` ends; `i` itself when none starts there.
std::size_t token_end(std::string_view s, std::size_t i) {
  const auto find = [&](std::string_view what, std::size_t from, std::size_t extra) {
    const auto at = s.find(what, from);
    return at == std::string_view::npos ? s.size() : at + extra;
  };
  if (s.substr(i, 2) == "//") return find("\n", i, 0);
  if (s.substr(i, 3) == "R\"(") return find(")\"", i, 2);
  if (s[i] == '\'' && i > 0 && std::isalnum(static_cast<unsigned char>(s[i - 1])) != 0) return i;  // 10'000
  if (s[i] != '"' && s[i] != '\'') return i;
  for (std::size_t j = i + 1; j < s.size(); ++j) {
    if (s[j] == '\\')
      ++j;
    else if (s[j] == s[i])
      return j + 1;
  }
  return s.size();
}

std::string without_comments(std::string s) {
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t end = token_end(s, i);
    if (s[i] == '/' && end > i)
      std::fill(s.begin() + static_cast<std::ptrdiff_t>(i), s.begin() + static_cast<std::ptrdiff_t>(end),
                ' ');
    i = std::max(end, i + 1);
  }
  return s;
}

bool is_test_file(const std::string& name) {
  for (const char* part : {"_test.cpp", "suite", "world.hpp", "conformance", "fixture", "testing", "test_"})
    if (name.find(part) != std::string::npos) return true;
  return false;
}

std::vector<SourceFile> host_sources() {
  std::vector<SourceFile> out;
  for (const auto& entry : fs::recursive_directory_iterator(kHost)) {
    const fs::path& path = entry.path();
    if (path.string().find("node_modules") != std::string::npos) continue;
    if ((path.extension() != ".cpp" && path.extension() != ".hpp") || is_test_file(path.filename().string()))
      continue;
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    out.push_back({path, without_comments(text.str())});
  }
  return out;
}

bool is_word(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos &&
         text[0] >= 'a';
}
bool is_code(std::string_view text) {
  const auto dot = text.find('.');
  return dot != std::string_view::npos && is_word(text.substr(0, dot)) && is_word(text.substr(dot + 1));
}

// Beginnings that stand for errors and nothing else; for the others only what stands in Error::…(…) counts.
constexpr std::string_view kErrorsOnly[] = {"json",    "file",     "http",       "store",    "migration",
                                            "entity",  "package",  "elf",        "manifest", "schema",
                                            "key",     "envelope", "revocation", "rotation", "probe",
                                            "version", "lua",      "definition", "auth",     "i18n"};
constexpr std::string_view kFileEndings[] = {"json", "db",   "sql", "lua", "toml", "log",
                                             "so",   "lock", "js",  "css", "html"};

bool counts_everywhere(std::string_view code) {
  const auto dot = code.find('.');
  const auto is = [](std::string_view text) {
    return [text](std::string_view other) { return other == text; };
  };
  return std::any_of(std::begin(kErrorsOnly), std::end(kErrorsOnly), is(code.substr(0, dot))) &&
         std::none_of(std::begin(kFileEndings), std::end(kFileEndings), is(code.substr(dot + 1)));
}

// The text before `at`, without white space at its end.
std::string_view before(std::string_view s, std::size_t at) {
  std::string_view out = s.substr(0, at);
  while (!out.empty() && std::isspace(static_cast<unsigned char>(out.back())) != 0) out.remove_suffix(1);
  return out;
}

// The name of the function whose argument list is open at the end of `text`, and how many arguments stand
// before.
std::pair<std::string, int> open_call(std::string_view text) {
  int depth = 0, commas = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    const char c = text[i];
    if (c == ';') break;
    if (c == ')' || c == ']' || c == '}') ++depth;
    if (c == ',' && depth == 0) ++commas;
    if ((c == '(' || c == '[' || c == '{') && depth-- == 0) {
      if (c != '(') break;
      std::size_t start = i;
      while (start > 0 && (std::isalnum(static_cast<unsigned char>(text[start - 1])) != 0 ||
                           text[start - 1] == '_' || text[start - 1] == ':'))
        --start;
      return {std::string(text.substr(start, i - start)), commas};
    }
  }
  return {};
}

struct Helper {
  std::string name, prefix;
  int argument = 0;
  fs::path file;
};

// Error wrong(std::string_view pointer, std::string_view reason, …) … "definition." + std::string(reason)
std::optional<Helper> helper_at(const SourceFile& file, std::string_view prefix, std::size_t at) {
  const std::string_view text = file.text;
  const std::string_view glue = "+ std::string(";
  const auto plus = text.find_first_not_of(" \n", at);
  if (plus == std::string_view::npos || !text.substr(plus).starts_with(glue)) return std::nullopt;
  const auto name_end = text.find(')', plus);
  const std::string parameter(text.substr(plus + glue.size(), name_end - plus - glue.size()));
  if (!open_call(before(text, at - prefix.size() - 2)).first.starts_with("Error::")) return std::nullopt;
  // It returns the error, or notes it.
  const auto returns = text.rfind("Error ", at), notes = text.rfind("void ", at);
  if (returns == std::string_view::npos && notes == std::string_view::npos) return std::nullopt;
  const bool noted =
      returns == std::string_view::npos || (notes != std::string_view::npos && notes > returns);
  const auto declared = noted ? notes + 5 : returns + 6;
  const auto open = text.find('(', declared);
  const auto close = text.find('{', open);
  const auto place = text.substr(open, close - open).find(" " + parameter);
  if (place == std::string_view::npos) return std::nullopt;
  const std::string_view arguments = text.substr(open, place);
  return Helper{std::string(text.substr(declared, open - declared)), std::string(prefix),
                static_cast<int>(std::count(arguments.begin(), arguments.end(), ',')), file.path};
}

template <class Fn>
void each_literal(const SourceFile& file, Fn fn) {
  const std::string_view s = file.text;
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t end = token_end(s, i);
    if (s[i] == '"' && end > i + 1) fn(s.substr(i + 1, end - i - 2), i, end);
    i = std::max(end, i + 1);
  }
}

std::map<std::string, std::string> used_codes() {
  std::map<std::string, std::string> out;
  const std::vector<SourceFile> files = host_sources();
  std::vector<Helper> helpers;
  for (const SourceFile& file : files)
    each_literal(file, [&](std::string_view text, std::size_t start, std::size_t end) {
      if (text.ends_with('.') && is_word(text.substr(0, text.size() - 1)))
        if (auto helper = helper_at(file, text, end)) helpers.push_back(std::move(*helper));
      if (!is_code(text)) return;
      const std::string call = open_call(before(file.text, start)).first;
      const bool in_log = call.find("log::") != std::string::npos;
      if (call.starts_with("Error::") || call.starts_with("opsflux::Error::") ||
          (counts_everywhere(text) && !in_log))
        out.emplace(text, file.path.string());
    });
  for (const SourceFile& file : files)
    for (const Helper& helper : helpers) {
      // A helper of a header serves its folder, one of a source file that file.
      if (helper.file.extension() == ".hpp" ? file.path.parent_path() != helper.file.parent_path()
                                            : file.path != helper.file)
        continue;
      each_literal(file, [&](std::string_view text, std::size_t start, std::size_t) {
        if (!is_word(text) || text.ends_with('_')) return;
        const auto [name, argument] = open_call(before(file.text, start));
        if (name == helper.name && argument == helper.argument)
          out.emplace(helper.prefix + std::string(text), file.path.string());
      });
    }
  return out;
}

Json load(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return Json::parse(file);
}

std::string language_file(Language language) { return std::string(language_tag(language)) + ".json"; }

// Folders of the core services' own texts, by the beginning of their codes.
const std::map<std::string, fs::path> kServices = {
    {"identity", kHost / "services/identity/i18n"}, {"audit", kHost / "services/audit/i18n"},
    {"mail", kHost / "services/mail/i18n"},         {"privacy", kHost / "services/privacy/i18n"},
    {"settings", kHost / "services/settings/i18n"}, {"api_docs", kHost / "services/api_docs/i18n"}};

TEST(ErrorCatalogue, EveryCodeOfTheSourcesHasItsSentenceInEachLanguage) {
  const auto codes = used_codes();
  ASSERT_GT(codes.size(), 100u) << "the sources were not read";
  for (const Language language : kLanguages) {
    const Json core = load(kHost / "services/i18n/core" / language_file(language));
    for (const auto& [code, file] : codes) {
      const std::string prefix = code.substr(0, code.find('.'));
      const auto service = kServices.find(prefix);
      if (core.contains("errors." + code)) continue;
      const bool there =
          service != kServices.end() &&
          load(service->second / language_file(language)).contains("error" + code.substr(prefix.size()));
      EXPECT_TRUE(there) << "the error \"" << code << "\" (" << file << ") has no text in "
                         << language_tag(language) << ": add \"errors." << code
                         << "\" to host/services/i18n/core/" << language_file(language);
    }
  }
}

TEST(ErrorCatalogue, FindsCodesInEachWayOfWriting) {
  const auto codes = used_codes();
  EXPECT_TRUE(codes.contains("json.syntax"));
  EXPECT_TRUE(codes.contains("identity.too_many_attempts")) << "Error::make";
  EXPECT_TRUE(codes.contains("definition.unknown_field")) << "a helper that glues";
  EXPECT_FALSE(codes.contains("identity.audit_failed")) << "a log event";
}

TEST(ErrorCatalogue, TheFoldersAreComplete) {
  CatalogBuilder builder;
  EXPECT_TRUE(builder.add_folder(kHost / "services/i18n/core", "", true, Audience::kEveryone));
  for (const auto& [id, folder] : kServices) {
    auto added = builder.add_folder(folder, id, true, Audience::kEveryone);
    EXPECT_TRUE(added) << describe(added.error());
  }
  const auto catalog = builder.build();
  EXPECT_NE(catalog->find(Language::kFrench, "problem.invalid"), nullptr);
}

std::set<std::string> placeholders(const std::string& text) {
  std::set<std::string> out;
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const std::size_t end = text.find_first_of(",}", open);
    const std::string name = text.substr(open + 1, end - open - 1);
    if (is_word(name) && name != "message" && name != "field") out.insert(name);
  }
  // The branches of a plural look like placeholders when they are one word: "{minute}".
  std::erase_if(out, [&](const std::string& name) {
    return text.find("one{" + name + "}") != std::string::npos ||
           text.find("other{" + name + "}") != std::string::npos;
  });
  return out;
}

TEST(ErrorCatalogue, AllLanguagesSayTheSameThings) {
  std::vector<fs::path> folders = {kHost / "services/i18n/core"};
  for (const auto& [id, folder] : kServices) folders.push_back(folder);
  for (const fs::path& folder : folders) {
    const Json english = load(folder / "en.json"), french = load(folder / "fr.json");
    for (const Language language : {Language::kSpanish, Language::kPortuguese}) {
      const Json other = load(folder / language_file(language));
      for (const auto& [key, text] : french.items())
        EXPECT_EQ(placeholders(other.value(key, "")), placeholders(text.get<std::string>()))
            << key << " in " << language_tag(language);
    }
    for (const auto& [key, text] : english.items())
      if (text != "{message}") {
        EXPECT_EQ(placeholders(text.get<std::string>()), placeholders(french.value(key, ""))) << key;
      }
  }
}

// A no-break space before : ; ! ? and inside « », and the apostrophe of print.
TEST(ErrorCatalogue, FrenchIsSetAsFrenchIsSet) {
  for (const fs::path& folder : {kHost / "services/i18n/core", kHost / "services/identity/i18n"}) {
    const Json french = load(folder / "fr.json");
    for (const auto& [key, value] : french.items()) {
      const std::string text = value.get<std::string>();
      for (const char* wrong : {" :", " ;", " ?", " !", " »", "« ", "'", "..."})
        EXPECT_EQ(text.find(wrong), std::string::npos) << key << ": " << text;
    }
  }
}

TEST(ErrorCatalogue, NamesEntitiesAsTheReaderDoes) {
  CatalogBuilder builder;
  ASSERT_TRUE(builder.add_folder(kHost / "services/i18n/core", "", true));
  ASSERT_TRUE(
      builder.add(Language::kFrench, Json::parse(R"({"entity.contact.many":"Personnes"})"), "tiers", "fr"));
  ASSERT_TRUE(
      builder.add(Language::kEnglish, Json::parse(R"({"entity.contact.many":"People"})"), "tiers", "en"));
  const auto catalog = builder.build();
  const auto told = [&](Language language, const char* entity, const char* count) {
    return catalog->sentence(
        language, Error::conflict("entity.in_use", "x").with("entity", entity).with("count", count));
  };
  EXPECT_EQ(
      told(Language::kFrench, "tiers.contact", "1"),
      "1 fiche de «\u00a0Personnes\u00a0» renvoie encore à celle-ci. Modifiez-la ou supprimez-la d’abord.");
  EXPECT_EQ(told(Language::kSpanish, "tiers.contact", "2"),
            "2 fichas de «People» todavía remiten a esta. Cámbielas o elimínelas primero.");
  EXPECT_EQ(told(Language::kEnglish, "tiers.boat", "1"),
            "1 record of “tiers.boat” still names this one. Change or delete it first.")
      << "what is not there has no other name";
  EXPECT_EQ(told(Language::kEnglish, "contact", "2"),
            "2 records of “contact” still name this one. Change or delete them first.");
}

}  // namespace
}  // namespace opsflux::i18n
