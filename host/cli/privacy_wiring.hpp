// What joins the privacy service to the tables of the others.
#pragma once

#include <vector>

#include "host/services/privacy/privacy.hpp"

namespace opsflux::cli {

// The tables with rows about a person that are no entity's, or are an account's: what a copy has of them and
// whether they go with the person. Secrets and their digests are in no copy.
std::vector<privacy::PersonTable> person_tables();

}  // namespace opsflux::cli
