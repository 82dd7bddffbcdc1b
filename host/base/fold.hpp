// Text as people mean it, whatever way it is written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace opsflux {

// Words of letters and digits, in lower case, without accents, one space between them: "  Société  d'Énergie"
// is "societe d energie". Compatibility forms become plain ones (Unicode NFKD, marks taken out, case folded).
// What is not UTF-8 gives an empty text.
std::string fold(std::string_view text);

// The words of a folded text.
std::vector<std::string_view> words(std::string_view folded);

inline constexpr std::size_t kMaxTermLength = 64;  // code points; of a longer word the first ones

// What a full-text search looks for: the words of the folded text, in its order. Chinese and Japanese
// characters and signs such as emoji, which no blanks part, are terms of their own. No term holds a blank, a
// quote or any other sign of ASCII. What is not UTF-8 gives none.
std::vector<std::string> terms(std::string_view text);

}  // namespace opsflux
