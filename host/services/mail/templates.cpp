#include "host/services/mail/templates.hpp"

#include "host/base/text.hpp"

namespace opsflux::mail {
namespace {

constexpr std::string_view kPage =
    "margin:0;padding:24px;background:#f3f5f7;color:#1b2430;font:16px/1.5 'Segoe UI',Roboto,Arial,sans-serif";
constexpr std::string_view kCard =
    "max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid "
    "#d5dbe2;border-radius:8px";
constexpr std::string_view kButton =
    "display:inline-block;padding:10px 18px;border-radius:6px;background:#0b5cad;color:#ffffff;"
    "text-decoration:none;font-weight:600";
constexpr std::string_view kSmall = "font-size:13px;color:#55606e";

// A value stays within its line, so that nobody's name starts a paragraph of its own.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return std::string(trim(out));
}

std::vector<std::string> paragraphs(const std::string& text) {
  std::vector<std::string> out(1);
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) {
      if (!out.back().empty()) out.emplace_back();
    } else {
      if (!out.back().empty()) out.back() += '\n';
      out.back() += line;
    }
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

class Writer {
 public:
  Writer(const i18n::Catalog& catalog, i18n::Language language, const Saying& saying)
      : catalog_(catalog), language_(language), saying_(saying) {
    for (const auto& [key, value] : saying.params) params_.emplace_back(key, one_line(value));
    params_.emplace_back("name", one_line(saying.name));
    params_.emplace_back("place", one_line(saying.place));
  }

  Words write() {
    Words out;
    out.subject = one_line(of_kind("subject"));
    paragraph(common(saying_.name.empty() ? "greeting" : "greeting_name"));
    for (const std::string& one : paragraphs(of_kind("body"))) paragraph(one);
    if (!saying_.link.empty()) link();
    text_ += "-- \n";
    paragraph(common(saying_.place.empty() ? "footer" : "footer_place"), kSmall);
    out.text = std::move(text_);
    out.html = "<!doctype html>\n<html lang=\"" + std::string(i18n::language_tag(language_)) +
               "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
               "content=\"width=device-width\"><title>" +
               escape_html(out.subject) + "</title></head>\n<body style=\"" + std::string(kPage) +
               "\"><div style=\"" + std::string(kCard) + "\">\n" + html_ + "</div></body></html>\n";
    return out;
  }

 private:
  std::string of_kind(std::string_view which) const {
    return catalog_.text(language_, "mail.notice." + saying_.kind + "." + std::string(which), params_);
  }
  std::string common(std::string_view which) const {
    return catalog_.text(language_, "mail.common." + std::string(which), params_);
  }

  void paragraph(const std::string& words, std::string_view style = {}) {
    text_ += words + "\n\n";
    html_ += style.empty() ? "<p>" : "<p style=\"" + std::string(style) + "\">";
    html_ += escape_html(words) + "</p>\n";
  }

  void link() {
    const std::string words = of_kind("action"), help = common("link_help");
    const std::string address = escape_html(saying_.link);
    text_ += words + "\n" + saying_.link + "\n\n";
    html_ += "<p><a href=\"" + address + "\" style=\"" + std::string(kButton) + "\">" + escape_html(words) +
             "</a></p>\n<p style=\"" + std::string(kSmall) + "\">" + escape_html(help) + "<br>" + address +
             "</p>\n";
  }

  const i18n::Catalog& catalog_;
  const i18n::Language language_;
  const Saying& saying_;
  std::vector<std::pair<std::string, std::string>> params_;
  std::string text_, html_;
};

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Words say(const i18n::Catalog& catalog, i18n::Language language, const Saying& saying) {
  return Writer(catalog, language, saying).write();
}

}  // namespace opsflux::mail
