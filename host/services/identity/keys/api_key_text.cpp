#include "host/services/identity/keys/api_key_text.hpp"

#include <sodium.h>

#include <array>
#include <cstdint>

namespace opsflux::identity {
namespace {

constexpr std::string_view kPrefix = "ofx_";
constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kRandom = 40;  // 238 bits
constexpr std::size_t kSum = 6;
constexpr std::size_t kLength = kPrefix.size() + kRandom + kSum;

// CRC-32 as of ISO 3309 (zlib, PNG).
constexpr std::array<std::uint32_t, 256> kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? 0xedb88320u ^ (value >> 1) : value >> 1;
    table[i] = value;
  }
  return table;
}();

std::uint32_t crc32(std::string_view text) {
  std::uint32_t sum = 0xffffffffu;
  for (const char c : text) sum = kTable[(sum ^ static_cast<unsigned char>(c)) & 0xff] ^ (sum >> 8);
  return sum ^ 0xffffffffu;
}

std::string sum_of(std::string_view text) {
  std::uint32_t value = crc32(text);
  std::string out(kSum, '0');
  for (std::size_t i = kSum; i-- > 0; value /= 62) out[i] = kDigits[value % 62];
  return out;
}

}  // namespace

std::string new_api_key() {
  std::string out(kPrefix);
  for (std::size_t i = 0; i < kRandom; ++i) out += kDigits[randombytes_uniform(kDigits.size())];
  return out + sum_of(out);
}

bool is_api_key(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kPrefix)) return false;
  const std::string_view body = text.substr(kPrefix.size());
  if (body.find_first_not_of(kDigits) != body.npos) return false;
  return text.substr(kLength - kSum) == sum_of(text.substr(0, kLength - kSum));
}

std::string_view api_key_hint(std::string_view key) { return key.substr(0, kPrefix.size() + 4); }

}  // namespace opsflux::identity
