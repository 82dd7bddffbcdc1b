// What the checks of numbers have in common: putting a number as people write it into one form, and sums.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace tiers {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }
inline int digit(char c) { return c - '0'; }

// Without the spaces (the no-break and thin ones too), dots, hyphens and slashes that people put between the
// groups, in upper case. Other characters stay, for the check to refuse.
std::string normalise_number(std::string_view text);

// Luhn's sum (ISO/IEC 7812-1) is a multiple of ten. For digits only.
bool passes_luhn(std::string_view digits);

// The number modulo `divisor` (at most 10^8), however long it is. For digits only.
int modulo(std::string_view digits, int divisor);

// Sum of each digit times its weight; as many digits as weights.
template <std::size_t N>
int weighted_sum(std::string_view digits, const int (&weights)[N]) {
  int sum = 0;
  for (std::size_t i = 0; i < N; ++i) sum += digit(digits[i]) * weights[i];
  return sum;
}

// ISO 7064 MOD 11,10: a number with its check digit last.
bool passes_mod_11_10(std::string_view digits);

}  // namespace tiers
