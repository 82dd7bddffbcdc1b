#include "contact.hpp"

namespace tiers {
namespace {

using opsflux::Context;
using opsflux::Date;
using opsflux::FieldError;
using opsflux::Record;

std::string single_spaced(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ') {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

std::string full_name(std::string_view first_name, std::string_view last_name) {
  return single_spaced(std::string(first_name) + " " + std::string(last_name));
}

void check_contact(Context& ctx, Record& contact) {
  const std::string name = full_name(contact.find<std::string>("first_name").value_or(""),
                                     contact.find<std::string>("last_name").value_or(""));
  if (name != contact.find<std::string>("full_name")) contact.set("full_name", name);
  if (!contact.is_changed("birthday")) return;
  const auto birthday = contact.find<Date>("birthday");
  if (birthday && *birthday > ctx.today())
    throw FieldError("birthday", "birthday_in_future", "The birthday lies in the future.");
}

void check_affiliation(Context& ctx, Record& affiliation) {
  const auto since = affiliation.find<Date>("since");
  const auto until = affiliation.find<Date>("until");
  if (since && until && *until < *since)
    throw FieldError("until", "period_reversed", "The affiliation ends before it begins.");

  if (!affiliation.is_changed("company") && !affiliation.is_changed("contact")) return;
  const auto contact = ctx.entities().find("contact", affiliation.find<std::string>("contact").value_or(""));
  if (contact && contact->find<std::string>("company") == affiliation.find<std::string>("company"))
    throw FieldError("company", "main_company",
                     "The contact belongs to this company already. An affiliation names a further company.");
}

}  // namespace tiers
