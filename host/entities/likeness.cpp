#include "host/entities/likeness.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "host/base/fold.hpp"
#include "host/entities/expression/code_points.hpp"

namespace opsflux::entities {
namespace {

// Longer texts are compared by their beginning: the effort is quadratic.
constexpr std::size_t kMaxCompared = 200;

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size() && out.size() < kMaxCompared; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) out += expression::code_point_at(text, i);
  return out;
}

double jaro(const std::u32string& a, const std::u32string& b) {
  if (a.empty() || b.empty()) return 0;
  const std::size_t longest = std::max(a.size(), b.size());
  const std::size_t window = longest / 2 == 0 ? 0 : longest / 2 - 1;
  std::vector<bool> taken(b.size());
  std::u32string common_a, common_b;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t first = i > window ? i - window : 0, last = std::min(i + window + 1, b.size());
    for (std::size_t j = first; j < last; ++j)
      if (!taken[j] && a[i] == b[j]) {
        taken[j] = true;
        common_a += a[i];
        break;
      }
  }
  if (common_a.empty()) return 0;
  for (std::size_t j = 0; j < b.size(); ++j)
    if (taken[j]) common_b += b[j];
  std::size_t moved = 0;
  for (std::size_t i = 0; i < common_a.size(); ++i) moved += common_a[i] != common_b[i] ? 1 : 0;
  const auto common = static_cast<double>(common_a.size());
  return (common / static_cast<double>(a.size()) + common / static_cast<double>(b.size()) +
          (common - static_cast<double>(moved) / 2) / common) /
         3;
}

double jaro_winkler_of(std::string_view left, std::string_view right) {
  const std::u32string a = code_points(left), b = code_points(right);
  const double plain = jaro(a, b);
  std::size_t same = 0;
  while (same < 4 && same < a.size() && same < b.size() && a[same] == b[same]) ++same;
  return plain + static_cast<double>(same) * 0.1 * (1 - plain);
}

std::string in_order(std::string_view text) {
  auto parts = words(text);
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string_view part : parts) (out += out.empty() ? "" : " ") += part;
  return out;
}

std::set<std::u32string> trigrams(std::string_view text) {
  std::set<std::u32string> out;
  for (const std::string_view word : words(text)) {
    const std::u32string padded = U"  " + code_points(word) + U" ";
    for (std::size_t i = 0; i + 3 <= padded.size(); ++i) out.insert(padded.substr(i, 3));
  }
  return out;
}

}  // namespace

double jaro_winkler(std::string_view a, std::string_view b) {
  if (a == b) return a.empty() ? 0 : 1;
  return std::max(jaro_winkler_of(a, b), jaro_winkler_of(in_order(a), in_order(b)));
}

double trigram_likeness(std::string_view a, std::string_view b) {
  const auto left = trigrams(a), right = trigrams(b);
  if (left.empty() || right.empty()) return 0;
  const auto common = static_cast<double>(
      std::count_if(left.begin(), left.end(), [&](const auto& one) { return right.contains(one); }));
  return 2 * common / static_cast<double>(left.size() + right.size());
}

}  // namespace opsflux::entities
