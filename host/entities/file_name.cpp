#include "host/entities/file_name.hpp"

#include "host/base/text.hpp"
#include "host/entities/expression/code_points.hpp"

namespace opsflux::entities {
namespace {

constexpr std::size_t kMaxEnding = 16;

bool is_unseen(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x180e || c == 0x200b ||
         c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
         c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

// The first `count` code points.
std::string_view first_of(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (end < text.size() && count > 0) {
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    --count;
  }
  return text.substr(0, end);
}

}  // namespace

std::string file_ending(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot - 1 > kMaxEnding) return {};
  return to_lower_ascii(name.substr(dot + 1));
}

std::string clean_file_name(std::string_view name) {
  if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  std::string out;
  for (std::size_t i = 0; i < name.size();) {
    const std::uint32_t point = expression::code_point_at(name, i);
    if (!is_unseen(point)) expression::append_code_point(out, point);
    i += first_of(name.substr(i), 1).size();
  }
  out = std::string(trim(out));
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
  if (utf8_length(out) <= kMaxFileName) return out;
  const std::string ending = file_ending(out).empty() ? "" : out.substr(out.rfind('.'));
  return std::string(first_of(out, kMaxFileName - utf8_length(ending))) + ending;
}

}  // namespace opsflux::entities
