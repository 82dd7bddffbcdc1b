#include "host/services/i18n/message.hpp"

#include <gtest/gtest.h>

namespace opsflux::i18n {
namespace {

using List = std::vector<std::pair<std::string, std::string>>;

std::string french(std::string_view message, const List& params) {
  return render(message, Language::kFrench, params);
}

TEST(Message, FillsPlaceholders) {
  EXPECT_EQ(french("Le champ {field} a {n} fautes.", {{"field", "siret"}, {"n", "2"}}),
            "Le champ siret a 2 fautes.");
  EXPECT_EQ(french("{a}{b}{a}", {{"a", "{b}"}, {"b", "x"}}), "{b}x{b}");  // values are not read again
  EXPECT_EQ(french("L'été", {}), "L'été");
}

TEST(Message, AMissingParameterStaysVisible) { EXPECT_EQ(french("Il manque {n}.", {}), "Il manque {n}."); }

TEST(Message, ChoosesThePlural) {
  const std::string_view text =
      "{count, plural, one{# fichier de {name}} many{# de fichiers} other{# fichiers de {name}}}.";
  EXPECT_EQ(french(text, {{"count", "0"}, {"name", "Ada"}}), "0 fichier de Ada.");
  EXPECT_EQ(french(text, {{"count", "12345"}, {"name", "Ada"}}), "12\u202f345 fichiers de Ada.");
  EXPECT_EQ(french(text, {{"count", "1000000"}}), "1\u202f000\u202f000 de fichiers.");
  EXPECT_EQ(french(text, {{"count", "viele"}, {"name", "Ada"}}), "viele fichiers de Ada.");
  EXPECT_EQ(render("{n, plural, other{#}}", Language::kEnglish, List{{"n", "-1234"}}), "-1,234");
  EXPECT_EQ(render("{n, plural, one{a} other{b}} #", Language::kSpanish, List{{"n", "1"}}), "a #");
}

TEST(Message, RefusesWhatCouldNotBeRendered) {
  for (const char* text :
       {"{", "}", "{a", "{}", "{a b}", "{a, plural}", "{a, plural, one{x}}", "{a, select, other{x}}",
        "{a, plural, few{x} other{y}}", "{a, plural, other{{}}}", "{a, plural, other}"})
    EXPECT_EQ(check_message(text).error().code, "i18n.malformed") << text;
  for (const char* text : {"", "plain", "{a}", "{a, plural, other{# {b}}}", "{ a }"})
    EXPECT_TRUE(check_message(text)) << text;
}

TEST(Message, BrokenTextIsPrintedAsItStands) {
  EXPECT_EQ(french("{a {b}", {{"b", "x"}}), "{a {b}");
  EXPECT_EQ(french("{A}", {{"a", "x"}}), "{A}");
}

}  // namespace
}  // namespace opsflux::i18n
