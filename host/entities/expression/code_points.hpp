// UTF-8 by code point.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace opsflux::expression {

// `cp` must be a Unicode scalar value.
inline void append_code_point(std::string& out, std::uint32_t cp) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((cp >> shift) & 0x3f)); };
  if (cp < 0x80) {
    out += static_cast<char>(cp);
  } else if (cp < 0x800) {
    out += static_cast<char>(0xc0 | (cp >> 6));
    tail(0);
  } else if (cp < 0x10000) {
    out += static_cast<char>(0xe0 | (cp >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (cp >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

// Where the last code point of well-formed, not empty text begins.
inline std::size_t last_code_point_start(std::string_view text) {
  std::size_t start = text.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
  return start;
}

// The code point that begins at `start` of well-formed text.
inline std::uint32_t code_point_at(std::string_view text, std::size_t start) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(start);
  if (lead < 0x80) return lead;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t cp = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) cp = cp << 6 | (byte(start + i) & 0x3f);
  return cp;
}

}  // namespace opsflux::expression
