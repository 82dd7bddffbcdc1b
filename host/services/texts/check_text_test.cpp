#include "host/services/texts/check_text.hpp"

#include <gtest/gtest.h>

#include "host/services/i18n/message.hpp"

namespace opsflux::texts {
namespace {

struct Case {
  const char *original = "", *text = "", *code = "";  // code "": it fits
};

std::string code_of(const Case& one, std::string_view space = "tiers", std::string_view key = "a") {
  const auto checked = check_text(space, key, one.original, one.text);
  return checked ? "" : checked.error().code;
}

TEST(CheckText, KeepsTheVariablesOfTheOriginal) {
  const Case cases[] = {
      {"Name", "Label", ""},
      {"{field} of {what}", "{what}: {field}", ""},
      {"{field} of {what}", "{field}", "text.lacks_variables"},
      {"Name", "{name}", "text.unknown_variables"},
      {"{field}", "{feild}", "text.other_variables"},
      {"{field}", "{field", "i18n.malformed"},
      {"{field}", "{field} }", "i18n.malformed"},
      {"{field}", "{Field}", "i18n.malformed"},
      {"Name", "  \n ", "text.empty"},
      {"Name", "two\nlines", ""},
      {"Name", "a\x01", "text.control"},
      {"Name", "a\xff", "text.control"},
  };
  for (const Case& one : cases) EXPECT_EQ(code_of(one), one.code) << one.text;
}

TEST(CheckText, KeepsPluralsAndTheirForms) {
  const char* files = "{count, plural, one{# file} other{# files}} in {folder}";
  const Case cases[] = {
      {files, "{folder}: {count, plural, one{a file} other{# files}}", ""},
      {files, "{folder}: {count, plural, one{a file} many{# files} other{# files}}", ""},
      {files, "{count, plural, one{# in {folder}} other{# in {folder}}}", ""},
      {files, "{folder}: {count, plural, other{# files}}", "text.lacks_forms"},
      {files, "{folder}: {count} files", "text.lacks_forms"},
      {files, "{folder}: {count, plural, one{# file}}", "i18n.malformed"},
      {"{count} files", "{count, plural, one{# file} other{# files}}", "text.no_plural"},
  };
  for (const Case& one : cases) EXPECT_EQ(code_of(one), one.code) << one.text;
}

TEST(CheckText, NamesWhatIsWrong) {
  const Error lacks = check_text("tiers", "a", "{b} {c} {d}", "{c}").error();
  EXPECT_EQ(lacks.message, "The text lacks {b}, {d}.");
  EXPECT_EQ(lacks.field, "text");
  const Error forms =
      check_text("tiers", "a", "{n, plural, one{#} other{#}}", "{n, plural, other{#}}").error();
  EXPECT_NE(forms.message.find("{n} lacks: one."), std::string::npos) << forms.message;
}

TEST(CheckText, MayLeaveTheNumberOutOfTheApplicationsPlurals) {
  EXPECT_EQ(code_of({"{count} fields", "A field"}, "web", "fields.count_one"), "");
  EXPECT_EQ(code_of({"A field", "{count} field"}, "web", "fields.count_one"), "");
  EXPECT_EQ(code_of({"{count} fields", "Fields"}, "web", "fields.count"), "text.lacks_variables");
  EXPECT_EQ(code_of({"{count} fields", "Fields"}, "tiers", "fields.count_one"), "text.lacks_variables");
  EXPECT_EQ(code_of({"{count} of {what}", "{count}"}, "web", "x_other"), "text.lacks_variables");
}

TEST(CheckText, HasALimitInCharacters) {
  std::string text;
  for (std::size_t i = 0; i < kMaxTextLength; ++i) text += "é";
  EXPECT_TRUE(check_text("tiers", "a", "Name", text));
  EXPECT_EQ(check_text("tiers", "a", "Name", text + "a").error().code, "text.too_long");
}

TEST(Variables, AreFoundInBranchesToo) {
  const auto found = i18n::variables_of("{a} {n, plural, one{# {b}} other{# {c}}} {");
  EXPECT_EQ(found, (i18n::Variables{{"a", {}}, {"b", {}}, {"c", {}}, {"n", {"one", "other"}}}));
}

}  // namespace
}  // namespace opsflux::texts
