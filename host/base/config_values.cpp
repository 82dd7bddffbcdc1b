// Values of configuration keys: read from text, checked, written.
#include "host/base/config_table.hpp"
#include "host/base/text.hpp"

namespace opsflux {
namespace {

constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;
constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

// "64MiB" -> number and unit, with at most one space between them.
std::optional<std::pair<std::int64_t, std::string_view>> number_and_unit(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  if (end == 0 || text.empty()) return std::nullopt;
  const std::optional<std::int64_t> number = parse_int(text.substr(0, end));
  if (!number) return std::nullopt;
  std::string_view unit = end == std::string_view::npos ? std::string_view() : text.substr(end);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  return std::pair(*number, unit);
}

std::optional<std::int64_t> times(std::int64_t number, std::int64_t factor) {
  std::int64_t out = 0;
  if (__builtin_mul_overflow(number, factor, &out)) return std::nullopt;
  return out;
}

constexpr std::pair<std::string_view, std::int64_t> kByteUnits[] = {
    {"GiB", kGiB}, {"MiB", kMiB}, {"KiB", kKiB}, {"B", 1}};
constexpr std::pair<std::string_view, std::int64_t> kTimeUnits[] = {
    {"d", kDay}, {"h", kHour}, {"m", kMinute}, {"s", kSecond}, {"ms", 1}};

template <std::size_t N>
std::string format_with(const std::pair<std::string_view, std::int64_t> (&units)[N], std::int64_t value) {
  for (const auto& [unit, factor] : units)
    if (value != 0 && value % factor == 0) return std::to_string(value / factor) + std::string(unit);
  return "0" + std::string(units[N - 1].first);
}

bool in_range(const ConfigKey& key, std::int64_t value) { return value >= key.low && value <= key.high; }

bool text_fits(const ConfigKey& key, std::string_view text) {
  if (!is_utf8(text) || has_nul(text)) return false;
  if (!key.choices.empty()) {
    for (const std::string_view choice : split(key.choices, '|'))
      if (choice == text) return true;
    return false;
  }
  return key.valid == nullptr || text.empty() || key.valid(text);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

const ConfigKey* find_config_key(std::string_view name) {
  for (const ConfigKey& key : config_keys())
    if (key.name == name) return &key;
  return nullptr;
}

std::string ConfigKey::flag() const {
  std::string out(name);
  for (char& c : out)
    if (c == '.' || c == '_') c = '-';
  return out;
}

std::string ConfigKey::variable() const {
  std::string out = "OPSFLUX_";
  for (const char c : name)
    out += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string ConfigKey::type() const {
  if (!choices.empty()) return "choice";
  if (unit == ConfigUnit::kBytes) return "size";
  return std::visit(Overloaded{[](std::string Config::*) { return "text"; },
                               [](std::filesystem::path Config::*) { return "path"; },
                               [](std::int64_t Config::*) { return "whole number"; },
                               [](bool Config::*) { return "true or false"; },
                               [](std::chrono::milliseconds Config::*) { return "duration"; },
                               [](std::monostate) { return "path"; }},
                    target);
}

std::string ConfigKey::expected() const {
  if (!choices.empty()) {
    std::string out = "one of ";
    const auto words = split(choices, '|');
    for (std::size_t i = 0; i < words.size(); ++i)
      out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
    return out;
  }
  if (valid != nullptr) return std::string(wanted);
  if (unit == ConfigUnit::kBytes)
    return "a size from " + format_byte_count(low) + " to " + format_byte_count(high) +
           ", with KiB, MiB or GiB";
  return std::visit(
      Overloaded{[](std::string Config::*) { return std::string("a text"); },
                 [](std::filesystem::path Config::*) { return std::string("a path"); },
                 [&](std::int64_t Config::*) {
                   return "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
                 },
                 [](bool Config::*) { return std::string("true or false"); },
                 [&](std::chrono::milliseconds Config::*) {
                   return "a duration from " + format_duration(std::chrono::milliseconds(low)) + " to " +
                          format_duration(std::chrono::milliseconds(high)) + ", with ms, s, m, h or d";
                 },
                 [](std::monostate) { return std::string("a path"); }},
      target);
}

bool store_config_value(Config& config, const ConfigKey& key, std::string_view text) {
  if (!text_fits(key, text)) return false;
  return std::visit(Overloaded{[&](std::string Config::*member) {
                                 config.*member = text;
                                 return true;
                               },
                               [&](std::filesystem::path Config::*member) {
                                 config.*member = text;
                                 return true;
                               },
                               [&](std::int64_t Config::*member) {
                                 const auto value = key.unit == ConfigUnit::kBytes ? parse_byte_count(text)
                                                                                   : parse_int(text);
                                 if (!value || !in_range(key, *value)) return false;
                                 config.*member = *value;
                                 return true;
                               },
                               [&](bool Config::*member) {
                                 const bool yes = text == "true" || text == "1",
                                            no = text == "false" || text == "0";
                                 config.*member = yes;
                                 return yes || no;
                               },
                               [&](std::chrono::milliseconds Config::*member) {
                                 const auto value = parse_duration(text);
                                 if (!value || !in_range(key, value->count())) return false;
                                 config.*member = *value;
                                 return true;
                               },
                               [](std::monostate) { return true; }},
                    key.target);
}

std::string shown_config_value(const ConfigKey& key, std::string_view text) {
  if (key.secret) return text.empty() ? "" : "(hidden)";
  const auto scheme = text.find("://");
  const auto at = text.rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme)
    return std::string(text);
  const auto colon = text.find(':', scheme + 3);
  if (colon > at) return std::string(text);
  return std::string(text.substr(0, colon + 1)) + "(hidden)" + std::string(text.substr(at));
}

std::string config_value_text(const Config& config, const ConfigKey& key) {
  return std::visit(
      Overloaded{[&](std::string Config::*member) { return config.*member; },
                 [&](std::filesystem::path Config::*member) { return (config.*member).string(); },
                 [&](std::int64_t Config::*member) {
                   return key.unit == ConfigUnit::kBytes ? format_byte_count(config.*member)
                                                         : std::to_string(config.*member);
                 },
                 [&](bool Config::*member) { return std::string(config.*member ? "true" : "false"); },
                 [&](std::chrono::milliseconds Config::*member) { return format_duration(config.*member); },
                 [](std::monostate) { return std::string(); }},
      key.target);
}

std::optional<std::int64_t> parse_byte_count(std::string_view text) {
  const auto parts = number_and_unit(text);
  if (!parts) return std::nullopt;
  if (parts->second.empty()) return parts->first;
  for (const auto& [unit, factor] : kByteUnits)
    if (parts->second == unit) return times(parts->first, factor);
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto parts = number_and_unit(text);
  if (!parts) return std::nullopt;
  for (const auto& [unit, factor] : kTimeUnits)
    if (parts->second == unit)
      if (const auto ms = times(parts->first, factor)) return std::chrono::milliseconds(*ms);
  return std::nullopt;
}

std::string format_byte_count(std::int64_t bytes) { return format_with(kByteUnits, bytes); }
std::string format_duration(std::chrono::milliseconds duration) {
  return format_with(kTimeUnits, duration.count());
}

std::optional<std::string> nearest_word(std::string_view text, const std::vector<std::string>& candidates) {
  std::size_t best = std::max<std::size_t>(2, text.size() / 3) + 1;
  std::optional<std::string> found;
  for (const std::string& candidate : candidates)
    if (const std::size_t distance = edit_distance(text, candidate); distance < best) {
      best = distance;
      found = candidate;
    }
  return found;
}

}  // namespace opsflux
