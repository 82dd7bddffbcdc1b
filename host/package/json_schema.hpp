// Checks a JSON document against a published schema, with errors for people.
//
// The schema files in sdk/schemas are the one source: module authors' editors read them, and this checker
// does. It knows the part of JSON Schema 2020-12 that they use: $ref to #/$defs, type, properties,
// required, additionalProperties (false or a schema), propertyNames, items, enum, const, pattern, minimum,
// maximum, minLength, maxLength, minItems, maxItems, uniqueItems, oneOf (told apart by required keys), and
// our own "x-uniqueBy": "<key>" (no two items with the same value there) and "x-expected": a phrase that says
// what would be right. A schema that uses another keyword is refused, so that nothing is left unchecked.
// Patterns are POSIX extended and ECMA regular expressions at once; a text with NUL matches none.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/json.hpp"

namespace opsflux::package {

// Immutable; safe from any thread.
class JsonSchema {
 public:
  static Result<JsonSchema> create(std::string_view text);
  // All errors found (at most 50), in document order; `field` is "<file>#<JSON pointer>". Codes
  // "schema.unknown_key" (with the key that was probably meant), "schema.missing_key", "schema.wrong_type",
  // "schema.wrong_value", "schema.duplicate".
  std::vector<Error> check(const Json& document, std::string_view file) const;

 private:
  struct Compiled;
  explicit JsonSchema(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

// The published schemas, compiled into the program from sdk/schemas.
const JsonSchema& manifest_schema();
const JsonSchema& entity_schema();
std::string_view manifest_schema_text();
std::string_view entity_schema_text();

// The candidate that `word` was probably meant to be; empty when none is close.
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace opsflux::package
