// The table of configuration keys. Internal to host/base/config*.cpp and its tests.
#pragma once

#include <optional>
#include <span>
#include <variant>

#include "host/base/config.hpp"

namespace opsflux {

enum class ConfigUnit : std::uint8_t { kNone, kBytes };
enum class ConfigFrom : std::uint8_t {
  kAnywhere,
  kOutsideFile,      // variable and flag: it decides which file is read
  kEnvironmentOnly,  // secrets, which must be seen neither in a file under version control nor in `ps`
};

// Where a value goes; its alternative decides the key's type.
using ConfigTarget =
    std::variant<std::string Config::*, std::filesystem::path Config::*, std::int64_t Config::*,
                 bool Config::*, std::chrono::milliseconds Config::*, std::monostate>;

struct ConfigKey {
  std::string_view group;     // heading in the documentation
  std::string_view name;      // "log.level": table and key in the file; "--log-level", "OPSFLUX_LOG_LEVEL"
  ConfigTarget target;        // monostate: "config" itself
  std::string_view fallback;  // the default, written as in a file; "" is "not set"
  std::int64_t low = 0;       // of integers, bytes and durations (milliseconds)
  std::int64_t high = 0;
  std::string_view choices{};                 // of texts: "a|b|c"; empty: free
  bool (*valid)(std::string_view) = nullptr;  // of free texts
  std::string_view wanted{};                  // what `valid` accepts, in words
  std::string_view description;               // complete sentences
  ConfigUnit unit = ConfigUnit::kNone;
  ConfigFrom from = ConfigFrom::kAnywhere;
  bool secret = false;

  std::string flag() const;      // "log-level"
  std::string variable() const;  // "OPSFLUX_LOG_LEVEL"
  std::string type() const;      // for people: "whole number", "duration", …
  std::string expected() const;  // "a whole number from 0 to 65535"
};

std::span<const ConfigKey> config_keys();
const ConfigKey* find_config_key(std::string_view name);

// Reads `text` as a value of `key` and stores it. False when it does not fit; see expected().
bool store_config_value(Config& config, const ConfigKey& key, std::string_view text);
// The value in use, as it would be written in a file without quotes.
std::string config_value_text(const Config& config, const ConfigKey& key);

// `text` fit for a message: secrets, and the password inside a database address, are hidden.
std::string shown_config_value(const ConfigKey& key, std::string_view text);

// The candidate that differs from `text` by the fewest letters, when it is near enough to be meant.
std::optional<std::string> nearest_word(std::string_view text, const std::vector<std::string>& candidates);

// A value in the file: its key, its text (numbers and booleans as written), and its place.
struct ConfigFileValue {
  std::string key;
  std::string text;
  std::string place;  // "file /etc/opsflux.toml, line 3"
  enum class Kind : std::uint8_t { kText, kNumber, kBoolean, kOther } kind = Kind::kText;
};
Result<std::vector<ConfigFileValue>> read_config_file(const std::filesystem::path& path);

}  // namespace opsflux
