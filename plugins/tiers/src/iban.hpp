// International bank account numbers (ISO 13616): country, two check digits, and the account as its country
// writes it.
#pragma once

#include <string_view>

namespace tiers {

enum class IbanFault { kNone, kCharacters, kCountry, kLength, kChecksum };

// For a number as normalise_number() gives it.
IbanFault check_iban(std::string_view iban);

// How long an IBAN of this country is; 0 when it has none.
std::size_t iban_length(std::string_view country);

// Business identifier code (ISO 9362): 8 or 11 characters, bank, country, place, and maybe a branch.
bool is_bic(std::string_view bic);

}  // namespace tiers
