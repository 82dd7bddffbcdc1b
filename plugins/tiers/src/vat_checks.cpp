// The rules are those of the European Commission's "VAT identification numbers: algorithms" (VIES, DG TAXUD),
// and for the United Kingdom and Switzerland those of HMRC and of the Federal Statistical Office.
#include "vat_checks.hpp"

#include "digits.hpp"
#include "siret.hpp"

namespace tiers::vat {

bool austria(std::string_view n) {
  int sum = 4;
  for (std::size_t i = 1; i <= 7; ++i) {
    const int value = digit(n[i]) * (i % 2 == 0 ? 2 : 1);
    sum += value / 10 + value % 10;
  }
  return (10 - sum % 10) % 10 == digit(n[8]);
}

bool belgium(std::string_view n) { return 97 - modulo(n.substr(0, 8), 97) == modulo(n.substr(8), 100); }

bool switzerland(std::string_view n) {
  const int check = 11 - weighted_sum(n.substr(1), {5, 4, 3, 2, 7, 6, 5, 4}) % 11;
  return check != 10 && check % 11 == digit(n[9]);
}

bool germany(std::string_view n) { return passes_mod_11_10(n); }

bool denmark(std::string_view n) { return weighted_sum(n, {2, 7, 6, 5, 4, 3, 2, 1}) % 11 == 0; }

bool estonia(std::string_view n) {
  return (10 - weighted_sum(n, {3, 7, 1, 3, 7, 1, 3, 7}) % 10) % 10 == digit(n[8]);
}

bool greece(std::string_view n) {
  return weighted_sum(n, {256, 128, 64, 32, 16, 8, 4, 2}) % 11 % 10 == digit(n[8]);
}

bool spain(std::string_view n) {
  constexpr std::string_view kPersonLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  constexpr std::string_view kForeigners = "XYZ";
  constexpr std::string_view kOtherPersons = "KLM";
  if (is_digit(n[0])) return kPersonLetters[modulo(n.substr(0, 8), 23)] == n[8];
  const std::string body(n.substr(1, 7));
  if (const auto at = kForeigners.find(n[0]); at != kForeigners.npos)
    return kPersonLetters[modulo(std::to_string(at) + body, 23)] == n[8];
  if (kOtherPersons.find(n[0]) != kOtherPersons.npos) return kPersonLetters[modulo(body, 23)] == n[8];

  constexpr std::string_view kCompanies = "ABCDEFGHJNPQRSUVW";
  if (kCompanies.find(n[0]) == kCompanies.npos) return false;
  // A company: a Luhn check, written as a digit or as a letter depending on the kind of company.
  int sum = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const int value = digit(body[i]) * (i % 2 == 0 ? 2 : 1);
    sum += value / 10 + value % 10;
  }
  const int check = (10 - sum % 10) % 10;
  constexpr std::string_view kWithLetter = "NPQRSW";
  if (is_digit(n[8])) return kWithLetter.find(n[0]) == kWithLetter.npos && digit(n[8]) == check;
  return std::string_view("JABCDEFGHI")[check] == n[8];
}

bool finland(std::string_view n) {
  const int check = 11 - weighted_sum(n, {7, 9, 10, 5, 8, 4, 2}) % 11;
  return check != 10 && check % 11 == digit(n[7]);
}

bool france(std::string_view n) {
  const std::string_view siren = n.substr(2);
  if (siren.substr(0, 3) == "000" && all_digits(n)) return true;  // Monaco has no SIREN
  if (check_siren(siren) != RegistrationFault::kNone) return false;
  if (all_digits(n.substr(0, 2))) return modulo(n.substr(0, 2), 100) == (12 + 3 * modulo(siren, 97)) % 97;

  // Keys with a letter (without I and O), which go on where the numeric ones end.
  constexpr std::string_view kKeyCharacters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  const auto first = kKeyCharacters.find(n[0]);
  const auto second = kKeyCharacters.find(n[1]);
  if (first == kKeyCharacters.npos || second == kKeyCharacters.npos) return false;
  const int key = static_cast<int>(is_digit(n[0]) ? first * 24 + second - 10 : first * 34 + second - 100);
  return (modulo(siren, 11) + 1 + key / 11) % 11 == key % 11;
}

bool united_kingdom(std::string_view n) {
  const int sum = weighted_sum(n, {8, 7, 6, 5, 4, 3, 2}) + modulo(n.substr(7, 2), 100);
  return sum % 97 == 0 || (sum + 55) % 97 == 0;
}

bool croatia(std::string_view n) { return passes_mod_11_10(n); }

bool hungary(std::string_view n) {
  return (10 - weighted_sum(n, {9, 7, 3, 1, 9, 7, 3}) % 10) % 10 == digit(n[7]);
}

bool ireland(std::string_view n) {
  int sum = weighted_sum(n, {8, 7, 6, 5, 4, 3, 2});
  if (n.size() == 9 && n[8] != 'W') sum += 9 * (n[8] - 'A' + 1);
  return std::string_view("WABCDEFGHIJKLMNOPQRSTUV")[sum % 23] == n[7];
}

bool italy(std::string_view n) { return passes_luhn(n); }

bool luxembourg(std::string_view n) { return modulo(n.substr(0, 6), 89) == modulo(n.substr(6), 100); }

bool malta(std::string_view n) {
  return 37 - weighted_sum(n, {3, 4, 6, 7, 8, 9}) % 37 == modulo(n.substr(6), 100);
}

bool netherlands(std::string_view n) {
  const int check = weighted_sum(n, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  if (check != 10 && check == digit(n[8])) return true;
  // Sole traders since 2020: ISO 7064 MOD 97-10 over "NL" (2321) and the number, where B counts 11.
  const std::string whole = "2321" + std::string(n.substr(0, 9)) + "11" + std::string(n.substr(10));
  return modulo(whole, 97) == 1;
}

bool poland(std::string_view n) { return weighted_sum(n, {6, 5, 7, 2, 3, 4, 5, 6, 7}) % 11 == digit(n[9]); }

bool portugal(std::string_view n) {
  const int check = 11 - weighted_sum(n, {9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return (check > 9 ? 0 : check) == digit(n[8]);
}

bool romania(std::string_view n) {
  const std::string padded = std::string(10 - n.size(), '0') + std::string(n);
  return weighted_sum(padded, {7, 5, 3, 2, 1, 7, 5, 3, 2}) * 10 % 11 % 10 == digit(padded[9]);
}

bool sweden(std::string_view n) { return passes_luhn(n.substr(0, 10)) && n.substr(10) != "00"; }

bool slovenia(std::string_view n) {
  const int check = 11 - weighted_sum(n, {8, 7, 6, 5, 4, 3, 2}) % 11;
  return check != 11 && check % 10 == digit(n[7]);
}

bool slovakia(std::string_view n) { return modulo(n, 11) == 0; }

bool unchecked(std::string_view) { return true; }

}  // namespace tiers::vat
