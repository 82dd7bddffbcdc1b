// Reading JSON from outside: strict, bounded, and with errors that say where.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "host/base/error.hpp"

namespace opsflux {

using Json = nlohmann::json;
// Keeps the order of keys; for files that people wrote and the UI shows in that order.
using OrderedJson = nlohmann::ordered_json;

struct JsonLimits {
  int max_depth = 64;               // arrays and objects inside one another
  std::size_t max_bytes = 8 << 20;  // of the text
};

// Parses one JSON value. Refuses (kMalformed) what is not UTF-8, a name twice in an object, nesting
// beyond the limit, numbers that fit neither 64-bit integers nor doubles, trailing text; the message
// gives line and column.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

// The text of `value` without white space; invalid UTF-8 cannot occur in values from parse_json.
std::string to_text(const Json& value);

// Typed access for definition files; errors name the JSON pointer `where`/key.
Result<std::string> get_string(const Json& object, std::string_view key, std::string_view where);
std::string get_string_or(const Json& object, std::string_view key, std::string_view fallback);
bool get_bool_or(const Json& object, std::string_view key, bool fallback);
std::int64_t get_int_or(const Json& object, std::string_view key, std::int64_t fallback);

}  // namespace opsflux
