// The check of each country's number, without its prefix, after its form was found right.
#pragma once

#include <string_view>

namespace tiers::vat {

bool austria(std::string_view n);         // U + 8
bool belgium(std::string_view n);         // 10
bool switzerland(std::string_view n);     // E + 9 + MWST, TVA or IVA
bool germany(std::string_view n);         // 9
bool denmark(std::string_view n);         // 8
bool estonia(std::string_view n);         // 9
bool greece(std::string_view n);          // 9
bool spain(std::string_view n);           // 9, letters first and last
bool finland(std::string_view n);         // 8
bool france(std::string_view n);          // key of 2 + SIREN
bool united_kingdom(std::string_view n);  // 9 or 12
bool croatia(std::string_view n);         // 11
bool hungary(std::string_view n);         // 8
bool ireland(std::string_view n);         // 7 + 1 or 2 letters
bool italy(std::string_view n);           // 11
bool luxembourg(std::string_view n);      // 8
bool malta(std::string_view n);           // 8
bool netherlands(std::string_view n);     // 9 + B + 2
bool poland(std::string_view n);          // 10
bool portugal(std::string_view n);        // 9
bool romania(std::string_view n);         // 2 to 10
bool sweden(std::string_view n);          // 12
bool slovenia(std::string_view n);        // 8
bool slovakia(std::string_view n);        // 10
bool unchecked(std::string_view n);       // the form is all there is

}  // namespace tiers::vat
