#include "host/services/i18n/language.hpp"

#include <algorithm>
#include <vector>

#include "host/base/text.hpp"

namespace opsflux::i18n {
namespace {

constexpr std::string_view kTags[kLanguageCount] = {"fr", "en", "es", "pt"};
constexpr std::size_t kMaxRanges = 32;  // of an Accept-Language field; what follows is not looked at

struct Range {
  std::string_view tag;
  int quality = 1000;  // thousandths
};

// "0.8" as 800; anything that is not a quality counts as 0.
int quality_of(std::string_view text) {
  const auto value = parse_double(text);
  return value && *value >= 0 && *value <= 1 ? static_cast<int>(*value * 1000 + 0.5) : 0;
}

Range parse_range(std::string_view text) {
  Range range;
  const auto semicolon = text.find(';');
  range.tag = trim(text.substr(0, semicolon));
  if (semicolon == std::string_view::npos) return range;
  const std::string_view weight = trim(text.substr(semicolon + 1));
  if (weight.starts_with("q=") || weight.starts_with("Q="))
    range.quality = quality_of(trim(weight.substr(2)));
  return range;
}

}  // namespace

std::string_view language_tag(Language language) { return kTags[static_cast<std::size_t>(language)]; }

std::optional<Language> language_from(std::string_view tag) {
  const std::string first = to_lower_ascii(tag.substr(0, tag.find_first_of("-_")));
  for (const Language language : kLanguages)
    if (language_tag(language) == first) return language;
  return std::nullopt;
}

Language choose_language(std::string_view of_user, std::string_view accept_language) {
  if (const auto own = language_from(of_user)) return *own;
  std::optional<Language> best;
  int best_quality = 0;
  std::size_t seen = 0;
  for (const std::string_view part : split(accept_language, ',')) {
    if (++seen > kMaxRanges) break;
    const Range range = parse_range(part);
    const auto language = range.tag == "*" ? std::optional(Language::kEnglish) : language_from(range.tag);
    if (!language || range.quality <= best_quality) continue;
    best = language;
    best_quality = range.quality;
  }
  return best.value_or(Language::kEnglish);
}

std::string_view plural_category(Language language, std::int64_t count) {
  const std::uint64_t n =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  const bool zero_is_one = language == Language::kFrench || language == Language::kPortuguese;
  if (n == 1 || (n == 0 && zero_is_one)) return "one";
  if (language != Language::kEnglish && n != 0 && n % 1'000'000 == 0) return "many";
  return "other";
}

}  // namespace opsflux::i18n
