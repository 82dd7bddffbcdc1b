// What happens before contacts and affiliations are written.
#pragma once

#include "opsflux/module.hpp"

namespace tiers {

// "Clarisse Moussavou": first and last name with the spaces put right.
std::string full_name(std::string_view first_name, std::string_view last_name);

void check_contact(opsflux::Context& ctx, opsflux::Record& contact);
void check_affiliation(opsflux::Context& ctx, opsflux::Record& affiliation);

}  // namespace tiers
