#include "numbers.hpp"

#include "digits.hpp"
#include "iban.hpp"
#include "siret.hpp"
#include "vat.hpp"

namespace tiers {
namespace {

using opsflux::FieldError;
using opsflux::Record;

// The field in its one form, written back when that differs; empty when it has no value.
std::string take(Record& record, std::string_view field) {
  const auto typed = record.find<std::string>(field);
  if (!typed) return {};
  std::string number = normalise_number(*typed);
  if (number.empty()) {
    record.clear(field);
  } else if (number != *typed) {
    record.set(field, number);
  }
  return number;
}

// The three faults that a SIREN and a SIRET share; `field` is "siren" or "siret", `name` how people write it.
void refuse(RegistrationFault fault, const std::string& field, const std::string& name,
            const std::string& number, std::size_t length) {
  switch (fault) {
    case RegistrationFault::kNone:
      return;
    case RegistrationFault::kCharacters:
      throw FieldError(
          field, field + "_characters", {{field, number}},
          "The " + name + " " + number + " contains something other than digits. Write only its digits.");
    case RegistrationFault::kLength:
      throw FieldError(field, field + "_length", {{field, number}, {"digits", std::to_string(number.size())}},
                       "The " + name + " " + number + " has " + std::to_string(number.size()) +
                           " digits instead of " + std::to_string(length) +
                           ". Complete it or leave the field empty.");
    case RegistrationFault::kChecksum:
      throw FieldError(field, field + "_checksum", {{field, number}},
                       "The " + name + " " + number +
                           " does not exist: its check digit does not fit. Compare it "
                           "with the company's papers.");
  }
}

void require_siren(const std::string& siren) { refuse(check_siren(siren), "siren", "SIREN", siren, 9); }

}  // namespace

std::string require_siret(std::string_view typed) {
  const std::string siret = normalise_number(typed);
  refuse(check_siret(siret), "siret", "SIRET", siret, 14);
  return siret;
}

void check_registration(Record& company) {
  const bool siret_changed = company.is_changed("siret");
  const bool siren_changed = company.is_changed("siren");
  if (!siret_changed && !siren_changed) return;

  const std::string siret = take(company, "siret");
  const std::string siren = take(company, "siren");
  if (siret_changed && !siret.empty()) require_siret(siret);
  if (siren_changed && !siren.empty()) require_siren(siren);
  if (siret.empty()) return;

  // A new SIRET brings its SIREN along, unless somebody wrote another one.
  const std::string expected(siren_of(siret));
  if (siren.empty() || (siret_changed && !siren_changed)) {
    company.set("siren", expected);
  } else if (siren != expected) {
    throw FieldError("siren", "siren_not_of_siret",
                     {{"siren", siren}, {"siret", siret}, {"expected", expected}},
                     "The SIREN " + siren + " does not belong to the SIRET " + siret +
                         ", which begins with " + expected + ".");
  }
}

void check_vat_number(Record& company) {
  if (!company.is_changed("vat_number") && !company.is_changed("siren")) return;
  const std::string number = take(company, "vat_number");
  if (number.empty()) return;
  const std::string prefix = number.substr(0, 2);
  switch (check_vat(number)) {
    case VatFault::kNone:
      break;
    case VatFault::kCountry:
      throw FieldError("vat_number", "vat_country", {{"vat_number", number}, {"prefix", prefix}},
                       "The VAT number " + number +
                           " does not begin with the prefix of a European country. Put other "
                           "tax numbers in the field for the tax id.");
    case VatFault::kFormat: {
      const std::string example(vat_example(prefix));
      throw FieldError("vat_number", "vat_format", {{"vat_number", number}, {"example", example}},
                       "The VAT number " + number + " does not have the form of its country, for instance " +
                           example + ".");
    }
    case VatFault::kChecksum:
      throw FieldError("vat_number", "vat_checksum", {{"vat_number", number}},
                       "The VAT number " + number + " does not exist: its check digits do not fit.");
  }
  const std::string siren = company.find<std::string>("siren").value_or("");
  const std::string_view inside = siren_of_vat(number);
  if (!siren.empty() && !inside.empty() && inside != siren)
    throw FieldError("vat_number", "vat_not_of_siren",
                     {{"vat_number", number}, {"siren", siren}, {"expected", french_vat(siren)}},
                     "The VAT number " + number + " does not belong to the SIREN " + siren +
                         ", whose number is " + french_vat(siren) + ".");
}

void check_bank(Record& company) {
  if (company.is_changed("bic")) {
    const std::string bic = take(company, "bic");
    if (!bic.empty() && !is_bic(bic))
      throw FieldError(
          "bic", "bic_format", {{"bic", bic}},
          "The BIC " + bic + " does not have the form of one: 8 or 11 characters, for instance BNPAFRPP.");
  }
  if (!company.is_changed("iban")) return;
  const std::string iban = take(company, "iban");
  if (iban.empty()) return;
  const std::string country = iban.substr(0, 2);
  switch (check_iban(iban)) {
    case IbanFault::kNone:
      return;
    case IbanFault::kCharacters:
      throw FieldError("iban", "iban_characters", {{"iban", iban}},
                       "The IBAN " + iban + " contains something other than letters and digits.");
    case IbanFault::kCountry:
      throw FieldError(
          "iban", "iban_country", {{"iban", iban}, {"country", country}},
          "The IBAN " + iban + " begins with " + country + ", which is no country that has IBANs.");
    case IbanFault::kLength: {
      const std::string length = std::to_string(iban_length(country));
      throw FieldError("iban", "iban_length",
                       {{"iban", iban},
                        {"country", country},
                        {"length", std::to_string(iban.size())},
                        {"expected", length}},
                       "The IBAN " + iban + " has " + std::to_string(iban.size()) + " characters; one of " +
                           country + " has " + length + ".");
    }
    case IbanFault::kChecksum:
      throw FieldError("iban", "iban_checksum", {{"iban", iban}},
                       "The IBAN " + iban + " does not exist: its check digits do not fit.");
  }
}

}  // namespace tiers
