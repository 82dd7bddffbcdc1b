#include "host/base/ids.hpp"

#include "host/base/text.hpp"

namespace opsflux {

// RFC 9562, section 6.2, method 1 (fixed-length dedicated counter): 12 bits of rand_a and 30 bits of
// rand_b are a counter seeded at random each millisecond with its top bit clear; 32 random bits follow.
std::string IdSource::next() {
  constexpr std::uint64_t kCounterBits = 42;
  unsigned char random[12];
  const std::string bytes = random_bytes(sizeof random);
  std::memcpy(random, bytes.data(), sizeof random);
  std::uint64_t seed = 0;
  std::memcpy(&seed, random, 8);

  std::uint64_t ms, counter;
  {
    std::lock_guard lock(mutex_);
    const auto now_ms = static_cast<std::uint64_t>(clock_.now() / 1'000'000);
    if (now_ms > last_ms_) {
      last_ms_ = now_ms;
      counter_ = seed & ((1ULL << (kCounterBits - 1)) - 1);
    } else if (++counter_ >> kCounterBits != 0) {
      ++last_ms_;
      counter_ = seed & ((1ULL << (kCounterBits - 1)) - 1);
    }
    ms = last_ms_;
    counter = counter_;
  }

  unsigned char id[16];
  for (int i = 0; i < 6; ++i) id[i] = static_cast<unsigned char>(ms >> (40 - 8 * i));
  const std::uint64_t high = counter >> 30, low = counter & 0x3fffffff;
  id[6] = static_cast<unsigned char>(0x70 | (high >> 8));
  id[7] = static_cast<unsigned char>(high);
  id[8] = static_cast<unsigned char>(0x80 | (low >> 24));
  id[9] = static_cast<unsigned char>(low >> 16);
  id[10] = static_cast<unsigned char>(low >> 8);
  id[11] = static_cast<unsigned char>(low);
  std::memcpy(id + 12, random + 8, 4);

  const std::string hex = to_hex({reinterpret_cast<const char*>(id), 16});
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
         hex.substr(20);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

bool is_record_id(std::string_view text) {
  return is_uuid(text) || (text.size() <= 40 && is_identifier(text));
}

}  // namespace opsflux
