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

}  // namespace opsflux
