#include "host/package/schema_words.hpp"

#include "host/base/text.hpp"
#include "host/package/json_schema.hpp"

namespace opsflux::package {
namespace {

// Edits (insert, delete, replace, swap neighbours) that turn one word into the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > 60) return {};
  const std::string lower = to_lower_ascii(word);
  std::string best;
  std::size_t least = std::min<std::size_t>(2, lower.size() / 3) + 1;
  for (const std::string& candidate : candidates)
    if (const std::size_t d = distance(lower, to_lower_ascii(candidate)); d < least)
      least = d, best = candidate;
  return best;
}

std::string show_text(std::string_view text) {
  std::string out;
  std::size_t shown = 0;
  for (const char c : text) {
    const bool begins_character = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (begins_character && ++shown > 60) return out + "...";
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  return out;
}

std::string show_value(const Json& value) {
  if (value.is_string()) return "\"" + show_text(value.get_ref<const std::string&>()) + "\"";
  if (value.is_object()) return value.empty() ? "an empty object" : "an object";
  if (value.is_array()) return value.empty() ? "an empty list" : "a list";
  return show_text(to_text(value));
}

std::string name_types(const std::vector<std::string>& types) {
  static const std::map<std::string, std::string, std::less<>> kNames = {
      {"string", "a text"},         {"integer", "a whole number"}, {"number", "a number"},
      {"boolean", "true or false"}, {"array", "a list"},           {"object", "an object"}};
  std::vector<std::string> names;
  for (const std::string& type : types) names.push_back(kNames.at(type));
  return join(names, " or ");
}

}  // namespace opsflux::package
