#include "vat.hpp"

#include "digits.hpp"
#include "vat_checks.hpp"

namespace tiers {
namespace {

// A form is a pattern over the number without its prefix: 9 a digit, A a letter, * either, anything else
// itself. Several forms are separated by a bar.
struct Country {
  std::string_view prefix, forms;
  bool (*check)(std::string_view);
  std::string_view example;
};

constexpr Country kCountries[] = {
    {"AT", "U99999999", vat::austria, "ATU12345675"},
    {"BE", "0999999999|1999999999", vat::belgium, "BE0123456749"},
    {"BG", "999999999|9999999999", vat::unchecked, "BG123456789"},
    {"CH", "E999999999MWST|E999999999TVA|E999999999IVA", vat::switzerland, "CHE-123.456.788 TVA"},
    {"CY", "99999999A", vat::unchecked, "CY12345678X"},
    {"CZ", "99999999|999999999|9999999999", vat::unchecked, "CZ12345678"},
    {"DE", "999999999", vat::germany, "DE123456788"},
    {"DK", "99999999", vat::denmark, "DK12345674"},
    {"EE", "999999999", vat::estonia, "EE123456780"},
    {"EL", "999999999", vat::greece, "EL123456783"},
    {"ES", "A9999999*|99999999A", vat::spain, "ESB12345674"},
    {"FI", "99999999", vat::finland, "FI12345671"},
    {"FR", "**999999999", vat::france, "FR44732829320"},
    {"GB", "999999999|999999999999", vat::united_kingdom, "GB123456782"},
    {"GR", "999999999", vat::greece, "EL123456783"},
    {"HR", "99999999999", vat::croatia, "HR12345678903"},
    {"HU", "99999999", vat::hungary, "HU12345676"},
    {"IE", "9999999A|9999999AA", vat::ireland, "IE1234567T"},
    {"IT", "99999999999", vat::italy, "IT12345678903"},
    {"LT", "999999999|999999999999", vat::unchecked, "LT123456789"},
    {"LU", "99999999", vat::luxembourg, "LU12345613"},
    {"LV", "99999999999", vat::unchecked, "LV12345678901"},
    {"MT", "99999999", vat::malta, "MT12345634"},
    {"NL", "999999999B99", vat::netherlands, "NL123456782B12"},
    {"PL", "9999999999", vat::poland, "PL1234567883"},
    {"PT", "999999999", vat::portugal, "PT123456789"},
    {"RO", "99|999|9999|99999|999999|9999999|99999999|999999999|9999999999", vat::romania, "RO12345674"},
    {"SE", "999999999999", vat::sweden, "SE123456789701"},
    {"SI", "99999999", vat::slovenia, "SI12345679"},
    {"SK", "9999999999", vat::slovakia, "SK1234567895"},
    {"XI", "999999999|999999999999", vat::united_kingdom, "XI123456782"}};

const Country* find_country(std::string_view prefix) {
  for (const Country& country : kCountries)
    if (country.prefix == prefix) return &country;
  return nullptr;
}

bool fits(std::string_view number, std::string_view form) {
  return std::equal(number.begin(), number.end(), form.begin(), form.end(), [](char c, char wanted) {
    if (wanted == '9') return is_digit(c);
    if (wanted == 'A') return is_upper(c);
    if (wanted == '*') return is_digit(c) || is_upper(c);
    return c == wanted;
  });
}

bool fits_one(std::string_view number, std::string_view forms) {
  while (true) {
    const auto bar = forms.find('|');
    if (fits(number, forms.substr(0, bar))) return true;
    if (bar == forms.npos) return false;
    forms.remove_prefix(bar + 1);
  }
}

}  // namespace

VatFault check_vat(std::string_view number) {
  const Country* country = find_country(number.substr(0, 2));
  if (!country) return VatFault::kCountry;
  const std::string_view rest = number.substr(2);
  if (!fits_one(rest, country->forms)) return VatFault::kFormat;
  return country->check(rest) ? VatFault::kNone : VatFault::kChecksum;
}

std::string_view vat_example(std::string_view prefix) {
  const Country* country = find_country(prefix);
  return country ? country->example : std::string_view();
}

std::string french_vat(std::string_view siren) {
  const int key = (12 + 3 * modulo(siren, 97)) % 97;
  return std::string("FR") + static_cast<char>('0' + key / 10) + static_cast<char>('0' + key % 10) +
         std::string(siren);
}

std::string_view siren_of_vat(std::string_view number) {
  const bool french = number.size() == 13 && number.substr(0, 2) == "FR";
  return french ? number.substr(4) : std::string_view();
}

}  // namespace tiers
