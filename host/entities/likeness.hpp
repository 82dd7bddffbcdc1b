// How much two texts are alike, from 0 to 1. Both folded (host/base/fold.hpp).
#pragma once

#include <string_view>

namespace opsflux::entities {

// Jaro's measure with Winkler's reward for a common beginning (W. E. Winkler, "String Comparator Metrics and
// Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage", 1990; four characters, weight 0.1).
// The better of the texts as they stand and with their words in order.
double jaro_winkler(std::string_view a, std::string_view b);

// The part of their trigrams that two texts have in common, by Dice: twice the common ones by all of both.
// Each word begins with two spaces and ends with one.
double trigram_likeness(std::string_view a, std::string_view b);

}  // namespace opsflux::entities
