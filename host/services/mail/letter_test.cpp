#include "host/services/mail/letter.hpp"

#include <gmock/gmock.h>

#include "host/base/text.hpp"
#include "host/services/mail/templates.hpp"

namespace opsflux::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Letter letter() {
  Letter out;
  out.from = "ops@example.org";
  out.from_name = "OpsFlux";
  out.to = "ada@example.org";
  out.subject = "Hello";
  out.text = "Good day\n";
  out.html = "<p>Good day</p>\n";
  out.language = "en";
  out.message_id = "1@example.org";
  out.date = 1'795'691'724ll * 1'000'000'000;
  return out;
}

// What a reader makes of encoded words: the bytes of all of them together.
std::string decoded(std::string_view header) {
  std::string out;
  for (std::size_t at = 0; (at = header.find("=?UTF-8?B?", at)) != std::string_view::npos;) {
    const std::size_t end = header.find("?=", at);
    const std::string_view word = header.substr(at + 10, end - at - 10);
    EXPECT_LE(word.size() + 12, 75u);
    const std::string bytes = from_base64(word).value_or("?");
    EXPECT_TRUE(is_utf8(bytes)) << "a character is cut in two";
    out += bytes;
    at = end;
  }
  return out;
}

void expect_short_lines(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    if (line.data() + line.size() != text.data() + text.size()) {
      EXPECT_TRUE(line.ends_with('\r')) << line;
    }
    EXPECT_LE(line.size(), 77u) << line;
  }
}

TEST(MailLetter, HoldsTextAndHtmlAsAlternatives) {
  const auto made = encode(letter());
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_THAT(*made, ::testing::StartsWith("Date: Thu, 26 Nov 2026 11:15:24 +0000\r\n"
                                           "From: \"OpsFlux\"\r\n <ops@example.org>\r\n"
                                           "To: <ada@example.org>\r\n"
                                           "Subject: Hello\r\n"
                                           "Message-ID: <1@example.org>\r\n"));
  EXPECT_THAT(*made, HasSubstr("Content-Type: multipart/alternative;\r\n boundary=\"=_"));
  EXPECT_LT(made->find("text/plain"), made->find("text/html"));
  expect_short_lines(*made);
}

TEST(MailLetter, WritesHeadersInOtherLettersAsEncodedWords) {
  const std::string subject =
      "Réinitialisez votre mot de passe — 🛢️ plateforme de Djeno, équipe de nuit, quart nº 12, à "
      "lire "
      "aujourd’hui";
  const auto made = encode_header("Subject", subject);
  ASSERT_TRUE(made);
  EXPECT_EQ(decoded(*made), subject);
  for (const char c : *made) EXPECT_GE(c, 0) << "not ASCII";
  expect_short_lines(*made + "\r\n");
  for (std::size_t size = 1; size <= 60; ++size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += i % 3 == 0 ? "é" : i % 3 == 1 ? "🛢" : "x";
    EXPECT_EQ(decoded(*encode_header("Subject", text)), text);
  }
}

TEST(MailLetter, DoesNotLetPlainTextPassForAnEncodedWord) {
  EXPECT_EQ(decoded(*encode_header("Subject", "=?UTF-8?Q?false?=")), "=?UTF-8?Q?false?=");
}

TEST(MailLetter, FoldsLongPlainSubjects) {
  const std::string subject(300, 'x');
  const auto made = encode_header("Subject", subject);
  EXPECT_EQ(decoded(*made), subject);
  expect_short_lines(*made + "\r\n");
}

TEST(MailLetter, RefusesHeadersWithLineBreaks) {
  for (const std::string& evil :
       {std::string("a\r\nBcc: eve@example.org"), std::string("a\nb"), std::string("a\rb"),
        std::string("a\0b", 3), std::string("a\x7f"), std::string("\xff\xfe")}) {
    Letter one = letter();
    one.subject = evil;
    EXPECT_EQ(encode(one).error().code, "mail.bad_header");
    one = letter();
    one.from_name = evil;
    EXPECT_EQ(encode(one).error().code, "mail.bad_header");
    one = letter();
    one.message_id = evil;
    EXPECT_EQ(encode(one).error().code, "mail.bad_header");
    one = letter();
    one.to = "ada@example.org" + evil;
    EXPECT_EQ(encode(one).error().code, "mail.bad_address");
  }
}

TEST(MailLetter, QuotesNames) {
  Letter one = letter();
  one.from_name = R"(Ops "Flux" \ Co, <x@y>)";
  EXPECT_THAT(*encode(one), HasSubstr("From: \"Ops \\\"Flux\\\" \\\\ Co, <x@y>\"\r\n <ops@example.org>"));
  one.from_name = "Équipe de Pointe-Noire";
  EXPECT_EQ(decoded(*encode(one)), one.from_name);
}

