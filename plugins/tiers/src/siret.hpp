// SIREN and SIRET: the numbers of French companies and of their places, given by INSEE.
//
// A SIREN has nine digits, the last one a Luhn check. A SIRET is a SIREN and five more digits, again with a
// Luhn check over all fourteen. La Poste (SIREN 356000000) has more places than the Luhn check leaves room
// for: there, except at its seat, the sum of the fourteen digits is a multiple of five instead.
#pragma once

#include <string>
#include <string_view>

namespace tiers {

enum class RegistrationFault { kNone, kCharacters, kLength, kChecksum };

// Both take a number as normalise_number() gives it.
RegistrationFault check_siren(std::string_view siren);
RegistrationFault check_siret(std::string_view siret);

// The first nine digits of a SIRET.
inline std::string_view siren_of(std::string_view siret) { return siret.substr(0, 9); }

// "732 829 320 00074", as people read it.
std::string format_siret(std::string_view siret);

}  // namespace tiers
