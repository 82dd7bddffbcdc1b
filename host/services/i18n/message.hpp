// One translated text: placeholders and plurals.
//
//   "Le champ {field} est obligatoire."
//   "{count, plural, one{# fichier est illisible} other{# fichiers sont illisibles}}."
//
// A small subset of ICU's message format: {name}, and {name, plural, <category>{…}…} with the categories one,
// many and other (which must be there; it stands in for a missing one). "#" inside a plural is the number,
// grouped as the language writes it. There is no quoting: an apostrophe is an apostrophe.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "host/base/error.hpp"
#include "host/services/i18n/language.hpp"

namespace opsflux::i18n {

using Params = std::span<const std::pair<std::string, std::string>>;

// Refuses what render() could only print as it stands: an open brace without its end, an unknown kind, a
// plural without "other" (Invalid "i18n.malformed").
Result<void> check_message(std::string_view message);

// What a text that check_message accepts takes: of each placeholder the categories of its plural, none where
// it stands as it is.
using Variables = std::map<std::string, std::set<std::string>, std::less<>>;
Variables variables_of(std::string_view message);

// A placeholder without a parameter stays as written, so that the gap is seen.
std::string render(std::string_view message, Language language, Params params);

// "12345" as "12 345" (fr, narrow no-break space), "12,345" (en), "12.345" (es, pt).
std::string group_digits(std::int64_t number, Language language);

}  // namespace opsflux::i18n
