#include "host/base/json.hpp"

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux {
namespace {

// A SAX handler that builds the document and enforces what nlohmann's parser does not: depth and
// unique names. The document builder of the library is reused for the values themselves.
class StrictBuilder : public nlohmann::json_sax<Json> {
 public:
  StrictBuilder(Json& root, const JsonLimits& limits) : dom_(root, false), limits_(limits) {}

  bool null() override { return dom_.null(); }
  bool boolean(bool v) override { return dom_.boolean(v); }
  bool number_integer(number_integer_t v) override { return dom_.number_integer(v); }
  bool number_unsigned(number_unsigned_t v) override { return dom_.number_unsigned(v); }
  bool number_float(number_float_t v, const string_t& s) override { return dom_.number_float(v, s); }
  bool string(string_t& v) override { return dom_.string(v); }
  bool binary(binary_t& v) override { return dom_.binary(v); }
  bool start_object(std::size_t n) override {
    names_.emplace_back();
    return enter() && dom_.start_object(n);
  }
  bool end_object() override {
    names_.pop_back();
    --depth_;
    return dom_.end_object();
  }
  bool start_array(std::size_t n) override { return enter() && dom_.start_array(n); }
  bool end_array() override {
    --depth_;
    return dom_.end_array();
  }
  bool key(string_t& name) override {
    if (!names_.back().insert(name).second) {
      error = Error::malformed("json.duplicate_name", "The name \"" + name + "\" stands twice in one object.")
                  .at(name)
                  .with("name", name);
      return false;
    }
    return dom_.key(name);
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
    error = Error::malformed("json.syntax", "This is not valid JSON.").because(e.what());
    std::string what = e.what();
    if (const auto at = what.find("at line "); at != std::string::npos) {
      const std::string place = what.substr(at + 3, what.find(':', at) - at - 3);
      error = Error::malformed("json.syntax", "This is not valid JSON: " + place + ".")
                  .with("place", place)
                  .because(e.what());
    }
    return false;
  }

  Error error;

 private:
  bool enter() {
    if (++depth_ <= limits_.max_depth) return true;
    error = Error::malformed("json.too_deep", "The JSON is nested deeper than " +
                                                  std::to_string(limits_.max_depth) + " levels.")
                .with("limit", std::to_string(limits_.max_depth));
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Json> dom_;
  const JsonLimits& limits_;
  int depth_ = 0;
  std::vector<std::set<std::string>> names_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes)
    return fail(Error::too_large("json.too_large", "The JSON text is longer than " +
                                                       std::to_string(limits.max_bytes) + " bytes.")
                    .with("limit", std::to_string(limits.max_bytes)));
  if (!is_utf8(text)) return fail(Error::malformed("json.not_utf8", "The text is not valid UTF-8."));
  Json root;
  StrictBuilder builder(root, limits);
  if (!Json::sax_parse(text, &builder, nlohmann::detail::input_format_t::json, true))
    return fail(std::move(builder.error));
  return root;
}

std::string to_text(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Result<std::string> get_string(const Json& object, std::string_view key, std::string_view where) {
  const auto it = object.find(std::string(key));
  const std::string pointer = std::string(where) + "/" + std::string(key);
  if (it == object.end())
    return fail(Error::invalid("json.missing", "\"" + std::string(key) + "\" is missing.")
                    .at(pointer)
                    .with("name", key));
  if (!it->is_string())
    return fail(Error::invalid("json.not_text", "\"" + std::string(key) + "\" must be a text.")
                    .at(pointer)
                    .with("name", key));
  return it->get<std::string>();
}

std::string get_string_or(const Json& object, std::string_view key, std::string_view fallback) {
  const auto it = object.find(std::string(key));
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string(fallback);
}

bool get_bool_or(const Json& object, std::string_view key, bool fallback) {
  const auto it = object.find(std::string(key));
  return it != object.end() && it->is_boolean() ? it->get<bool>() : fallback;
}

std::int64_t get_int_or(const Json& object, std::string_view key, std::int64_t fallback) {
  const auto it = object.find(std::string(key));
  return it != object.end() && it->is_number_integer() ? it->get<std::int64_t>() : fallback;
}

}  // namespace opsflux
