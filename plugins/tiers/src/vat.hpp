// Value added tax numbers of the European Union, of Northern Ireland (XI), the United Kingdom and
// Switzerland: the form for every country, and the check digits where the country has published or used them.
// Whether a number was really given to somebody, only the European Commission's service (VIES) can tell.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tiers {

enum class VatFault { kNone, kCountry, kFormat, kChecksum };

// For a number as normalise_number() gives it, with its country's prefix ("EL" or "GR" for Greece).
VatFault check_vat(std::string_view number);

// How a number of this country looks, for a message: "FR 12 345678901". Empty when the country is unknown.
std::string_view vat_example(std::string_view prefix);

// The French number of a SIREN: "FR" + key + SIREN, with key = (12 + 3 * (SIREN mod 97)) mod 97.
std::string french_vat(std::string_view siren);

// The SIREN inside a French number; empty for other countries.
std::string_view siren_of_vat(std::string_view number);

}  // namespace tiers