TEST(MailLetter, KnowsAddresses) {
  for (const char* good :
       {"ada@example.org", "a.b+c@sub.example.org", "o'neil@x.y", "root@localhost", "1_2@3.fr"})
    EXPECT_TRUE(check_address(good)) << good;
  for (const std::string& bad :
       {std::string("ada"), std::string("@x.org"), std::string("ada@"), std::string("a@b@c"),
        std::string("a b@c"), std::string("<a@b.c>"), std::string("a@b.c>"), std::string("a,b@c.d"),
        std::string("a@b.c\r\nDATA"), std::string("é@b.c"), std::string("a@é.c"), std::string("a..b@c.d"),
        std::string("a@.c"), std::string("a@b."), std::string(65, 'a') + "@b.c",
        "a@" + std::string(260, 'b')})
    EXPECT_FALSE(check_address(bad)) << bad;
}

TEST(MailLetter, WritesBodiesAsQuotedPrintable) {
  EXPECT_EQ(quoted_printable("plain"), "plain");
  EXPECT_EQ(quoted_printable("a=b é"), "a=3Db =C3=A9");
  EXPECT_EQ(quoted_printable("end \nof\t\nline"), "end=20\r\nof=09\r\nline");
  EXPECT_EQ(quoted_printable("a\r\nb\rc\nd\n"), "a\r\nb\r\nc\r\nd\r\n");
  EXPECT_EQ(quoted_printable("\n\nx"), "\r\n\r\nx");
  EXPECT_EQ(quoted_printable(""), "");
  for (std::size_t size = 60; size < 240; ++size) {
    const std::string text = std::string(size, 'x') + "é=" + std::string(size % 80, 'y');
    const std::string made = quoted_printable(text);
    expect_short_lines(made + "\r\n");
    std::string joined;
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (made[i] != '=') {
        joined += made[i];
      } else {
        const std::string_view next = std::string_view(made).substr(i + 1, 2);
        if (next != "\r\n") joined += *from_hex(to_lower_ascii(next));
        i += 2;
      }
    }
    ASSERT_EQ(joined, text);
  }
}

class MailTemplates : public ::testing::Test {
 protected:
  static std::shared_ptr<const i18n::Catalog> catalog() {
    i18n::CatalogBuilder builder;
    const auto added =
        builder.add_folder(std::filesystem::path(__FILE__).parent_path() / "i18n", "mail", true);
    EXPECT_TRUE(added) << describe(added.error());
    return builder.build();
  }
};

TEST_F(MailTemplates, PutValuesIntoTextAndHtmlWithoutLettingThemBreakOut) {
  i18n::CatalogBuilder builder(*catalog());
  ASSERT_TRUE(builder.add(i18n::Language::kEnglish,
                          {{"notice.try.subject", "For {who}"},
                           {"notice.try.body", "One {who}.\n\nTwo & three."},
                           {"notice.try.action", "Go on"}},
                          "mail", "test"));
  const Words words =
      say(*builder.build(), i18n::Language::kEnglish,
          {"try", "Ada", {{"who", "<b>Eve</b>\r\nBcc: x"}}, "https://x.org/a?b=1&c=\"2\"", "https://x.org"});
  EXPECT_EQ(words.subject, "For <b>Eve</b>  Bcc: x");
  EXPECT_THAT(
      words.text,
      HasSubstr(
          "Hello Ada,\n\nOne <b>Eve</b>  Bcc: x.\n\nTwo & three.\n\nGo on\nhttps://x.org/a?b=1&c=\"2\"\n"));
  EXPECT_THAT(words.html, Not(HasSubstr("<b>")));
  EXPECT_THAT(words.html, HasSubstr("<p>One &lt;b&gt;Eve&lt;/b&gt;  Bcc: x.</p>\n<p>Two &amp; three.</p>"));
  EXPECT_THAT(words.html, HasSubstr("href=\"https://x.org/a?b=1&amp;c=&quot;2&quot;\""));
}

TEST_F(MailTemplates, SayTheTestInEachLanguage) {
  const auto texts = catalog();
  for (const i18n::Language language : i18n::kLanguages) {
    const Words words = say(*texts, language, {"test", "", {}, "", ""});
    EXPECT_THAT(words.subject, HasSubstr("OpsFlux"));
    EXPECT_THAT(words.subject + words.text + words.html, Not(HasSubstr("mail.notice")));
    EXPECT_THAT(words.text, Not(HasSubstr("mail.common")));
    EXPECT_THAT(words.text, Not(HasSubstr("{")));
  }
}

}  // namespace
}  // namespace opsflux::mail
