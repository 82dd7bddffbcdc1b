#include "host/entities/expression/problem.hpp"

#include "host/base/text.hpp"

namespace opsflux::expression {
namespace {

// How many letters must be changed, added, left out or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), d[i - 1][j] + 1, d[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

Error Source::problem(ErrorKind kind, std::string_view code, std::size_t offset, std::string_view message,
                      std::string_view hint) const {
  const std::string_view before = text_.substr(0, std::min(offset, text_.size()));
  const auto line = std::to_string(1 + std::count(before.begin(), before.end(), '\n'));
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto column = std::to_string(1 + utf8_length(before.substr(line_start)));
  std::string sentence(message);
  sentence += text_.find('\n') == std::string_view::npos ? " at column " + column
                                                         : " at line " + line + ", column " + column;
  sentence += '.';
  if (!hint.empty()) sentence.append(" ").append(hint);
  return Error::make(kind, code, sentence)
      .at(where_)
      .with("line", line)
      .with("column", column)
      .with("message", sentence);
}

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 64;
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    if (name.size() > kLongest || candidate.size() > kLongest) continue;
    const auto d = distance(to_lower_ascii(name), to_lower_ascii(candidate));
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

std::string listing(const std::vector<std::string>& names, bool quoted) {
  constexpr std::size_t kShown = 25;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    if (i > 0) out += ", ";
    out += quoted ? "\"" + names[i] + "\"" : names[i];
  }
  if (names.size() > kShown) out += " and " + std::to_string(names.size() - kShown) + " more";
  return out;
}

}  // namespace opsflux::expression
