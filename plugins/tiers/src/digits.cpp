#include "digits.hpp"

namespace tiers {
namespace {

// U+00A0, U+2009, U+202F: the spaces that word processors and websites put between groups.
constexpr std::string_view kWideSpaces[] = {"\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF"};
constexpr std::string_view kSeparators = " \t.-/";

}  // namespace

std::string normalise_number(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto wide = std::find_if(std::begin(kWideSpaces), std::end(kWideSpaces),
                                   [&](std::string_view space) { return text.starts_with(space); });
    if (wide != std::end(kWideSpaces)) {
      text.remove_prefix(wide->size());
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    if (kSeparators.find(c) != kSeparators.npos) continue;
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool doubled = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, doubled = !doubled) {
    const int value = digit(*it) * (doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

int modulo(std::string_view digits, int divisor) {
  int rest = 0;
  for (const char c : digits) rest = (rest * 10 + digit(c)) % divisor;
  return rest;
}

bool passes_mod_11_10(std::string_view digits) {
  int product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    const int sum = (digit(c) + product) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return (product + digit(digits.back())) % 10 == 1;
}

}  // namespace tiers
