#include "host/http/disposition.hpp"

namespace opsflux::http {
namespace {

// attr-char of RFC 8187.
bool stands_for_itself(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$&+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

}  // namespace

std::string content_disposition(std::string_view kind, std::string_view name) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string plain, encoded;
  bool same = true;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool safe = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '%';
    same = same && safe;
    // One sign for a character of several bytes.
    if (safe)
      plain += c;
    else if ((byte & 0xc0) != 0x80)
      plain += '_';
    if (stands_for_itself(byte))
      encoded += c;
    else
      encoded.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
  std::string out = std::string(kind) + "; filename=\"" + plain + "\"";
  if (!same) out += "; filename*=UTF-8''" + encoded;
  return out;
}

}  // namespace opsflux::http
