// A mail in the form that goes over the wire: RFC 5322 with a MIME body of text and HTML.
#pragma once

#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/error.hpp"

namespace opsflux::mail {

struct Letter {
  std::string from{}, from_name{}, to{};  // addresses bare; the name may be empty
  std::string subject{};
  std::string text{}, html{};  // lines end in \n
  std::string language{};      // "fr"
  std::string message_id{};    // without <>; the same for each attempt, so that a repeat can be told
  UtcNs date = 0;
};

// An address that can stand in an SMTP command: ASCII, one @, a name before and a domain after it, nothing
// that could end the command. "mail.bad_address" {address}.
Result<void> check_address(std::string_view address);

// All of it with CRLF. "mail.bad_address"; "mail.bad_header" {header} when a text that belongs into one line
// holds a line break or another control character, or is not UTF-8.
Result<std::string> encode(const Letter& letter);

// "Name: text", folded, as encoded words (RFC 2047) where it is not plain ASCII. Without the final CRLF.
Result<std::string> encode_header(std::string_view name, std::string_view text);
// Quoted-printable (RFC 2045, 6.7): lines of at most 76 characters, CRLF between them.
std::string quoted_printable(std::string_view text);
// "Thu, 26 Nov 2026 11:15:24 +0000"
std::string format_date(UtcNs time);

}  // namespace opsflux::mail
