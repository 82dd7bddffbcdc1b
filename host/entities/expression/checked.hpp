// Integer arithmetic of 64 bits that says when the result does not fit. Shared by the literals, the
// evaluator and constant folding, so that they cannot disagree.
#pragma once

#include <cstdint>
#include <optional>

namespace opsflux::expression {

__extension__ using Int128 = __int128;  // g++ and clang on every platform we build for
using OptionalInt = std::optional<std::int64_t>;

inline constexpr int kMaxScale = 18;  // 10^18 is the largest power of ten in 64 bits

inline OptionalInt narrow(Int128 value) {
  if (value < INT64_MIN || value > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

inline OptionalInt checked_add(std::int64_t a, std::int64_t b) { return narrow(static_cast<Int128>(a) + b); }
inline OptionalInt checked_subtract(std::int64_t a, std::int64_t b) {
  return narrow(static_cast<Int128>(a) - b);
}
inline OptionalInt checked_multiply(std::int64_t a, std::int64_t b) {
  return narrow(static_cast<Int128>(a) * b);
}
// Cut towards zero; nothing for b = 0.
inline OptionalInt checked_divide(std::int64_t a, std::int64_t b) {
  return b == 0 ? std::nullopt : narrow(static_cast<Int128>(a) / b);
}
// The sign is that of `a`; nothing for b = 0.
inline OptionalInt checked_modulo(std::int64_t a, std::int64_t b) {
  return b == 0 ? std::nullopt : narrow(static_cast<Int128>(a) % b);
}

// 10^digits, 0 to 18.
inline std::int64_t power_of_ten(int digits) {
  std::int64_t value = 1;
  while (digits-- > 0) value *= 10;
  return value;
}

inline OptionalInt checked_rescale(std::int64_t value, int more_digits) {
  if (more_digits < 0 || more_digits > kMaxScale) return std::nullopt;
  return checked_multiply(value, power_of_ten(more_digits));
}

inline std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

}  // namespace opsflux::expression
