// The words of a text, alike for both databases: SQLite's tokenizer takes the text apart, and what it gives
// is compared byte by byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace opsflux::store {

inline constexpr std::size_t kMaxWordLength = 64;  // code points; of a longer word the first ones

// Without case and accents ("Élan" gives "elan"), in the order of the text. A word is a run of letters and
// digits; Chinese, Japanese and Korean characters and symbols such as emoji are words of their own. No word
// holds a blank, a quote or any other sign of ASCII. Any thread; any bytes.
std::vector<std::string> words_of(std::string_view text);

}  // namespace opsflux::store
