#include "siret.hpp"

#include "digits.hpp"

namespace tiers {
namespace {

constexpr std::string_view kLaPoste = "356000000";
constexpr std::string_view kLaPosteSeat = "35600000000048";

RegistrationFault check_shape(std::string_view number, std::size_t length) {
  if (!all_digits(number)) return RegistrationFault::kCharacters;
  return number.size() == length ? RegistrationFault::kNone : RegistrationFault::kLength;
}

// Zeros pass the Luhn check and were never given to anybody.
bool is_siren(std::string_view digits) { return passes_luhn(digits) && digits != "000000000"; }

int digit_sum(std::string_view digits) {
  int sum = 0;
  for (const char c : digits) sum += digit(c);
  return sum;
}

}  // namespace

RegistrationFault check_siren(std::string_view siren) {
  const RegistrationFault fault = check_shape(siren, 9);
  if (fault != RegistrationFault::kNone) return fault;
  return is_siren(siren) ? RegistrationFault::kNone : RegistrationFault::kChecksum;
}

RegistrationFault check_siret(std::string_view siret) {
  const RegistrationFault fault = check_shape(siret, 14);
  if (fault != RegistrationFault::kNone) return fault;
  const bool other_rule = siren_of(siret) == kLaPoste && siret != kLaPosteSeat;
  const bool fits = other_rule ? digit_sum(siret) % 5 == 0 : passes_luhn(siret);
  return fits && is_siren(siren_of(siret)) ? RegistrationFault::kNone : RegistrationFault::kChecksum;
}

std::string format_siret(std::string_view siret) {
  std::string out;
  for (const std::string_view group : {siret.substr(0, 3), siret.substr(3, 3), siret.substr(6, 3)})
    out.append(group).append(" ");
  return out.append(siret.substr(9));
}

}  // namespace tiers
