// Structured log: an event name and fields, not prose.
//
//   log::info("module.activated", {{"module", id}, {"took_ms", ms}});
//
// One line an event: JSON for machines or key=value for people. Safe from any thread. A field's value
// is copied before the call returns. Secrets are never passed here.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "host/base/error.hpp"

namespace opsflux::log {

enum class Level : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError, kOff };
enum class Format : std::uint8_t { kText, kJson };

class Field {
 public:
  Field(std::string_view key, std::string_view value) : key(key), value(value) {}
  Field(std::string_view key, const char* value) : key(key), value(std::string_view(value)) {}
  Field(std::string_view key, const std::string& value) : key(key), value(std::string_view(value)) {}
  Field(std::string_view key, bool value) : key(key), value(value) {}
  Field(std::string_view key, double value) : key(key), value(value) {}
  template <class Int, std::enable_if_t<std::is_integral_v<Int> && !std::is_same_v<Int, bool>, int> = 0>
  Field(std::string_view key, Int value) : key(key), value(static_cast<std::int64_t>(value)) {}

  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};
using Fields = std::initializer_list<Field>;

struct Options {
  Level level = Level::kInfo;
  Format format = Format::kText;
  std::string file;  // empty: standard error
};
Result<void> configure(const Options& options);
bool enabled(Level level);
void write(Level level, std::string_view event, Fields fields);
void flush();

inline void debug(std::string_view event, Fields fields = {}) {
  if (enabled(Level::kDebug)) write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) { write(Level::kInfo, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::kWarn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) { write(Level::kError, event, fields); }
void error(std::string_view event, const Error& error);
void warn(std::string_view event, const Error& error);

}  // namespace opsflux::log
