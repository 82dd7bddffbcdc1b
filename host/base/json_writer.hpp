// Writes JSON text straight into a caller's buffer; no document in between. For answers on the hot path.
// The caller is responsible for well-formed nesting; commas are placed by the writer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace opsflux {

// Appends `text` as a JSON string literal with quotes. `text` must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() {
    value_prefix();
    out_ += '{';
    comma_ = false;
    return *this;
  }
  JsonWriter& end_object() {
    out_ += '}';
    comma_ = true;
    return *this;
  }
  JsonWriter& begin_array() {
    value_prefix();
    out_ += '[';
    comma_ = false;
    return *this;
  }
  JsonWriter& end_array() {
    out_ += ']';
    comma_ = true;
    return *this;
  }
  JsonWriter& key(std::string_view name) {
    value_prefix();
    append_json_string(out_, name);
    out_ += ':';
    comma_ = false;
    return *this;
  }
  // A key already in the form `"name":`, escaped once when a plan was compiled.
  JsonWriter& raw_key(std::string_view quoted_with_colon) {
    value_prefix();
    out_ += quoted_with_colon;
    comma_ = false;
    return *this;
  }

  JsonWriter& string(std::string_view text) {
    value_prefix();
    append_json_string(out_, text);
    comma_ = true;
    return *this;
  }
  JsonWriter& number(std::int64_t value);
  JsonWriter& number(double value);  // not finite: null
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  // Text that is JSON already (a number's digits, a stored JSON column).
  JsonWriter& raw(std::string_view json) {
    value_prefix();
    out_ += json;
    comma_ = true;
    return *this;
  }

 private:
  void value_prefix() {
    if (comma_) out_ += ',';
    comma_ = false;
  }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace opsflux
