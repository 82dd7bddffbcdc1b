#include "host/base/fold.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <utility>

#include "host/base/text.hpp"

namespace opsflux {
namespace {

bool is_of_word(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_SO:  // signs such as emoji, which may be all that a text is made of
      return true;
    default:
      return false;
  }
}

bool stands_alone(utf8proc_int32_t point) {
  struct Range {
    utf8proc_int32_t first, last;
  };
  // Hiragana to bopomofo; Han and its extensions.
  static constexpr Range kRanges[] = {
      {0x3040, 0x312f}, {0x3400, 0x9fff}, {0xf900, 0xfaff}, {0x20000, 0x3ffff}};
  return utf8proc_category(point) == UTF8PROC_CATEGORY_SO ||
         std::any_of(std::begin(kRanges), std::end(kRanges),
                     [&](const Range& range) { return point >= range.first && point <= range.last; });
}

// `text` is folded, and so valid UTF-8; calls `take` with the number and the bytes of each code point.
template <typename Take>
void each_point(std::string_view text, Take&& take) {
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                         static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    if (length <= 0) return;
    take(point, text.substr(at, static_cast<std::size_t>(length)));
    at += static_cast<std::size_t>(length);
  }
}

}  // namespace

std::string fold(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(
      UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  std::string out;
  if (size <= 0) return out;
  bool gap = false;
  each_point({reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)},
             [&](utf8proc_int32_t point, std::string_view bytes) {
               if (!is_of_word(point)) {
                 gap = true;
                 return;
               }
               if (gap && !out.empty()) out += ' ';
               gap = false;
               out += bytes;
             });
  return out;
}

std::vector<std::string_view> words(std::string_view folded) {
  return folded.empty() ? std::vector<std::string_view>() : split(folded, ' ');
}

std::vector<std::string> terms(std::string_view text) {
  std::vector<std::string> out;
  const std::string folded = fold(text);
  for (const std::string_view word : words(folded)) {
    std::string term;
    std::size_t length = 0;
    const auto end = [&] {
      if (!term.empty()) out.push_back(std::exchange(term, {}));
      length = 0;
    };
    each_point(word, [&](utf8proc_int32_t point, std::string_view bytes) {
      if (stands_alone(point)) {
        end();
        out.emplace_back(bytes);
      } else if (length++ < kMaxTermLength) {
        term += bytes;
      }
    });
    end();
  }
  return out;
}

}  // namespace opsflux
