// The numbers of a company record put into their one form and checked. What is wrong is thrown as a
// FieldError that names the field; its reasons have their sentences in i18n/ under "error.<reason>".
#pragma once

#include <string>

#include "opsflux/entities.hpp"

namespace tiers {

// Each leaves the record alone when the change does not touch what it checks, so that a record which was
// taken over with a wrong number can still be edited elsewhere.
void check_registration(opsflux::Record& company);  // siret, siren
void check_vat_number(opsflux::Record& company);    // vat_number, after check_registration
void check_bank(opsflux::Record& company);          // iban, bic

// Throws as check_registration does; for a number as it was typed. Gives the number in its one form.
std::string require_siret(std::string_view typed);

}  // namespace tiers
