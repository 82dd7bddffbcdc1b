#include "host/base/fold.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

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

}  // namespace

std::string fold(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(
      UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  std::string out;
  bool gap = false;
  for (utf8proc_ssize_t at = 0; at < size;) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(mapped + at, size - at, &point);
    if (length <= 0) break;
    if (is_of_word(point)) {
      if (gap && !out.empty()) out += ' ';
      gap = false;
      out.append(reinterpret_cast<const char*>(mapped + at), static_cast<std::size_t>(length));
    } else {
      gap = true;
    }
    at += length;
  }
  return out;
}

std::vector<std::string_view> words(std::string_view folded) {
  return folded.empty() ? std::vector<std::string_view>() : split(folded, ' ');
}

}  // namespace opsflux
