// Layout of the ZIP records and the field values that write_zip uses (private to the reader and writer).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace opsflux::package::zip {

inline constexpr std::uint32_t kLocalSignature = 0x04034b50, kCentralSignature = 0x02014b50,
                               kEndSignature = 0x06054b50;
inline constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22;
inline constexpr std::uint16_t kStored = 0, kDeflated = 8;

inline constexpr std::uint16_t kVersionNeeded = 20;
inline constexpr std::uint16_t kMadeBy = (3 << 8) | 20;  // Unix, version 2.0
inline constexpr std::uint16_t kTime = 0;
inline constexpr std::uint16_t kDate = (0 << 9) | (1 << 5) | 1;  // 1 January 1980, the earliest there is
inline constexpr std::uint32_t kAttributes = 0100644u << 16;     // a regular file

inline std::uint16_t get16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) |
                                    (static_cast<unsigned char>(bytes[at + 1]) << 8));
}
inline std::uint32_t get32(std::string_view bytes, std::size_t at) {
  return get16(bytes, at) | (static_cast<std::uint32_t>(get16(bytes, at + 2)) << 16);
}
inline void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>((value >> 8) & 0xff);
}
inline void put32(std::string& out, std::uint32_t value) {
  put16(out, value & 0xffff);
  put16(out, value >> 16);
}

}  // namespace opsflux::package::zip
