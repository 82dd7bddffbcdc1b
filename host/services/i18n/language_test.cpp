#include "host/services/i18n/language.hpp"

#include <gtest/gtest.h>

namespace opsflux::i18n {
namespace {

TEST(Language, IsReadFromTheFirstSubtag) {
  EXPECT_EQ(language_from("fr"), Language::kFrench);
  EXPECT_EQ(language_from("PT-br"), Language::kPortuguese);
  EXPECT_EQ(language_from("es_419"), Language::kSpanish);
  EXPECT_EQ(language_from("de"), std::nullopt);
  EXPECT_EQ(language_from(""), std::nullopt);
  EXPECT_EQ(language_from("french"), std::nullopt);
}

TEST(Language, TheUsersOwnWinsOverTheBrowsers) {
  EXPECT_EQ(choose_language("es", "fr"), Language::kSpanish);
  EXPECT_EQ(choose_language("", "fr"), Language::kFrench);
  EXPECT_EQ(choose_language("xx", "pt"), Language::kPortuguese);
  EXPECT_EQ(choose_language("", ""), Language::kEnglish);
}

TEST(Language, AcceptLanguageIsWeighed) {
  EXPECT_EQ(choose_language("", "de-DE, de;q=0.9, fr;q=0.5, es;q=0.7"), Language::kSpanish);
  EXPECT_EQ(choose_language("", "fr;q=0, es;q=0.1"), Language::kSpanish);
  EXPECT_EQ(choose_language("", "fr , en"), Language::kFrench);
  EXPECT_EQ(choose_language("", "de, *;q=0.1"), Language::kEnglish);
  EXPECT_EQ(choose_language("", "fr;q=nonsense, pt;q=0.2"), Language::kPortuguese);
  EXPECT_EQ(choose_language("", ",,;,fr;;q=1"), Language::kFrench);
}

TEST(Language, PluralsFollowCldr) {
  EXPECT_EQ(plural_category(Language::kFrench, 0), "one");
  EXPECT_EQ(plural_category(Language::kFrench, 1), "one");
  EXPECT_EQ(plural_category(Language::kFrench, 2), "other");
  EXPECT_EQ(plural_category(Language::kFrench, 1'000'000), "many");
  EXPECT_EQ(plural_category(Language::kEnglish, 0), "other");
  EXPECT_EQ(plural_category(Language::kEnglish, 1), "one");
  EXPECT_EQ(plural_category(Language::kEnglish, 1'000'000), "other");
  EXPECT_EQ(plural_category(Language::kSpanish, 0), "other");
  EXPECT_EQ(plural_category(Language::kSpanish, 2'000'000), "many");
  EXPECT_EQ(plural_category(Language::kPortuguese, 0), "one");
  EXPECT_EQ(plural_category(Language::kPortuguese, -1), "one");
  EXPECT_EQ(plural_category(Language::kEnglish, std::numeric_limits<std::int64_t>::min()), "other");
}

}  // namespace
}  // namespace opsflux::i18n
