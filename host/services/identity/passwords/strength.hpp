// How hard a password is to guess, as libzxcvbn estimates it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace opsflux::identity {

struct Strength {
  int score = 0;  // 0 to 4: fewer than 10^3, 10^6, 10^8, 10^10 guesses, or more
  double bits = 0;
  // What makes it weak, most telling first: "common", "own", "repeat", "sequence", "keyboard", "date",
  // "short". None for a score of 3 and more.
  std::vector<std::string> hints = {};
};

// `own_words`: what somebody who knows the person would try first; small letters. Only the first hundred
// bytes of the password are judged, so that the time is bounded. Any thread; microseconds to a few ms.
Strength strength_of(std::string_view password, std::span<const std::string> own_words);

// The words of a name and an e-mail address, from three bytes on, small letters.
std::vector<std::string> own_words_of(std::string_view name, std::string_view email);

}  // namespace opsflux::identity
