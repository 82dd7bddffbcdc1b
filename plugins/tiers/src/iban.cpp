#include "iban.hpp"

#include "digits.hpp"

namespace tiers {
namespace {

struct CountryLength {
  std::string_view country;
  std::size_t length;
};

// The SWIFT registry, and after it the countries of Africa that use the form of an IBAN without standing in
// the registry: the banks of the franc zones and of Portuguese-speaking Africa print such numbers.
constexpr CountryLength kLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30}, {"AO", 25}, {"BF", 28}, {"BJ", 28}, {"CF", 27}, {"CG", 27}, {"CI", 28}, {"CM", 27},
    {"CV", 25}, {"DZ", 26}, {"GA", 27}, {"GQ", 27}, {"GW", 25}, {"KM", 27}, {"MA", 28}, {"MG", 27},
    {"ML", 28}, {"MZ", 25}, {"NE", 28}, {"SN", 28}, {"TD", 27}, {"TG", 28}};

bool is_alphanumeric(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || is_upper(c); });
}

// ISO 7064 MOD 97-10: the first four characters go to the end, letters count 10 to 35.
bool passes_mod_97(std::string_view iban) {
  int rest = 0;
  for (std::size_t i = 0; i < iban.size(); ++i) {
    const char c = iban[(i + 4) % iban.size()];
    rest = is_digit(c) ? (rest * 10 + digit(c)) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
  }
  return rest == 1;
}

}  // namespace

std::size_t iban_length(std::string_view country) {
  for (const CountryLength& known : kLengths)
    if (known.country == country) return known.length;
  return 0;
}

IbanFault check_iban(std::string_view iban) {
  if (!is_alphanumeric(iban)) return IbanFault::kCharacters;
  const std::size_t length = iban_length(iban.substr(0, 2));
  if (length == 0) return IbanFault::kCountry;
  if (iban.size() != length) return IbanFault::kLength;
  return all_digits(iban.substr(2, 2)) && passes_mod_97(iban) ? IbanFault::kNone : IbanFault::kChecksum;
}

bool is_bic(std::string_view bic) {
  if (bic.size() != 8 && bic.size() != 11) return false;
  return is_alphanumeric(bic) && std::all_of(bic.begin() + 4, bic.begin() + 6, is_upper);
}

}  // namespace tiers
