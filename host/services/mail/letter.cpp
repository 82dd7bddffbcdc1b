#include "host/services/mail/letter.hpp"

#include <fmt/format.h>

#include <array>

#include "host/base/text.hpp"

namespace opsflux::mail {
namespace {

constexpr std::size_t kLine = 76;       // RFC 2047 and 2045
constexpr std::size_t kWordBytes = 45;  // of text in an encoded word: 60 characters of base64
constexpr std::size_t kWordFrame = 12;  // "=?UTF-8?B?" and "?="
constexpr std::size_t kMaxAddress = 254, kMaxLocal = 64;

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Result<void> check_line(std::string_view header, std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!control && is_utf8(text)) return {};
  return fail(Error::invalid(
                  "mail.bad_header",
                  "The " + std::string(header) + " of a mail is one line of text without control characters.")
                  .with("header", header));
}

// The longest beginning of at most `most` bytes that does not cut a character in two.
std::size_t whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return end;
}

// Encoded words, each on a line of its own; `used` of the first line is taken.
std::string encoded_words(std::string_view text, std::size_t used) {
  std::string out;
  while (!text.empty()) {
    const std::size_t taken = out.empty() ? used : 1;
    const std::size_t room = (kLine - std::min(taken, kLine / 2) - kWordFrame) / 4 * 3;
    const std::size_t size = whole_characters(text, std::min(room, kWordBytes));
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + to_base64(text.substr(0, size)) + "?=";
    text.remove_prefix(size);
  }
  return out;
}

std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

Result<std::string> mailbox(std::string_view header, std::string_view name, const std::string& address) {
  TRY(check_address(address));
  TRY(check_line(header, name));
  const std::string start = std::string(header) + ": ";
  if (name.empty()) return start + "<" + address + ">";
  const bool plain = is_plain(name) && name.find("=?") == std::string_view::npos && name.size() < 40;
  return start + (plain ? quoted_string(name) : encoded_words(name, start.size())) + "\r\n <" + address + ">";
}

bool stays(char c) { return (c >= '!' && c <= '~' && c != '=') || c == ' ' || c == '\t'; }

std::string quoted_line(std::string_view line) {
  std::string out;
  std::size_t width = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool blank_at_end = last && (c == ' ' || c == '\t');
    const std::string piece =
        stays(c) && !blank_at_end ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
    if (width + piece.size() > kLine - (last ? 0 : 1)) {
      out += "=\r\n";
      width = 0;
    }
    out += piece;
    width += piece.size();
  }
  return out;
}

std::string part(const std::string& boundary, std::string_view type, std::string_view content) {
  return "--" + boundary + "\r\nContent-Type: " + std::string(type) +
         "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         quoted_printable(content) + "\r\n";
}

}  // namespace

Result<void> check_address(std::string_view address) {
  const auto wrong = [&]() -> Result<void> {
    return fail(Error::invalid("mail.bad_address", "\"" + std::string(address.substr(0, 100)) +
                                                       "\" is not an address that mail can be sent to. It "
                                                       "reads like ada@example.org.")
                    .with("address", address.substr(0, 100)));
  };
  const std::size_t at = address.find('@');
  if (at == std::string_view::npos || at == 0 || at > kMaxLocal || address.size() > kMaxAddress)
    return wrong();
  const std::string_view domain = address.substr(at + 1);
  if (domain.empty() || domain.front() == '.' || domain.back() == '.' || domain.front() == '-')
    return wrong();
  constexpr std::string_view kLocalMarks = "!#$%&'*+-/=?^_`{|}~.";
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  for (const char c : address.substr(0, at))
    if (!alphanumeric(c) && kLocalMarks.find(c) == std::string_view::npos) return wrong();
  for (const char c : domain)
    if (!alphanumeric(c) && c != '-' && c != '.') return wrong();
  if (address.find("..") != std::string_view::npos) return wrong();
  return {};
}

Result<std::string> encode_header(std::string_view name, std::string_view text) {
  TRY(check_line(name, text));
  const std::string start = std::string(name) + ": ";
  const bool plain =
      is_plain(text) && text.find("=?") == std::string_view::npos && start.size() + text.size() <= kLine;
  return start + (plain ? std::string(text) : encoded_words(text, start.size()));
}

std::string quoted_printable(std::string_view text) {
  std::string normal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      normal += text[i];
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      normal += '\n';
  }
  std::string out;
  for (const std::string_view line : split(normal, '\n')) {
    if (!out.empty() || line.data() != normal.data()) out += "\r\n";
    out += quoted_line(line);
  }
  return out;
}

std::string format_date(UtcNs time) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds moment(
      std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(time)));
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(moment - day);
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:{:02} +0000", kDays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

Result<std::string> encode(const Letter& letter) {
  TRY_ASSIGN(from, mailbox("From", letter.from_name, letter.from));
  TRY_ASSIGN(to, mailbox("To", "", letter.to));
  TRY_ASSIGN(subject, encode_header("Subject", letter.subject));
  TRY(check_line("Message-ID", letter.message_id));
  TRY(check_line("Content-Language", letter.language));
  // "=_" cannot occur in quoted-printable.
  const std::string boundary = "=_" + sha256_hex(letter.message_id).substr(0, 24);
  std::string out =
      "Date: " + format_date(letter.date) + "\r\n" + from + "\r\n" + to + "\r\n" + subject + "\r\n";
  out += "Message-ID: <" + letter.message_id + ">\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
  if (!letter.language.empty()) out += "Content-Language: " + letter.language + "\r\n";
  out += "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  out += part(boundary, "text/plain", letter.text);
  out += part(boundary, "text/html", letter.html);
  return out + "--" + boundary + "--\r\n";
}

}  // namespace opsflux::mail
