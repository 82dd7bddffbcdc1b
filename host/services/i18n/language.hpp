// The four languages of the product, and which one a reader gets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace opsflux::i18n {

enum class Language : std::uint8_t { kFrench, kEnglish, kSpanish, kPortuguese };
inline constexpr std::size_t kLanguageCount = 4;
inline constexpr std::array<Language, kLanguageCount> kLanguages = {
    Language::kFrench, Language::kEnglish, Language::kSpanish, Language::kPortuguese};

std::string_view language_tag(Language language);  // "fr"
// "fr", "FR", "fr-CA", "pt_BR": the language of the first subtag; nullopt when it is none of the four.
std::optional<Language> language_from(std::string_view tag);

// The language of an answer: the user's own, else the best of Accept-Language (RFC 9110, 12.5.4: highest q
// first, order of writing among equals; q=0 excludes, "*" stands for English), else English.
Language choose_language(std::string_view of_user, std::string_view accept_language);

// The CLDR plural category of a whole number: "one", "many" or "other".
std::string_view plural_category(Language language, std::int64_t count);

}  // namespace opsflux::i18n
